import { argumentsOf, FAMILIES } from "./nn/layers.js";
import { call, shape, value } from "./python.js";

/** A network as one line, 2,20;LazyLinear(256);ReLU, and back. */
export const write = (layers, input) =>
  [input, ...layers.map((layer) => call(layer).replace(/, /g, ",").replace("()", ""))].join(";");
export function read(line) {
  const [input, ...calls] = line.split(";");
  const layers = calls.map((part) => {
    const [, type, inside = ""] = /^\s*(?:nn\.)?(\w+)(?:\((.*)\))?\s*$/.exec(part) ?? [];
    if (!FAMILIES[type]) throw new Error(`“${part.slice(0, 30)}” is no layer in this figure`);
    const names = Object.keys(argumentsOf(type));
    return (inside.match(/(\([^)]*\)|[^,(])+/g) ?? []).reduce(
      (layer, text, i) => {
        const [, name = names[i], v] = /^\s*(?:(\w+)\s*=)?(.*)$/.exec(text);
        if (!names.includes(name)) throw new Error(`${type} has no argument “${name ?? v}”`);
        return { ...layer, [name]: value(v) };
      },
      { type },
    );
  });
  return { layers, input: shape(input) };
}
