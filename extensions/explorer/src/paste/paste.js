// The dialog “Paste code…”, which takes a network from a text. Pages load it when it is opened.
import { bar, beside, button, field, h } from "../dom.js";
import { shape } from "../python.js";
import { plural } from "../words.js";
import { example, slip } from "./input.js";
import { readNetwork } from "./read.js";

export { example, slip } from "./input.js";
export { readNetwork } from "./read.js";

const SAMPLE = `net = nn.Sequential(
    nn.Linear(784, 256), nn.ReLU(),
    nn.Linear(256, 10))`;

/** The dialog of one figure. */
class Dialog {
  #found;
  #typed = false; // whether the input shape is the reader's own

  constructor(figure) {
    this.figure = figure;
    this.text = field(figure.key, "Code, or what print(net) shows", "paste", "textarea", {
      rows: 12,
      placeholder: SAMPLE,
      oninput: () => this.read(),
    });
    this.input = field(figure.key, "Shape of the input, batch first", "paste-input", "input", {
      oninput: () => {
        this.#typed = true;
        this.check();
      },
    });
    this.about = h("p", { role: "status" });
    this.dialog = h(
      "dialog",
      { className: "cx-dialog", ariaLabel: "Paste code" },
      h(
        "form",
        {
          method: "dialog",
          onsubmit: (event) => {
            if (!this.run()) event.preventDefault();
          },
        },
        this.text.box,
        this.about,
        this.input.box,
        bar(
          h("button", { type: "submit" }, "Run"),
          button("Cancel", () => this.dialog.close()),
        ),
        h("p", {}, "Your code stays on this page and is never run."),
      ),
    );
    const rel = "stylesheet";
    document.head.append(h("link", { rel, href: beside("paste.css") }));
    figure.ui.append(this.dialog);
  }

  open() {
    this.dialog.showModal();
    this.text.control.focus();
    this.text.control.select();
  }

  /** Read the text; say what is in it, or why it cannot be read. */
  read() {
    const { control, trouble } = this.text;
    this.#found = undefined;
    try {
      this.#found = readNetwork(control.value);
      trouble.textContent = "";
    } catch (error) {
      trouble.textContent = error.message;
    }
    control.ariaInvalid = !this.#found;
    const { items = [], input, notes = [] } = this.#found ?? {};
    const given = this.#typed || input;
    if (!given) this.input.control.value = example(items).join(", ");
    else if (!this.#typed) this.input.control.value = input.join(", ");
    const hint = "The shape below is only an example: enter your own.";
    this.about.textContent = items.length
      ? [`${plural(items.length, "layer")}.`, ...notes, ...(given ? [] : [hint])].join(" ")
      : "";
    this.check();
  }

  /** The input's shape, or undefined; says what is wrong with it. */
  check() {
    const { control, trouble } = this.input;
    let input;
    trouble.textContent = "";
    try {
      input = shape(control.value);
      trouble.textContent = slip(this.#found?.items ?? [], input);
    } catch (error) {
      trouble.textContent = error.message;
    }
    control.ariaInvalid = !input;
    return input;
  }

  /** Take the network over, if it can be read; what is wrong gets the focus. */
  run() {
    this.read();
    const input = this.check();
    const bad = this.#found ? (input ? undefined : this.input) : this.text;
    if (bad) bad.control.focus();
    else this.figure.take(this.#found.items, input);
    return !bad;
  }
}

const dialogs = new WeakMap();

/** Open the dialog of a figure. */
export function open(figure) {
  if (!dialogs.has(figure)) dialogs.set(figure, new Dialog(figure));
  dialogs.get(figure).open();
}
