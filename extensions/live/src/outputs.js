// A cell's outputs, as the page has them.
import { make } from "./dom.js";

// What a terminal shows as colors
const COLORS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g");
const plain = (text) => [text].flat().join("").replace(COLORS, "");

function textOutput(kind, content) {
  const inner = make("div", { class: "highlight" }, make("pre", {}, content));
  return make("div", { class: `output ${kind} notranslate` }, inner);
}

function picture(cell, url) {
  // The description of the page's own picture holds as long as its code does.
  cell.pictures ??= [...cell.output.querySelectorAll("img")].map((image) => image.alt);
  const alt = (!cell.changed && cell.pictures.shift()) || `A figure drawn by ${cell.name}`;
  const onload = ({ target }) => {
    target.width = target.naturalWidth; // as the page's
  };
  return make("img", { src: url, alt, onload });
}

function html(_, source) {
  const box = make("div", { class: "output text_html" });
  box.innerHTML = window.liveParts.purify.sanitize(source, {
    FORBID_TAGS: ["style", "form"],
    FORBID_ATTR: ["style"], // which the page's policy refuses
    // What the page's own scripts define
    CUSTOM_ELEMENT_HANDLING: {
      tagNameCheck: (name) => Boolean(customElements.get(name)),
      attributeNameCheck: /^[a-z-]+$/,
    },
  });
  return box;
}

const WORDS = "text_plain highlight-myst-ansi";
const RENDER = {
  "text/html": html,
  "image/svg+xml": (cell, svg) => picture(cell, `data:image/svg+xml,${encodeURIComponent(svg)}`),
  "image/png": (cell, data) => picture(cell, `data:image/png;base64,${data}`),
  "image/jpeg": (cell, data) => picture(cell, `data:image/jpeg;base64,${data}`),
  "text/plain": (_, words) => textOutput(WORDS, plain(words)),
};

function render(cell, data) {
  const kind = Object.keys(RENDER).find((key) => key in data);
  if (!kind) return textOutput(WORDS, "An output of a kind that this page cannot show.");
  return RENDER[kind](cell, [data[kind]].flat().join(""));
}

/** `take` shows the kernel's messages as a cell's outputs; `clear` removes those of the last run. */
export function receiver(cell) {
  const { output } = cell;
  const displays = new Map();
  let stale = true;
  let stream = "";
  const clear = () => {
    if (stale) output.replaceChildren();
    stale = false;
  };
  const add = (element) => {
    clear();
    stream = "";
    output.append(element);
  };
  const display = (type, { data, transient }) => {
    const made = render(cell, data);
    const id = transient?.display_id;
    if (type === "update_display_data") displays.get(id)?.replaceWith(made);
    else add(made);
    if (id) displays.set(id, made);
  };
  const take = ({ header: { msg_type: type }, content }) => {
    if (type === "stream") {
      if (stream !== content.name) add(textOutput("stream highlight-myst-ansi", ""));
      stream = content.name;
      output.lastChild.querySelector("pre").append(plain(content.text));
    } else if (["display_data", "execute_result", "update_display_data"].includes(type)) {
      display(type, content);
    } else if (type === "error") {
      const traceback = plain(content.traceback.join("\n"));
      add(textOutput("traceback highlight-ipythontb", traceback));
    } else if (type === "clear_output") {
      stale = true;
      stream = "";
      if (!content.wait) clear();
    }
  };
  return { take, clear };
}
