/**
 * <cascade-explorer preset="lenet">TABLE</cascade-explorer>: a network whose first
 * forward pass one takes step by step, and edits. TABLE, a notebook cell's stored
 * output, shows without this script and on paper. What PyTorch would do comes from
 * nn/cascade.js. A set-up is a line of text (see line.js), with what was counted by
 * hand at its end, `;hand=20,-,256`. Such a line is in the attribute `state`, in the
 * address (see address.js), and on the undo stack.
 */
import * as address from "./address.js";
import { bar, button, copyButton, field, h, load } from "./dom.js";
import { add } from "./editor.js";
import { write } from "./line.js";
import { Network } from "./network.js";
import { byHand, cascade, makeLazy } from "./nn/cascade.js";
import { isLazy } from "./nn/layers.js";
import { PRESETS } from "./presets.js";
import { call, python, shape } from "./python.js";
import { Rows } from "./rows.js";
import { sentence } from "./sentence.js";
import { Stepping } from "./stepping.js";
import { attempt, error } from "./words.js";

/** What the listings need. */
const nn = { attempt, byHand, call, cascade, error, isLazy, makeLazy, python };

class CascadeExplorer extends HTMLElement {
  connectedCallback() {
    if (this.ui) return; // moved within the page
    const nth = [...document.querySelectorAll("cascade-explorer")].indexOf(this);
    this.key = `cascade${nth ? nth + 1 : ""}`;
    this.undone = { back: [], forth: [] };
    const preset = PRESETS[this.getAttribute("preset")] ?? PRESETS.lenet;
    this.first = this.getAttribute("state") ?? preset[1];
    this.network = new Network();
    this.stepping = new Stepping(this.network, () => {
      this.update();
      this.rows.reveal(this.control);
    });
    this.rows = new Rows(this);
    this.build();
    const bad = [address.find(this.key), this.first, preset[1]]
      .filter((line) => line !== null)
      .map((line) => attempt(() => this.network.input || this.load(line, true)).error)
      .find(Boolean);
    if (bad)
      this.trouble.textContent = `This link cannot be read, so the preset is shown: ${bad.message}`;
    this.setAttribute("ready", "");
  }

  /** The parts that stay. */
  build() {
    const options = Object.entries(PRESETS).map(([value, [text]]) => h("option", { value }, text));
    this.preset = field(
      this.key,
      "Network",
      "preset",
      "select",
      { onchange: () => this.choose(PRESETS[this.preset.control.value][1]) },
      h("option", { value: "", disabled: true }, "Your own"),
      ...options,
    );
    this.input = field(this.key, "Input shape", "input", "input", {
      size: 13,
      oninput: () =>
        this.edit(() => {
          this.network.input = shape(this.input.control.value);
        }, this.input),
    });
    this.hand = h("input", {
      type: "checkbox",
      onchange: () => {
        this.update();
        this.save();
      },
    });
    this.trouble = h("p", { className: "cx-trouble", role: "alert" });
    this.says = h("p", { className: "cx-says", role: "status" });
    this.stale = h("p", { className: "cx-trouble", role: "status" });
    this.fit = h("p", { className: "cx-trouble" });
    this.correct = button("Correct the sizes", () => this.turn((i) => this.network.sized(i, true)));
    this.enter = h("p", { className: "cx-flow" });
    this.handView = h("div");
    this.codeView = h("div");
    this.code = h(
      "details",
      { ontoggle: () => this.showListings() },
      h("summary", {}, "As PyTorch code"),
      this.codeView,
    );
    this.control = h("div", { className: "cx-control" }, this.stepping.bar, this.says);
    const share = () =>
      new URL(address.addressWith(this.key, this.network.line(this.hand.checked)), location).href;
    this.ui = h(
      "div",
      {
        className: "cx",
        role: "group",
        ariaLabel: "Cascade explorer",
        onkeydown: (event) => this.keepKey(event),
      },
      bar(
        this.preset.box,
        this.input.box,
        button("Paste code…", () => this.paste()),
        button("Undo", () => this.travel("back", "forth")),
        button("Redo", () => this.travel("forth", "back")),
        copyButton("Copy link", share),
        button("Clear", () => {
          this.edit(() => this.network.items.splice(0));
          this.focusOn("Add a layer");
        }),
        button("Reset", () => this.edit(() => this.load(this.first))),
      ),
      this.trouble,
      this.control,
      this.stale,
      this.fit,
      this.enter,
      this.rows.list,
      this.rows.total,
      bar(
        button("Add a layer", () => add(this, this.network.items.length)),
        this.correct,
        button("Make lazy", () => this.turn((i) => makeLazy(this.network.layers[i]))),
        h("label", {}, this.hand, " Counted by hand"),
      ),
      this.handView,
      this.code,
    );
    const table = h("div", { className: "cx-fallback" });
    table.append(...this.childNodes);
    this.append(table, this.ui);
  }

  /** Reveal.js listens on the page, and must not take the keys that a control here uses itself. */
  keepKey(event) {
    const typing = event.target.matches("input:not([type=checkbox]), select, pre, textarea");
    if (event.key !== "Escape" && (typing || event.key === "Enter" || event.key === " "))
      event.stopPropagation();
  }

  /** Take a set-up from a line; throws if it cannot be read. */
  load(line, first) {
    const hand = this.network.load(line);
    if (first) this.hand.checked = hand;
    Object.assign(this, { open: null, lately: null });
    this.draw();
    if (!first) this.save();
  }

  /** Take a preset; what was counted by hand stays if it differs in the input alone. */
  choose(line) {
    const [input, ...layers] = line.split(";");
    this.edit(() =>
      write(this.network.items, input) === [input, ...layers].join(";")
        ? Object.assign(this.network, { input: shape(input) })
        : this.load(line),
    );
  }

  /** Open the dialog for code. */
  async paste() {
    await load("paste.js");
    window.explorerPaste.open(this);
  }

  /** Take a network from the dialog, and run it. */
  take(items, input) {
    this.open = items.find(({ layer }) => layer.code)?.layer;
    this.edit(() => Object.assign(this.network, { items, input }));
    this.stepping.go(Infinity);
  }

  /** Make each layer another one. */
  turn(to) {
    this.edit(() =>
      this.network.items.forEach((item, i) => {
        item.layer = to(i);
      }),
    );
  }

  travel(from, to) {
    const line = this.undone[from].pop();
    if (line === undefined) return;
    this.undone[to].push(this.network.line(true));
    this.load(line);
  }

  /** Change the set-up, so that it can be undone: typing on in one field is one change. */
  edit(action, field) {
    const before = this.network.line(true);
    const onward = field && field === this.lately;
    if (!onward) this.network.remember();
    const bad = attempt(action).error;
    if (field) {
      field.control.ariaInvalid = Boolean(bad);
      field.trouble.textContent = bad?.message ?? "";
    }
    if (!bad) {
      if (!onward) this.undone.back.push(before);
      this.undone.forth = [];
      this.lately = field;
      this.trouble.textContent = "";
      this.network.run();
      field ? this.renew() : this.draw();
      this.save();
    }
    this.warn();
  }

  save() {
    const line = this.network.line(this.hand.checked);
    address.keep(this.key, line === this.first ? null : line);
  }

  /** Focus the first of these controls that is there. */
  focusOn(...keys) {
    keys
      .map((key) => this.ui.querySelector(`[data-key="${key}"]`))
      .find(Boolean)
      ?.focus();
  }

  /** Layers came, went or moved. */
  draw() {
    this.input.control.value = this.network.input.join(", ");
    this.input.control.ariaInvalid = false;
    this.input.trouble.textContent = "";
    this.rows.draw();
    this.renew();
    this.warn();
  }

  /** The network has changed. */
  renew() {
    const line = this.network.line();
    this.preset.control.value =
      Object.keys(PRESETS).find((name) => PRESETS[name][1] === line) ?? "";
    this.stepping.renew();
    this.update();
  }

  /** Show where the pass is. */
  update() {
    this.rows.update();
    this.says.textContent = sentence(this.network, this.stepping);
    this.enter.textContent = python(this.network.input);
    const wrong = this.network.wrong();
    this.fit.textContent = wrong.length ? `Sizes that do not fit: ${wrong.join("; ")}.` : "";
    this.correct.hidden = !wrong.length;
    this.showListings();
  }

  /** Show the network in code, where readers want that. */
  async showListings() {
    if (!this.hand.checked) this.handView.replaceChildren();
    if (!this.hand.checked && !this.code.open) return;
    await load("listings.js");
    const { codeView, countedView } = window.explorerListings;
    const count = () => this.edit(() => this.network.count());
    if (this.hand.checked) this.handView.replaceChildren(...countedView(this.network, nn, count));
    if (this.code.open) this.codeView.replaceChildren(...codeView(this.network, nn));
  }

  /** Mark what is shown as that of an earlier value, while a field can't be read. */
  warn() {
    const bad = [this.input, ...this.rows.fields].find((f) => f.control.ariaInvalid === "true");
    this.stale.textContent = bad
      ? `Below is the last network that could be read; ${bad.name} is not used yet.`
      : "";
    this.ui.classList.toggle("cx-stale", Boolean(bad));
  }
}

customElements.define("cascade-explorer", CascadeExplorer);
