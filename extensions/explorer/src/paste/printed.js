// What print(net) shows.
import { argumentsOf, FAMILIES, isLazy } from "../nn/layers.js";
import { evaluate } from "./evaluate.js";
import { known, layerOf, unknown } from "./layer.js";
import { argumentNodes, parts, Source } from "./tree.js";
import { Trouble } from "./trouble.js";

const CHILD = /^\s*\(([^()]*)\): (.*)$/;
export const isPrinted = (text) =>
  text.split("\n").some((line) => CHILD.test(line)) || /^\s*Sequential\(\)\s*$/.test(text);

/** The layer of `Linear(in_features=20, out_features=256, bias=True)`. */
function layerIn(words, line) {
  const fail = (reason) => new Trouble(reason, line);
  const type = /^\w+/.exec(words)?.[0];
  if (!known(type)) return unknown(`nn.${words}`);
  let source;
  try {
    source = new Source(words);
  } catch {
    throw fail(`this is not part of a printout: “${words.slice(0, 30)}”.`);
  }
  const call = parts(parts(source.top)[0])[0];
  const positional = [];
  const named = {};
  for (const { name, value } of argumentNodes(call.lastChild)) {
    // Words stand without quotation marks.
    const v = value.name === "VariableName" ? source.words(value) : evaluate(source, value);
    if (name) named[source.words(name)] = v;
    else positional.push(v);
  }
  if (isLazy({ type })) {
    // It prints 0 for the size that it does not know
    const { size } = FAMILIES[type];
    if (size in named) delete named[size];
    else positional.shift();
  }
  for (const name in named) if (!(name in argumentsOf(type))) delete named[name];
  return layerOf(type, positional, named, fail);
}

/** @returns {{items: {layer, name}[], notes: string[]}} */
export function readPrinted(text) {
  const items = [];
  const open = [];
  const notes = new Set();
  text.split("\n").forEach((words, i) => {
    const line = i + 1;
    const rest = words.trim().replace(/^>>> .*/, "");
    if (!rest) return;
    if (rest === ")") {
      if (!open.length) throw new Trouble("this ) has no match.", line);
      open.pop();
      return;
    }
    const [, name = "", call = rest] = CHILD.exec(rest) ?? [];
    if (!open.length && i && items.length)
      throw new Trouble(`the printout ended before “${rest.slice(0, 30)}”.`, line);
    const opens = /^(\w+)\($/.exec(call);
    if (opens && opens[1] !== "Sequential")
      throw new Trouble(
        `${opens[1]} is not a Sequential, and a printout does not show the order in which its forward calls layers. Paste the class.`,
        line,
      );
    if (opens) open.push(name);
    else if (/^\w+\(.*\)$/.test(call)) {
      const layer = layerIn(call, line);
      items.push({ layer, name: [...open.slice(1), name].filter(Boolean).join(".") });
      if (/^AvgPool/.test(layer.type))
        notes.add(
          "A printout does not show an AvgPool's ceil_mode, count_include_pad and divisor_override; the defaults are used.",
        );
      if (layer.type === "Upsample" && /linear|cubic/.test(layer.mode))
        notes.add("A printout does not show an Upsample's align_corners; the default is used.");
    } else throw new Trouble(`this is not part of a printout: “${rest.slice(0, 30)}”.`, line);
  });
  if (open.length) throw new Trouble("the last ) is missing.", text.split("\n").length);
  return { items, notes: [...notes] };
}
