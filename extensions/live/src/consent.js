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
    `Binder makes a server for you from ${repository}. `,
    "That takes a minute or two, and ten or more when the book has just changed. ",
    "Binder sees your address on the internet and the code that you run; it ends a server that is ",
    "idle for ten minutes.",
  );
  return { where: "binder", label: `On ${new URL(BINDER).host}, free of charge`, about: [about] };
}

function ownChoice(address, wrong) {
  const command = `jupyter lab --no-browser --ServerApp.allow_origin=${ORIGIN}`;
  const start = "Start one where torch and d2l are installed, and copy the address that it prints:";
  const about = [
    make(
      "div",
      { id: "live-own" },
      make("p", {}, start),
      make("pre", { tabindex: "0" }, make("code", {}, command)),
      make("p", {}, "The browser may ask whether this page may reach it."),
    ),
    make(
      "p",
      {},
      make("label", { for: "live-address" }, "Its address, with the token"),
      address,
      wrong,
    ),
  ];
  return { where: "own", label: "On a Jupyter server on this computer", about };
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
  const option = ({ where, label, about }) => {
    const checked = where === first.where;
    const radio = make("input", { type: "radio", name: "where", value: where, checked });
    return make(
      "div",
      {},
      make("label", {}, radio, label),
      make("div", { class: "live-about" }, ...about),
    );
  };
  const form = make(
    "form",
    { novalidate: true, onsubmit },
    make(
      "p",
      {},
      "The cells become editable. They run on a server, not in your browser: your code goes there, ",
      "its outputs come back. Nothing has been sent yet. ",
      "What you change is lost when you leave or reload the page.",
    ),
    make("fieldset", {}, make("legend", {}, "Where should they run?"), ...choices.map(option)),
    make(
      "p",
      { class: "live-buttons" },
      make("button", { class: "live-go" }, "Start"),
      press("Cancel", close),
    ),
  );
  // Typing an address chooses the server that it is for.
  address.addEventListener("input", () => (form.elements.where.value = "own"));
  show("Run this page’s cells", [form]);
  focusTitle();
}
