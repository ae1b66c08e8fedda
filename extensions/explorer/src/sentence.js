import { isLazy } from "./nn/layers.js";
import { python } from "./python.js";
import { parameters, plural, shapes } from "./words.js";

/** The last step in words. */
export function sentence(network, stepping) {
  const { items, rows, input, error, steps } = network;
  if (!items.length) return "The network has no layers: add one.";
  if (error.stage === "input") return `The input cannot be created. ${error.message}`;
  const { i, phase } = error.stage === "construct" ? { i: error.layer } : (stepping.last ?? {});
  if (i === undefined) return `Nothing has run yet. The input has the shape ${python(input)}.`;
  const { layer, size } = items[i];
  const became = network.became(i);
  const lazy = isLazy(layer);
  const type = lazy && phase === "compute" ? became.split("(")[0] : (layer.code ?? layer.type);
  const head = `Layer ${i + 1}, ${type}${lazy && phase ? `, ${phase}` : ""}: `;
  if (stepping.failing(i))
    return `${head}${error.kind}: ${error.message}. ${phase ? "Later layers stay as they were." : "The network cannot be built."}`;
  const x = python(i ? rows[i - 1].output : input);
  const list = shapes(rows[i] ?? error.row ?? { parameters: {} });
  if (phase === "infer")
    return `${head}the input ${x} has ${plural(size, layer.type === "LazyLinear" ? "feature" : "channel")}.`;
  const filled = list.length
    ? `${list.join(" and ")}, ${parameters([rows[i] ?? error.row])}`
    : "no parameters";
  if (phase === "fill")
    return `${head}${list.length ? "allocates and fills " : ""}${filled}; it is now ${became}.`;
  const all = stepping.at === steps.length ? ` All shapes are known: ${parameters(rows)}.` : "";
  return `${head}${lazy ? "" : `${filled}; `}outputs ${python(rows[i].output)}.${all}`;
}
