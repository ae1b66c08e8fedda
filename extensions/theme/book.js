
// The book's own few lines; the theme's scripts stand before them in the same file.
(() => {
  // Code and tables that are too wide can be scrolled by keys, in parts unfolded later, too.
  const wide = "pre, .pst-scrollable-table-container, .cell_output > .output";
  const reach = (root) => {
    for (const box of root.querySelectorAll(wide))
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  };
  addEventListener("load", () => reach(document));
  document.addEventListener("toggle", (event) => reach(event.target), true);

  // What a button does comes when it is used.
  for (const button of document.querySelectorAll("button[data-script]"))
    button.addEventListener("click", () => document.head.append(Object.assign(document.createElement("script"), { src: button.dataset.script })), { once: true });

  // On paper nothing is folded, and nothing is dark.
  const page = document.documentElement.dataset;
  let folded = [], theme;
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("article details:not([open])")];
    for (const part of folded) part.open = true;
    theme = page.theme;
    page.theme = "light";
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
    page.theme = theme;
  });

  // From a folder a browser fetches no page, so results come without their summaries.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  document.querySelector(".bd-search-container input")?.focus();
})();
