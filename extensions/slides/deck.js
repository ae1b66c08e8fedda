// Starts the deck. ?theme=dark is the dark variant, ?path=short the 20-minute path.
"use strict";
{
  const query = new URLSearchParams(location.search);
  const short = query.get("path") === "short";
  // At once, so that a dark deck is never white
  document.documentElement.dataset.theme = query.get("theme") === "dark" ? "dark" : "light";
  if (short) document.documentElement.dataset.path = "short";

  addEventListener("DOMContentLoaded", () => {
    if (short) {
      for (const slide of document.querySelectorAll(".slides section section:not([data-path=short])")) slide.remove();
      for (const column of document.querySelectorAll(".slides > section:not(:has(section))")) column.remove();
    }
    Reveal.initialize({
      width: 1280,
      height: 720,
      margin: 0,
      center: false,
      hash: true,
      transition: "none",
      backgroundTransition: "none",
      controlsTutorial: false,
      slideNumber: "c/t",
      defaultTiming: 60, // without it the speaker view has no pace
      pdfSeparateFragments: false,
      pdfMaxPagesPerSlide: 1,
      plugins: [RevealNotes],
    });
  });
}
