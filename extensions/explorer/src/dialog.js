// The dialog in which a reader pastes a network.
import { h } from "./dom.js";
import { write } from "./line.js";
import { argumentsOf, FAMILIES, isLazy, lazyForm } from "./nn/layers.js";
import { shape } from "./python.js";

// Where the reader of code is; the deck, which has no place to paste, does not say it.
const address = document.currentScript?.dataset.paste;

/** Whether there is something that reads code. */
export const canPaste = Boolean(address);

let loading;
/** Loads the reader of code, once. */
function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(globalThis.explorerPaste);
    script.onerror = () => {
      loading = null;
      reject(new Error("The reader of code could not be loaded. Try again."));
    };
    document.head.append(script);
  });
  return loading;
}

const known = (type) => (FAMILIES[type] ? Object.keys(argumentsOf(type)) : null);

/** What is often wrong with an input shape, in a sentence. */
function slip(layers, input) {
  const first = layers.find(({ type }) => /Conv|Linear/.test(type));
  const axes = Number(/Conv\w*(\d)d/.exec(first?.type ?? "")?.[1] ?? 0);
  if (!axes) return "";
  if (input.length === axes + 1)
    return `This is one example without a batch axis: ${[2, ...input].join(", ")} is a batch of two.`;
  const wanted = first.in_channels;
  if (wanted !== undefined && input[1] !== wanted && input.at(-1) === wanted) {
    const turned = [input[0], wanted, ...input.slice(1, -1)];
    return `PyTorch wants the channels before the other axes: ${turned.join(", ")}.`;
  }
  return "";
}

/** A network as the explorer's line: where all sizes are given, its lazy form, and the sizes. */
function toLine(layers, input) {
  const forms = layers.map(lazyForm);
  const counted = forms.some(Boolean) && !layers.some(isLazy);
  const items = (list) => list.map((layer) => ({ layer }));
  if (!counted) return { line: write(items(layers), input), counted };
  const lazy = layers.map((layer, i) => forms[i]?.layer ?? layer);
  const sizes = forms.map((form) => form?.size ?? "-");
  return { line: `${write(items(lazy), input)};hand=${sizes}`, counted };
}

/**
 * A dialog that reads a network.
 * @param {string} key  what the dialog's ids begin with
 * @param {(line: string, counted: boolean, remark: string) => void} use  takes the network
 */
export function pasteDialog(key, use) {
  const wrong = h("p", { className: "cx-trouble", id: `${key}-paste-wrong`, role: "alert" });
  const field = (name, tag, props) => {
    const control = h(tag, { id: `${key}-paste-${tag}`, spellcheck: false, ...props });
    control.setAttribute("aria-describedby", wrong.id);
    return { control, label: h("label", { htmlFor: control.id }, name) };
  };
  const code = field("Code of the network, or what print(net) shows", "textarea", { rows: 12 });
  const input = field("Shape of a batch, such as 2, 3, 32, 32", "input", { value: "" });
  const dialog = h("dialog", { className: "cx-paste", ariaLabel: "Paste a network" });
  const go = async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    try {
      const { read } = await load();
      const layers = read(code.control.value, known);
      const batch = shape(input.control.value);
      const { line, counted } = toLine(layers, batch);
      use(line, counted, slip(layers, batch));
      dialog.close();
    } catch (error) {
      wrong.textContent = error.message;
      (/^“/.test(error.message) ? input : code).control.focus();
    }
  };
  const cancel = h("button", { type: "button", onclick: () => dialog.close() }, "Cancel");
  dialog.append(
    h(
      "form",
      { onsubmit: go },
      h("p", {}, "It is read, not run, and stays in your browser."),
      code.label,
      code.control,
      input.label,
      input.control,
      wrong,
      h("div", { className: "cx-bar" }, h("button", {}, "Use it"), cancel),
    ),
  );
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  return {
    dialog,
    open(batch) {
      input.control.value = batch.join(", ");
      wrong.textContent = "";
      dialog.showModal();
      code.control.focus();
      load().catch(() => {});
    },
  };
}
