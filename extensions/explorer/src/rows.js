// The list of layers: a row for each, and what is known about it.
import { button, code, h } from "./dom.js";
import { controls } from "./editor.js";
import { PHASES } from "./network.js";
import { parametersOf } from "./nn/cascade.js";
import { FAMILIES, isLazy } from "./nn/layers.js";
import { call, python } from "./python.js";
import { attempt, error, number, parameters, shapes } from "./words.js";

export class Rows {
  list = h("ol");
  total = h("p");
  /** The fields that are open, each with its layer's index. */
  fields = [];

  constructor(figure) {
    this.figure = figure;
  }

  /** Build the list anew, as layers came, went or moved; the focus stays on its control. */
  draw() {
    const { key } = document.activeElement.dataset;
    this.fields = [];
    this.views = this.figure.network.items.map((item, i) => this.#row(item, i));
    this.list.replaceChildren(...this.views.map(({ item }) => item));
    this.figure.focusOn(key);
  }

  #row({ layer }, i) {
    const [name, state, facts, flow, fields] = ["name", "state", "facts", "flow", "fields"].map(
      (part) => h("div", { className: `cx-${part}` }),
    );
    const edit = button("Edit", () => open(!fields.firstChild), `edit${i}`);
    const open = (yes) => {
      edit.ariaExpanded = yes;
      this.setFields(i);
      fields.replaceChildren(...(yes ? controls(this.figure, i) : []));
      this.figure.warn();
    };
    edit.ariaLabel = `Edit layer ${i + 1}`;
    open(layer === this.figure.open);
    const inside = h("div", { className: "cx-layer" }, name, state, edit, facts, fields);
    return { name, state, facts, flow, item: h("li", {}, inside, flow) };
  }

  /** These are the open fields of layer i now. */
  setFields(i, fields = []) {
    this.fields = [...this.fields.filter((other) => other.i !== i), ...fields];
  }

  /** Show where the pass is. */
  update() {
    const { network, stepping } = this.figure;
    const known = network.items.map(({ layer }, i) =>
      isLazy(layer) ? stepping.known(i) : attempt(() => parametersOf(layer)).result,
    );
    for (const [i, item] of network.items.entries()) this.#show(this.views[i], item, i, known[i]);
    const left = network.items.filter(({ layer }, i) => isLazy(layer) && !known[i]).length;
    this.total.textContent = `Total${left ? " so far" : ""}: ${parameters(known)}. Placeholder layers: ${left || "none"}.`;
    const { layer: failing, argument, message } = network.error;
    for (const { name, i, control, trouble } of this.fields)
      if (control.ariaInvalid !== "true")
        trouble.textContent = failing === i && argument === name ? message : "";
  }

  #show({ item, name, state, facts, flow }, { layer, size, was }, i, row) {
    const { network, stepping } = this.figure;
    const lazy = isLazy(layer);
    const list = row ? shapes(row) : [];
    const failing = stepping.failing(i);
    const word = list.length ? "known" : row ? "no parameters" : lazy ? "placeholder" : "not built";
    item.dataset.state = state.textContent = failing ? (layer.code ? "unknown" : "raises") : word;
    item.dataset.now = stepping.last?.i === i;
    const [, type, digits, rest] = /^([^(]*\(?)(\d*)(.*)/.exec(network.became(i));
    name.replaceChildren(
      code(call(layer)),
      ...(lazy && row ? [" became ", code(type, h("b", {}, digits), rest)] : []),
    );
    const changed = row && size !== undefined && was !== undefined && String(was) !== String(size);
    facts.replaceChildren(
      ...(lazy ? [this.#phases(i, failing)] : []),
      ...list.flatMap((text) => [code(text), " "]),
      list.length ? parameters([row]) : row ? "" : "no shape, no values",
      ...(lazy && changed ? [h("b", {}, ` reads ${number(size)}, was ${number(was)}`)] : []),
      ...(failing ? [error(network.error)] : []),
    );
    if (lazy && !row && stepping.did(i, "infer") && !failing)
      facts.append(" · ", code(`${FAMILIES[layer.type].size}=`, h("b", {}, size)));
    flow.textContent = stepping.did(i, "compute") && !failing ? python(network.rows[i].output) : "";
  }

  /** The three phases of a lazy layer, with those that it has come through. */
  #phases(i, failing) {
    const done = PHASES.filter((phase) => this.figure.stepping.did(i, phase));
    const mark = (phase) => (failing && phase === done.at(-1) ? "✗ " : "✓ ");
    return h(
      "div",
      { className: "cx-phases" },
      ...PHASES.map((phase) =>
        done.includes(phase) ? h("b", {}, mark(phase) + phase) : h("span", {}, phase),
      ),
    );
  }

  /** Scroll as little as brings the last step's layer in sight, below the controls. */
  reveal(controls) {
    const item = this.views[this.figure.stepping.last?.i]?.item;
    if (!item) return;
    const { top } = getComputedStyle(controls);
    item.style.scrollMargin = `${controls.offsetHeight + parseFloat(top) + 8}px 0 8px`;
    item.scrollIntoView({ block: "nearest" });
  }
}
