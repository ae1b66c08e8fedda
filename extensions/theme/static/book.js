// What pages do beyond being read.
(() => {
  const page = document.documentElement.dataset;

  // Light, dark, or as the system has it; first.js has set the first of them
  const MODES = ["auto", "light", "dark"];
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("mode");
  const show = () => {
    button.lastElementChild.textContent = page.mode;
    page.theme = page.mode === "auto" ? (system.matches ? "dark" : "light") : page.mode;
  };
  button.addEventListener("click", () => {
    page.mode = MODES[(MODES.indexOf(page.mode) + 1) % MODES.length];
    localStorage.setItem("mode", page.mode);
    show();
  });
  system.addEventListener("change", show);
  show();

  // The page's place in the contents is in view.
  const contents = document.getElementById("contents");
  const here = contents.querySelector("[aria-current]");
  if (here) contents.scrollTop = here.offsetTop - contents.clientHeight / 2;

  // The section that is read is marked.
  const links = new Map();
  for (const link of document.querySelectorAll("#sections a"))
    links.set(document.getElementById(decodeURIComponent(link.hash.slice(1))), link);
  const reading = new IntersectionObserver(
    (entries) => {
      const entered = entries.filter((entry) => entry.isIntersecting).pop();
      if (!entered) return;
      for (const [section, link] of links)
        link.ariaCurrent = section === entered.target ? "true" : null;
    },
    { rootMargin: "-15% 0px -80%" },
  );
  for (const section of links.keys()) if (section) reading.observe(section);
  document.getElementById("sections")?.addEventListener("click", ({ target, currentTarget }) => {
    if (target.closest("a") && currentTarget.matches(":popover-open")) currentTarget.hidePopover();
  });

  // What is too wide can be scrolled by keys, in parts unfolded later and after zooming, too.
  const reach = (root) => {
    for (const box of root.querySelectorAll("pre, .scroll, .cell_output, .drawing"))
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  };
  for (const change of ["load", "resize"]) addEventListener(change, () => reach(document));
  document.addEventListener("toggle", (event) => reach(event.target), true);

  // Code can be copied.
  for (const code of document.querySelectorAll("article div.highlight")) {
    if (code.closest(".cell_output")) continue;
    const copy = document.createElement("button");
    copy.className = "copy";
    copy.textContent = "Copy";
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.querySelector("pre").textContent);
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy"), 2000);
    });
    code.append(copy);
  }

  // What a button does comes when it is used.
  for (const opener of document.querySelectorAll("button[data-script]")) {
    const load = () => {
      const script = document.createElement("script");
      script.src = opener.dataset.script;
      document.head.append(script);
    };
    opener.addEventListener("click", load, { once: true });
  }

  // A pasted traceback would be too long for an address, but not for its part after the #.
  const field = document.querySelector(".search input");
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(field.form.action);
    address.search = "";
    address.hash = `q=${encodeURIComponent(field.value)}`;
    location.assign(address);
  });

  // Ctrl+K and / lead to the search field.
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    const asked = event.ctrlKey || event.metaKey ? event.key === "k" : event.key === "/" && !typing;
    if (!asked) return;
    event.preventDefault();
    field.select();
  });
})();
