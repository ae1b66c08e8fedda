import { argumentsOf, FAMILIES } from "./nn/layers.js";
import { call, shape, value } from "./python.js";

/** A layer without spaces; one that is not known with its words in percents. */
function compact(layer) {
  const { code, output_shape: shape } = layer;
  if (!code) return call(layer).replace(/, /g, ",").replace("()", "");
  const words = code.replace(/[^\w.]/g, (c) => `%${c.codePointAt(0).toString(16)}.`);
  return `Unknown(${words}${shape ? `,(${shape})` : ""})`;
}
const wordsOf = (text) =>
  text.replace(/%(\w+)\./g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)));

/** A network as one line, 2,20;LazyLinear(256);act:ReLU, and back. */
export const write = (items, input) =>
  [input, ...items.map(({ layer, name }) => (name ? `${name}:` : "") + compact(layer))].join(";");

export function read(line) {
  const [input, ...calls] = line.split(";");
  const names = [];
  const layers = calls.map((part) => {
    const [, label, type, inside = ""] =
      /^\s*(?:([\w.]+):)?\s*(?:nn\.)?(\w+)(?:\((.*)\))?\s*$/.exec(part) ?? [];
    if (!FAMILIES[type]) throw new Error(`“${part.slice(0, 30)}” is not a known layer`);
    names.push(label);
    const args = Object.keys(argumentsOf(type));
    const layer = { type };
    inside.match(/(\([^)]*\)|[^,(])+/g)?.forEach((text, i) => {
      const [, name = args[i], v] = /^\s*(?:(\w+)\s*=)?(.*)$/.exec(text);
      if (!args.includes(name)) throw new Error(`${type} has no argument “${name ?? v}”`);
      layer[name] = name === "code" ? wordsOf(v) : value(v);
    });
    return layer;
  });
  return { layers, names, input: shape(input) };
}
