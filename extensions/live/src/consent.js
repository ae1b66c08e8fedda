// The first step: says what will happen and asks where. Nothing has been sent yet.
import { make, press } from "./dom.js";
import { BINDER, ORIGIN, SITE_SERVER } from "./page.js";
import { close, focusTitle, show } from "./panel.js";
import { memory, serverAt } from "./servers.js";

function siteChoice() {
  const words = "The server that this site names. It sees the code that you run.";
  return { where: "site", label: `On ${new URL(SITE_SERVER).host}`, about: [make("p", {}, words)] };
}

function binderChoice() {
  const repository = BINDER.replace(/^.*?\/gh\//, "github.com/");
  const about = make(
    "p",
    {},
    `Nothing to install: Binder starts a server for you from ${repository}. `,
    "That takes a minute or two, and ten or more right after the book has changed. ",
    "Binder sees your IP address and the code that you run, and it shuts down a server that has ",
    "been idle for ten minutes.",
  );
  return { where: "binder", label: `On ${new URL(BINDER).host}, for free`, about: [about] };
}

/** A command to paste into a terminal. */
function command(text) {
  const copy = press("Copy", async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
  });
  copy.setAttribute("aria-label", `Copy the command ${text.split(" --")[0]}`);
  return make(
    "div",
    { class: "live-command" },
    make("pre", { tabindex: "0" }, make("code", {}, text)),
    copy,
  );
}

function ownChoice(address, wrong) {
  const about = [
    make(
      "div",
      { id: "live-own" },
      make("p", {}, "Run these two commands in a terminal. The first installs what is missing:"),
      command("python -m pip install jupyterlab torch"),
      make("p", {}, "The second starts a server that lets this page in, and prints its address:"),
      command(`python -m jupyter lab --no-browser --ServerApp.allow_origin=${ORIGIN}`),
    ),
    make(
      "p",
      {},
      make("label", { for: "live-address" }, "Paste that address, with its token"),
      address,
      wrong,
    ),
    make("p", {}, "Your browser may ask whether this page may connect to the server."),
  ];
  return { where: "own", label: "On this computer", about };
}

/** Asks; then calls `start(where, server)`, with no server for Binder. */
export function askConsent(start) {
  const known = memory();
  const address = make("input", {
    id: "live-address",
    type: "text",
    inputmode: "url",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "http://localhost:8888/lab?token=…",
    "aria-describedby": "live-own live-wrong",
    value: known.where === "own" ? `${known.url}?token=${known.token}` : "",
  });
  const wrong = make("p", { id: "live-wrong", role: "alert" });
  const choices = [
    ...(SITE_SERVER ? [siteChoice()] : []),
    ...(BINDER ? [binderChoice()] : []),
    ownChoice(address, wrong),
  ];
  const first = choices.find(({ where }) => where === known.where) ?? choices[0];

  const onsubmit = (event) => {
    event.preventDefault();
    const where = new FormData(form).get("where");
    try {
      if (where === "binder") start(where);
      else if (where === "site") start(where, serverAt(SITE_SERVER, true));
      else start(where, serverAt(address.value));
    } catch (error) {
      wrong.textContent = error.message;
      address.setAttribute("aria-invalid", "true");
      address.focus();
    }
  };
  const only = choices.length === 1;
  const option = ({ where, label, about }) => {
    const checked = where === first.where;
    const type = only ? "hidden" : "radio";
    const input = make("input", { type, name: "where", value: where, checked });
    return make(
      "div",
      {},
      only ? input : make("label", {}, input, label),
      make("div", { class: only ? "" : "live-about" }, ...about),
    );
  };
  const form = make(
    "form",
    { novalidate: true, onsubmit },
    make(
      "p",
      {},
      "The cells become editable. They run on a server, not in your browser: your code goes there, and ",
      "its outputs come back. Nothing has been sent yet. ",
      "What you change is lost when you leave or reload the page.",
    ),
    make(
      "fieldset",
      {},
      make("legend", {}, only ? "Start a server on this computer" : "Where should they run?"),
      ...choices.map(option),
    ),
    make(
      "p",
      { class: "live-buttons" },
      make("button", { class: "live-go" }, "Start"),
      press("Cancel", close),
    ),
  );
  // Typing an address chooses the server that it is for.
  address.addEventListener("input", () => {
    form.elements.where.value = "own";
  });
  show("Run this page’s cells", [form]);
  focusTitle();
}
