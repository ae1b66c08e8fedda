/**
 * <cascade-explorer preset="lenet">TABLE</cascade-explorer>: a network whose first
 * forward pass one takes step by step, and edits. TABLE, a notebook cell's stored
 * output, shows without this script and on paper. What PyTorch would do comes from
 * nn/cascade.js. A set-up is a line of text (see `read` there), with what was counted by
 * hand at its end, `;hand=20,-,256`. Such a line is in the attribute `state`, in the
 * address (?cascade=, and ?cascade2= for a page's second figure), and on the undo stack.
 */
import { canPaste, pasteDialog } from "./dialog.js";
import { explained } from "./explained.js";
import { read, write } from "./line.js";
import { byHand, cascade, count, inputSize } from "./nn/cascade.js";
import { argumentsOf, isLazy, TYPES } from "./nn/layers.js";
import { call, python, shape, value } from "./python.js";

const lenet = (px) =>
  `2,1,${px},${px};LazyConv2d(6,kernel_size=5,padding=2);Sigmoid;AvgPool2d(2);LazyConv2d(16,kernel_size=5);Sigmoid;AvgPool2d(2);Flatten;LazyLinear(120);Sigmoid;LazyLinear(84);Sigmoid;LazyLinear(10)`;
const block = (channels) =>
  `LazyConv2d(${channels},kernel_size=3,padding=1);LazyBatchNorm2d;ReLU;MaxPool2d(2);`;
const PRESETS = {
  mlp: ["MLP", "2,20;LazyLinear(256);ReLU;LazyLinear(10)"],
  lenet: ["LeNet, 28 px", lenet(28)],
  lenet32: ["LeNet, 32 px", lenet(32)],
  lenet64: ["LeNet, 64 px", lenet(64)],
  cnn: [
    "Deeper CNN",
    `2,3,64,64;${block(32)}${block(64)}${block(128)}Flatten;LazyLinear(256);ReLU;Dropout;LazyLinear(10)`,
  ],
  mismatch: ["MLP that doesn't fit", "2,20;Linear(21,256);ReLU;LazyLinear(10)"],
};

function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}
const button = (text, onclick, key = text) =>
  h("button", { type: "button", "data-key": key, onclick }, text);
const error = ({ kind, said, hint }) => {
  const url = explained(said);
  const link = url ? [" ", h("a", { href: url }, "What does this error mean?")] : [];
  return h(
    "p",
    { className: "cx-error" },
    h("b", {}, kind),
    `: ${said}`,
    h("i", {}, hint),
    ...link,
  );
};
const number = (n) => n.toLocaleString("en");
const parameters = (rows) => {
  const n = rows.reduce((sum, row) => sum + (row ? count(row) : 0n), 0n);
  return `${number(n)} parameter${n === 1n ? "" : "s"}`;
};
const shapes = (row) => Object.entries(row.parameters).map(([name, s]) => `${name} ${python(s)}`);
const attempt = (action) => {
  try {
    return { result: action() };
  } catch (error) {
    return { error };
  }
};

class CascadeExplorer extends HTMLElement {
  connectedCallback() {
    if (this.ui) return; // moved within the page
    const nth = [...document.querySelectorAll("cascade-explorer")].indexOf(this);
    this.key = `cascade${nth ? nth + 1 : ""}`;
    this.undo = [];
    this.want = 0;
    const preset = PRESETS[this.getAttribute("preset")] ?? PRESETS.lenet;
    this.first = this.getAttribute("state") ?? preset[1];
    this.build();
    const link = new URLSearchParams(location.search).get(this.key);
    const bad = [link, this.first, preset[1]]
      .filter((line) => line !== null)
      .map((line) => attempt(() => this.layers || this.load(line, true)).error)
      .find(Boolean);
    if (bad)
      this.trouble.textContent = `The set-up cannot be read, the preset is shown: ${bad.message}`;
    this.setAttribute("ready", "");
  }

  /** A control with its label and a place for what is wrong with it. */
  field(name, id, tag, props) {
    const trouble = h("span", {
      className: "cx-trouble",
      id: `${this.key}-${id}-trouble`,
      ariaLive: "polite",
    });
    const control = h(tag, {
      id: `${this.key}-${id}`,
      "data-key": id,
      autocomplete: "off",
      spellcheck: false,
      "aria-describedby": trouble.id,
      ...props,
    });
    return {
      name,
      control,
      trouble,
      box: h(
        "div",
        { className: "cx-field" },
        h("label", { htmlFor: control.id }, name),
        control,
        trouble,
      ),
    };
  }

  /** The parts that stay. */
  build() {
    this.preset = this.field("Network", "preset", "select", {
      onchange: () => this.edit(() => this.load(PRESETS[this.preset.control.value][1])),
    });
    this.preset.control.append(
      ...Object.entries(PRESETS).map(([value, [text]]) => h("option", { value }, text)),
    );
    this.input = this.field("Input shape", "input", "input", {
      size: 13,
      oninput: () =>
        this.edit(() => {
          this.shape = shape(this.input.control.value);
        }, this.input),
    });
    this.hand = h("input", {
      type: "checkbox",
      onchange: () => {
        this.update();
        this.save();
      },
    });
    this.paste = pasteDialog(h, this.key, (line, counted, remark) => {
      const before = this.line();
      this.load(line);
      this.undo.push(before);
      this.hand.checked = counted;
      this.update();
      this.save();
      this.trouble.textContent = remark;
    });
    this.playing = button("Play", () => this.play());
    this.trouble = h("p", { className: "cx-trouble", role: "alert" });
    this.says = h("p", { className: "cx-says", role: "status" });
    this.enter = h("p", { className: "cx-flow" });
    this.list = h("ol");
    this.total = h("p");
    this.handView = h("div");
    this.codeView = h("div");
    const bar = (...children) => h("div", { className: "cx-bar" }, ...children);
    this.ui = h(
      "div",
      {
        className: "cx",
        role: "group",
        ariaLabel: "Cascade explorer",
        onkeydown: (event) => this.keep(event),
      },
      bar(
        this.preset.box,
        ...(canPaste ? [button("Paste code…", () => this.paste.open(this.shape.join(", ")))] : []),
        this.input.box,
        button("Undo", () => this.undo.length && this.load(this.undo.pop())),
        button("Reset", () => this.edit(() => this.load(this.first))),
      ),
      this.trouble,
      ...(canPaste ? [this.paste.dialog] : []),
      bar(
        button("Back", () => this.go(this.at - 1)),
        button("Step", () => this.go(this.at + 1)),
        this.playing,
        button("All at once", () => this.go(Infinity)),
      ),
      this.says,
      this.enter,
      this.list,
      this.total,
      bar(
        button("Add a layer", () => this.add(this.layers.length)),
        h("label", {}, this.hand, " Counted by hand"),
      ),
      this.handView,
      h("details", {}, h("summary", {}, "As PyTorch code"), this.codeView),
    );
    const table = h("div", { className: "cx-fallback" });
    table.append(...this.childNodes);
    this.append(table, this.ui);
  }

  /** Reveal.js listens on the page, and must not take the keys that a control here uses itself. */
  keep(event) {
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea, pre");
    if (event.key !== "Escape" && (typing || event.key === "Enter" || event.key === " "))
      event.stopPropagation();
  }

  /** Take a set-up from a line; throws if it cannot be read. */
  load(line, first) {
    const [text, hand] = line.split(";hand=");
    const { layers, input } = read(text);
    Object.assign(this, { layers, shape: input, open: null, lately: null });
    Object.assign(this.input.control, { value: input.join(", "), ariaInvalid: false });
    this.input.trouble.textContent = "";
    this.run();
    this.counts = hand
      ? hand.split(",").map((n) => (/^\d+$/.test(n) ? Number(n) : undefined))
      : [...this.sizes];
    if (first) this.hand.checked = Boolean(hand);
    this.preset.control.value =
      Object.keys(PRESETS).find((name) => PRESETS[name][1] === write(layers, input)) ?? "";
    this.draw();
    if (!first) this.save();
  }

  line(hand = true) {
    return (
      write(this.layers, this.shape) +
      (hand ? `;hand=${this.layers.map((_, i) => this.counts[i] ?? "-")}` : "")
    );
  }

  /** Change the set-up, so that it can be undone: typing on in one field is one change. */
  edit(action, field) {
    const before = this.line();
    const bad = attempt(action).error;
    if (field) {
      field.control.ariaInvalid = Boolean(bad);
      field.trouble.textContent = bad?.message ?? "";
    }
    if (bad) return;
    if (!field || field !== this.lately) this.undo.push(before);
    this.lately = field;
    this.trouble.textContent = "";
    this.run();
    field ? this.update() : this.draw();
    this.save();
  }

  save() {
    const line = this.line(this.hand.checked);
    const others = location.search
      .slice(1)
      .split("&")
      .filter((part) => part && !part.startsWith(`${this.key}=`));
    if (line !== this.first)
      others.push(`${this.key}=${line.replace(/[^\w,;()=.-]/g, encodeURIComponent)}`);
    // A page opened as a file may not change its address.
    attempt(() =>
      history.replaceState(
        history.state,
        "",
        `${location.pathname}${others.length ? "?" : ""}${others.join("&")}${location.hash}`,
      ),
    );
  }

  /** Ask what PyTorch would do: rows of the layers that pass, the error, what each lazy layer reads off its input. */
  run() {
    const { result, error } = attempt(() => cascade(this.layers, this.shape));
    this.error = error ?? {};
    this.rows = result ?? error.rows;
    this.sizes = this.layers.map((layer, i) =>
      isLazy(layer) && i <= this.rows.length && this.error.stage !== "construct"
        ? attempt(() => inputSize(layer, i ? this.rows[i - 1].output : this.shape)).result
        : undefined,
    );
    const built = !["construct", "input"].includes(this.error.stage);
    this.end = built ? Math.min(this.rows.length + 1, this.layers.length) : 0;
    this.at = Math.min(this.want, this.end);
  }

  go(at) {
    // Who was at the end stays there, also when an edit moves the end.
    this.want = at < this.end ? Math.max(0, at) : Infinity;
    this.at = Math.min(this.want, this.end);
    this.update();
    this.timer = clearInterval(this.timer);
    this.playing.textContent = "Play";
  }

  play() {
    if (this.timer) return this.go(this.at);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.go(Infinity);
    this.go(this.at === this.end ? 0 : this.at + 1);
    this.playing.textContent = "Pause";
    this.timer = setInterval(() => {
      this.want = this.at += 1;
      this.at < this.end ? this.update() : this.go(this.at);
    }, 1000);
  }

  /** Take layers out at i and put others there. */
  splice(i, out, ...layers) {
    this.edit(() => {
      this.layers.splice(i, out, ...layers);
      this.counts.splice(i, out, ...layers.map(() => undefined));
    });
  }

  add(i) {
    this.open = { type: "ReLU" };
    this.splice(i, 0, this.open);
    this.list.children[i].querySelector("select").focus();
  }

  move(i, to, key) {
    this.open = this.layers[i];
    this.edit(() => {
      for (const all of [this.layers, this.counts]) all.splice(to, 0, all.splice(i, 1)[0]);
    });
    this.focusOn(key + to, `edit${to}`);
  }

  /** Focus the first of these controls that is there. */
  focusOn(...keys) {
    keys
      .map((key) => this.ui.querySelector(`[data-key="${key}"]`))
      .find(Boolean)
      ?.focus();
  }

  /** Make layer i one of another type, with the arguments that both have. */
  retype(i, type) {
    this.open = { type };
    for (const [name, normal] of Object.entries(argumentsOf(type))) {
      if (name in this.layers[i]) this.open[name] = this.layers[i][name];
      else if (normal === undefined) this.open[name] = name === "kernel_size" ? 3 : 16;
    }
    this.splice(i, 1, this.open);
  }

  /** Build the list anew, as layers came, went or moved; the focus stays on its control. */
  draw() {
    const { key } = document.activeElement.dataset;
    this.fields = [];
    this.views = this.layers.map((layer, i) => {
      const [name, state, facts, flow, fields] = ["name", "state", "facts", "flow", "fields"].map(
        (part) => h("div", { className: `cx-${part}` }),
      );
      const edit = button("Edit", () => open(!fields.firstChild), `edit${i}`);
      const open = (yes) => {
        edit.ariaExpanded = yes;
        fields.replaceChildren(...(yes ? this.controls(layer, i) : []));
      };
      edit.ariaLabel = `Edit layer ${i + 1}`;
      open(layer === this.open);
      return {
        name,
        state,
        facts,
        flow,
        item: h(
          "li",
          {},
          h("div", { className: "cx-layer" }, name, state, edit, facts, fields),
          flow,
        ),
      };
    });
    this.list.replaceChildren(...this.views.map(({ item }) => item));
    this.update();
    this.focusOn(key);
  }

  /** What changes layer i. */
  controls(layer, i) {
    const type = this.field("layer", `type${i}`, "select", {
      onchange: () => this.retype(i, type.control.value),
    });
    type.control.append(...TYPES.map((t) => h("option", { selected: t === layer.type }, t)));
    const fields = Object.entries(argumentsOf(layer.type)).map(([name, normal]) => {
      const now = layer[name] ?? normal;
      const flag = normal === !!normal;
      const oninput = () =>
        this.edit(() => {
          layer[name] = flag ? field.control.checked : value(field.control.value);
        }, field);
      const field = this.field(
        name,
        `${i}-${name}`,
        "input",
        flag
          ? { type: "checkbox", checked: now, oninput }
          : { size: 6, value: python(now).replace(/'/g, ""), oninput },
      );
      return { ...field, i };
    });
    this.fields.push(...fields);
    const last = this.layers.length - 1;
    return [
      type.box,
      ...fields.map(({ box }) => box),
      h(
        "div",
        { className: "cx-bar" },
        ...(i ? [button("Move up", () => this.move(i, i - 1, "up"), `up${i}`)] : []),
        ...(i < last ? [button("Move down", () => this.move(i, i + 1, "down"), `down${i}`)] : []),
        button("Add below", () => this.add(i + 1), `add${i}`),
        button(
          "Remove",
          () => {
            this.splice(i, 1);
            this.focusOn(`edit${Math.min(i, last - 1)}`, "Add a layer");
          },
          `remove${i}`,
        ),
      ),
    ];
  }

  /** The row of layer i if its parameters have shapes by now; those of an eager layer always do. */
  known(layer, i) {
    if (isLazy(layer)) return i < this.at ? (this.rows[i] ?? this.error.row) : undefined;
    const { result, error } = attempt(() => cascade([layer], []));
    return result ? result[0] : error.row;
  }

  failing(i) {
    return this.error.layer === i && (i < this.at || this.error.stage === "construct");
  }

  became(layer, i) {
    return call(this.sizes[i] === undefined ? layer : byHand(layer, this.sizes[i]));
  }

  /** Show where the pass is. */
  update() {
    const known = this.layers.map((layer, i) => this.known(layer, i));
    for (const [i, layer] of this.layers.entries()) this.show(this.views[i], layer, i, known[i]);
    const left = this.layers.filter((layer, i) => isLazy(layer) && !known[i]).length;
    this.total.textContent = `Total${left ? " so far" : ""}: ${parameters(known)}. Placeholder layers: ${left || "none"}.`;
    this.says.textContent = this.sentence();
    this.enter.textContent = python(this.shape);
    for (const { name, i, control, trouble } of this.fields) {
      if (control.ariaInvalid !== "true")
        trouble.textContent =
          this.error.layer === i && this.error.argument === name ? this.error.message : "";
    }
    this.showHand();
    this.showCode();
  }

  show({ item, name, state, facts, flow }, layer, i, row) {
    const lazy = isLazy(layer);
    const list = row ? shapes(row) : [];
    const now = this.failing(i)
      ? "raises"
      : list.length
        ? "known"
        : row
          ? "no parameters"
          : lazy
            ? "placeholder"
            : "not built";
    item.dataset.state = state.textContent = now;
    item.dataset.now = i === this.at - 1;
    const [, type, size, rest] = /^(\w+\()(\d*)(.*)/.exec(this.became(layer, i));
    name.replaceChildren(
      h("code", {}, call(layer)),
      ...(lazy && row ? [" became ", h("code", {}, type, h("b", {}, size), rest)] : []),
    );
    const [was, is] = [this.counts[i], this.sizes[i]];
    facts.replaceChildren(
      ...list.flatMap((text) => [h("code", {}, text), " "]),
      list.length ? parameters([row]) : row ? "" : "no shape, no values",
      ...(lazy && row && ![undefined, is].includes(was)
        ? [h("b", {}, ` reads ${number(is)}, was ${number(was)}`)]
        : []),
      ...(now === "raises" ? [error(this.error)] : []),
    );
    flow.textContent = i < this.at && this.rows[i] ? python(this.rows[i].output) : "";
  }

  /** The last step in words. */
  sentence() {
    const { layers, rows, at } = this;
    const { stage, kind, message } = this.error;
    if (stage === "input") return `The input cannot be made. ${message}`;
    const i = stage === "construct" ? this.error.layer : at - 1;
    if (i < 0) return `Nothing has run yet. An input of shape ${python(this.shape)} waits.`;
    const head = `Layer ${i + 1}, ${layers[i].type}:`;
    if (this.failing(i))
      return `${head} ${kind}: ${message}. ${stage === "construct" ? "The network cannot be built." : "Later layers stay as they were."}`;
    const list = shapes(rows[i]);
    const size = isLazy(layers[i])
      ? `saw ${number(this.sizes[i])} ${layers[i].type === "LazyLinear" ? "inputs" : "channels"}, became ${this.became(layers[i], i)}, `
      : "";
    const filled = list.length
      ? `${size && "allocated and filled "}${list.join(" and ")}, ${parameters([rows[i]])}`
      : "no parameters";
    return `${head} ${size}${filled}; handed on ${python(rows[i].output)}.${at === layers.length ? ` All shapes are known: ${parameters(rows)}.` : ""}`;
  }

  /** The net in the numbers that were counted, and which of them are wrong now. */
  showHand() {
    if (!this.hand.checked) return this.handView.replaceChildren();
    const net = this.layers.map((layer, i) =>
      isLazy(layer) && this.counts[i] !== undefined ? byHand(layer, this.counts[i]) : layer,
    );
    const wrong = this.sizes.map(
      (size, i) => size !== undefined && ![undefined, size].includes(this.counts[i]),
    );
    const bad = attempt(() => cascade(net, this.shape)).error;
    this.handView.replaceChildren(
      h(
        "pre",
        { tabIndex: 0, role: "region", ariaLabel: "Network counted by hand" },
        ...net.map((layer, i) =>
          h(
            wrong[i] ? "mark" : "span",
            {},
            `nn.${call(layer)},${wrong[i] ? `  # wrong: ${number(this.sizes[i])} now` : ""}\n`,
          ),
        ),
      ),
      h(
        "p",
        { role: "status" },
        `Numbers that are wrong now: ${wrong.filter(Boolean).length || "none"}.${bad ? ` Layer ${bad.layer + 1} raises:` : ""}`,
      ),
      ...(bad ? [error(bad)] : []),
      button("Count again", () =>
        this.edit(() => {
          this.counts = [...this.sizes];
        }),
      ),
    );
  }

  showCode() {
    const eager = this.layers.map((layer, i) =>
      this.sizes[i] === undefined ? layer : byHand(layer, this.sizes[i]),
    );
    this.codeView.replaceChildren(
      ...Object.entries({ lazy: this.layers, eager }).flatMap(([name, layers]) => {
        const text = `import torch\nfrom torch import nn\n\nnet = nn.Sequential(\n${layers.map((layer) => `    nn.${call(layer)},\n`).join("")})\nprint(net(torch.zeros(${python(this.shape)})).shape)\n`;
        const pre = h("pre", { tabIndex: 0, role: "region", ariaLabel: `${name} network` }, text);
        const copy = button(`Copy ${name}`, () => {
          getSelection().selectAllChildren(pre);
          // Old, but it works from a file too, and leaves the text selected where it does not.
          copy.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
        });
        return [pre, copy];
      }),
    );
  }
}

customElements.define("cascade-explorer", CascadeExplorer);
