// The speaker's view: the slide, what comes next, the notes, and the time. The deck opens this page
// and sends it where it is; keys pressed here go back to the deck.
"use strict";
{
  const find = (id) => document.getElementById(id);
  const frames = [find("now"), find("next")];
  const query = new URLSearchParams(location.search);
  query.set("receiver", ""); // such a deck only shows what it is told
  for (const frame of frames) frame.src = `index.html?${query}`;

  let state; // the last one that the deck has sent
  let start = Date.now();
  const ready = new Set();

  const call = (frame, method, ...args) =>
    frame.contentWindow.postMessage(JSON.stringify({ method, args }), "*");

  function show() {
    if (!state) return;
    find("notes").innerHTML = state.notes; // made by the book, as the deck is
    for (const frame of frames) if (ready.has(frame)) call(frame, "setState", state.reveal);
    if (ready.has(frames[1])) call(frames[1], "next");
    tick();
  }

  const time = (seconds) => {
    const all = Math.round(seconds);
    return `${Math.trunc(all / 60)}:${String(all % 60).padStart(2, "0")}`;
  };

  function tick() {
    const elapsed = (Date.now() - start) / 1000;
    find("clock").textContent = new Date().toLocaleTimeString([], {
      hour: "2-digit",
      minute: "2-digit",
    });
    find("elapsed").textContent = time(elapsed);
    if (!state) return;
    const [begins, ends] = state.planned;
    find("planned").textContent = `${time(ends)} of ${time(state.total)}`;
    const off = elapsed < begins ? begins - elapsed : Math.max(0, elapsed - ends);
    const word = elapsed < begins ? "ahead" : "behind";
    find("pace").textContent = off < 1 ? "on time" : `${time(off)} ${word}`;
    find("pace").dataset.pace = off < 1 ? "" : word;
  }

  addEventListener("message", ({ source, data }) => {
    if (source === opener) {
      state = data;
      return show();
    }
    const frame = frames.find((one) => one.contentWindow === source);
    if (!frame || typeof data !== "string") return;
    if (JSON.parse(data).eventName === "ready") {
      ready.add(frame);
      show();
    }
  });

  addEventListener("keydown", (event) => {
    if (event.target.closest("button") && ["Enter", " "].includes(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    opener?.postMessage({ speaker: "key", keyCode: event.keyCode, shiftKey: event.shiftKey }, "*");
    event.preventDefault();
  });

  find("restart").addEventListener("click", () => {
    start = Date.now();
    tick();
  });
  setInterval(tick, 1000);
  opener?.postMessage({ speaker: "open" }, "*");
}
