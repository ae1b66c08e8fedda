// Starts the deck. ?theme=dark is the dark variant, ?path=short the 20-minute path; ?receiver is a
// deck within the speaker's view, which shows what that view tells it to.
"use strict";
{
  const query = new URLSearchParams(location.search);
  const isShort = query.get("path") === "short";
  const isReceiver = query.has("receiver");
  // At once, so that a dark deck is never white
  document.documentElement.dataset.theme = query.get("theme") === "dark" ? "dark" : "light";
  if (isShort) document.documentElement.dataset.path = "short";

  /** Take what is not on the short path out of the deck. */
  function shorten() {
    const others = ".slides section section:not([data-path=short])";
    for (const slide of document.querySelectorAll(others)) slide.remove();
    for (const column of document.querySelectorAll(".slides > section:not(:has(section))"))
      column.remove();
  }

  /** Have S open the speaker's view, and keep that view told of where the deck is. */
  function offerSpeakerView() {
    let view;
    const seconds = (slides) =>
      slides.reduce((sum, slide) => sum + Number(slide.dataset.timing), 0);

    function tell() {
      if (!view || view.closed) return;
      const slides = Reveal.getSlides();
      const begins = seconds(slides.slice(0, slides.indexOf(Reveal.getCurrentSlide())));
      const message = {
        notes: Reveal.getSlideNotes() ?? "",
        reveal: Reveal.getState(),
        planned: [begins, begins + seconds([Reveal.getCurrentSlide()])],
        total: seconds(slides),
      };
      view.postMessage(message, "*");
    }

    function open() {
      view = window.open(`speaker.html${location.search}`, "speaker", "width=1200,height=760");
    }

    addEventListener("message", ({ source, data }) => {
      if (!view || source !== view) return;
      if (data.speaker === "open") tell();
      if (data.speaker === "key" && data.keyCode !== 83) Reveal.triggerKey(data.keyCode);
    });
    for (const event of ["slidechanged", "fragmentshown", "fragmenthidden", "paused", "resumed"])
      Reveal.on(event, tell);
    Reveal.addKeyBinding({ keyCode: 83, key: "S", description: "Speaker view" }, open);
  }

  addEventListener("DOMContentLoaded", () => {
    if (isShort) shorten();
    const shown = !isReceiver;
    Reveal.initialize({
      width: 1280,
      height: 720,
      margin: 0,
      center: false,
      hash: shown,
      keyboard: shown,
      controls: shown,
      progress: shown,
      postMessageEvents: isReceiver,
      transition: "none",
      backgroundTransition: "none",
      controlsTutorial: false,
      slideNumber: shown && "c/t",
      pdfSeparateFragments: false,
      pdfMaxPagesPerSlide: 1,
    });
    if (shown) offerSpeakerView();
  });
}
