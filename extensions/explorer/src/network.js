/** The network that is edited, and what PyTorch makes of it. */
import { read, write } from "./line.js";
import { byHand, cascade, fittingSizes } from "./nn/cascade.js";
import { FAMILIES, isLazy } from "./nn/layers.js";
import { call, python } from "./python.js";
import { attempt } from "./words.js";

export const PHASES = ["infer", "fill", "compute"];

export class Network {
  /**
   * Per layer {layer, name, size, was, counted}: its name in the network, if it has one; the input
   * size that fits; the one before the last change; and the one that was counted by hand.
   */
  items = [];

  get layers() {
    return this.items.map(({ layer }) => layer);
  }

  /** Take a set-up from a line, throws if it can't be read; says if it has sizes counted by hand. */
  load(line) {
    const [text, hand] = line.split(";hand=");
    const { layers, names, input } = read(text);
    const counted = (hand ?? "").split(",").map((n) => (/^\d+$/.test(n) ? Number(n) : undefined));
    this.items = layers.map((layer, i) => ({ layer, name: names[i], counted: counted[i] }));
    this.input = input;
    this.run();
    return hand !== undefined;
  }

  /** The set-up as a line; with what was counted, or without. */
  line(hand) {
    const line = write(this.items, this.input);
    return hand ? `${line};hand=${this.items.map(({ counted }) => counted ?? "-")}` : line;
  }

  /** Remember the sizes, to tell which of them the next change changes. */
  remember() {
    for (const item of this.items) item.was = item.size;
  }

  /** Count all sizes by hand, again. */
  count() {
    for (const item of this.items) item.counted = item.size;
  }

  /**
   * Ask what PyTorch would do: `rows` of the layers that pass, the `error`, and `steps`, the phases
   * of the pass in order.
   */
  run() {
    const { layers, input } = this;
    const { result, error } = attempt(() => cascade(layers, input));
    const sizes = fittingSizes(layers, input);
    this.error = error ?? {};
    this.rows = result ?? error.rows;
    this.items.forEach((item, i) => {
      item.size = sizes[i];
      item.counted ??= isLazy(item.layer) ? item.size : undefined; // when one could count first
    });
    this.steps = [];
    const { layer: failing, stage } = this.error;
    const built = !["construct", "input"].includes(stage);
    layers.slice(0, built ? this.rows.length + 1 : 0).forEach((layer, i) => {
      const phases = isLazy(layer) ? PHASES : PHASES.slice(2);
      const end = i === failing ? phases.indexOf(stage) + 1 : phases.length;
      for (const phase of phases.slice(0, end)) this.steps.push({ i, phase });
    });
  }

  /** Layer i with the size that fits written out, as far as that is known; or eager ones alone. */
  sized(i, eager) {
    const { layer, size } = this.items[i];
    return size === undefined || (eager && isLazy(layer)) ? layer : byHand(layer, size);
  }

  /** The size that fits layer i, where the one that is written there is another. */
  misfit({ layer, size, counted }) {
    const given = isLazy(layer) ? counted : layer[FAMILIES[layer.type]?.size];
    const wrong = ![given, size].includes(undefined) && python(given) !== python(size);
    return wrong ? size : undefined;
  }

  /** The sizes of eager layers that do not fit, in words. */
  wrong() {
    return this.items.flatMap((item, i) => {
      const size = isLazy(item.layer) ? undefined : this.misfit(item);
      const name = FAMILIES[item.layer.type]?.size;
      return size === undefined
        ? []
        : [`layer ${i + 1}, ${name}=${python(item.layer[name])} should be ${python(size)}`];
    });
  }

  /** What layer i becomes, in Python. */
  became = (i) => call(this.sized(i));
}
