// What the deck says of each slide, without its layout.
Reveal.getSlides().map((slide) => {
  const heading = slide.querySelector("h1, h2, h3");
  const foot = slide.querySelector(".foot a");
  const all = (selector) => [...slide.querySelectorAll(selector)];
  return {
    id: slide.id,
    page: foot.getAttribute("href").match(/[.][.][/](\w+)[.]html/)[1],
    link: foot.getAttribute("href"),
    title: heading.textContent,
    text: slide.querySelector(".frame").textContent,
    prose: [heading, ...all(".body > *, .body > .fragment > *")]
      .filter((x) => !x.matches(".fragment:has(> *), .cell_input, .cell_output") || x.matches("li"))
      .map((x) => x.textContent)
      .join(" "),
    // The explorer writes code for the reader's own network; its table is a twin's.
    code: all("pre:not(cascade-explorer *)").map((x) => x.textContent),
    level: heading.tagName,
    steps: all(".fragment").length,
    // What answers before the class has guessed
    early: all(".body > .cell_output").filter((x) => x !== x.parentElement.firstElementChild)
      .length,
    unmarked: all(".cell_output pre").filter(
      (x) =>
        x.textContent.includes("<Uninit") !== (getComputedStyle(x).borderLeftStyle === "dashed") &&
        !x.closest(".traceback"),
    ).length,
    links: all("a").map((x) => x.getAttribute("href")),
    drawings: all(".body :is(img, svg):not(cascade-explorer *)").map(
      (x) => x.alt ?? x.getAttribute("aria-label") ?? "",
    ),
    notes: slide.querySelector("aside.notes").textContent,
    minutes: slide.dataset.timing / 60,
    short: slide.dataset.path === "short",
    marked: Boolean(slide.querySelector(".mark")),
    question: slide.classList.contains("question"),
  };
});
