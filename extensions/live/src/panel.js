// The panel under the page's title: what will happen, how far it is, what went wrong.
import { make, press } from "./dom.js";
import { BINDER, button, fileBeside } from "./page.js";
import { Trouble } from "./trouble.js";

const title = make("h2", { id: "live-title", tabindex: "-1" });
const body = make("div");
const news = make("p", { role: "status", class: "live-news" });
const panel = make(
  "section",
  { id: "live", "aria-labelledby": "live-title", hidden: true },
  title,
  body,
  news,
);
const style = make("link", { rel: "stylesheet", href: fileBeside("live.css") });

/** Puts the panel on the page; resolves once it has its style. */
export function place() {
  button.closest("nav").after(panel);
  document.head.append(style);
  return new Promise((resolve) => {
    for (const event of ["load", "error"]) style.addEventListener(event, resolve);
  });
}

export const isOpen = () => !panel.hidden && body.hasChildNodes();
export const hasFocus = () => panel.contains(document.activeElement);
export const focusTitle = () => title.focus();

/** Tells everyone, screen readers included. */
export const say = (words) => (news.textContent = words);

/** Shows the panel; as a `bar` it stays in sight of readers far down the page. */
export function show(heading, content, bar = false) {
  title.textContent = heading;
  news.textContent = "";
  body.replaceChildren(...content);
  panel.hidden = false;
  panel.classList.toggle("live-bar", bar);
}

export function close() {
  panel.hidden = true;
  button.focus();
}

/** The page's own links that help where running in the page does not. */
function waysOut() {
  const binder = BINDER && new URL(BINDER).origin;
  return [...document.querySelectorAll(".page-links a")].flatMap((link) => {
    const { href } = link;
    if (link.hasAttribute("download"))
      return [make("a", { href, download: true }, "Download the notebook")];
    if (!binder || !href.startsWith(binder)) return [];
    return [make("a", { href, target: "_blank", rel: "noopener" }, "Open Binder in a new tab")];
  });
}

/** Shows what went wrong, and the ways out; `again` starts over. */
export function showFailure(error, again, heading = "That did not work", bar = false) {
  const known = error instanceof Trouble;
  if (!known) console.error(error);
  const buttons = [press("Try again", again, { class: "live-go" }), ...waysOut()];
  show(heading, [make("p", { class: "live-buttons" }, ...buttons)], bar);
  // After the panel is shown, so that it is announced
  const words = known ? error.message : `Unexpected error: ${error.message}`;
  body.prepend(make("p", { role: "alert" }, words));
}
