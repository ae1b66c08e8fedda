// What print(net) shows.
import { argumentsOf, eager, FAMILIES, isLazy, sizeOf } from "../nn/layers.js";
import { Program } from "./program.js";
import { Unreadable } from "./tree.js";
import { Container, Layer } from "./values.js";

const LINE = /^(\s*)(?:\(([\w-]+)\): )?([\w.]+)\((.*)$/;
export const looksPrinted = (text) => /^\s*\([\w-]+\): \w+\(/m.test(text);

// Words that a print leaves without quotation marks
const quote = (inside) => inside.replace(/\b(padding|padding_mode|mode)=([a-z]\w*)/g, "$1='$2'");

/** A layer from its line: LazyConv2d(0, 6, kernel_size=(5, 5)) is LazyConv2d(6, kernel_size=5). */
function leaf(type, inside, line) {
  if (!(type in FAMILIES)) return new Layer({ type, source: `${type}(${inside})` });
  const lazy = isLazy({ type });
  const shown = lazy ? eager(type) : type;
  let program;
  try {
    program = new Program(`${shown}(${quote(inside)})`).network();
  } catch (error) {
    throw new Unreadable(error.message.replace(/^Line 1: /, ""), line);
  }
  const { args } = (program.items?.[0]?.[1] ?? program).layer;
  if (lazy) delete args[sizeOf({ type })]; // 0, which is not yet its size
  const normal = argumentsOf(type);
  const written = Object.entries(args).filter(([name, v]) => JSON.stringify(simple(v, name, type)) !== JSON.stringify(simple(normal[name], name, type)));
  return new Layer({ type, args: Object.fromEntries(written.map(([name, v]) => [name, simple(v, name, type)])) });
}

/** (3, 3) is 3 where the layer takes both. */
function simple(value, name, type) {
  const many = Array.isArray(value) && value.length > 1 && new Set(value).size === 1;
  const both = ["kernel_size", "stride", "padding", "dilation", "output_padding", "output_size"];
  return many && both.includes(name) && type !== "ZeroPad2d" ? value[0] : value;
}

/** @returns {{network: Container, notes: string[]}} */
export function readPrinted(text) {
  const notes = [];
  const open = [];
  let root;
  for (const [i, line] of text.split("\n").entries()) {
    const found = LINE.exec(line);
    if (/^\s*\)\s*$/.test(line) && open.length) {
      open.pop();
    } else if (line.trim()) {
      if (!found) throw new Unreadable(`“${line.trim().slice(0, 40)}” is no line of a printed network.`, i + 1);
      const [, , name, type, rest] = found;
      const whole = /^(.*)\)$/.exec(rest);
      if (!whole && rest.trim()) throw new Unreadable(`“${line.trim().slice(0, 40)}” has no end.`, i + 1);
      const container = !whole;
      const value = container ? new Container([]) : leaf(type.split(".").at(-1), whole[1], i + 1);
      if (container) Object.assign(value, { type, line: i + 1 });
      if (open.length) open.at(-1).add(name, value);
      else if (root) throw new Unreadable("a second network begins here: paste one.", i + 1);
      else root = value;
      if (container) open.push(value);
    }
  }
  if (open.length) throw new Unreadable(`${open.at(-1).type} is never closed: is the end missing?`, open.at(-1).line);
  if (!root) throw new Unreadable("There is no network in it.");
  checkForwards(root, notes);
  return { network: root, notes };
}

/** print does not show what a forward does. */
function checkForwards(value, notes) {
  if (!(value instanceof Container)) return;
  if (value.type !== "Sequential") {
    const only = value.items.length === 1 && value.items[0][1] instanceof Container;
    if (!only) {
      throw new Unreadable(`${value.type} has a forward of its own, which print does not show: paste its class.`, value.line);
    }
    notes.push(`${value.type} has a forward of its own, which print does not show: here it runs its one part.`);
  }
  for (const [, item] of value.items) checkForwards(item, notes);
}
