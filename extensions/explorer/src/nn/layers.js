// The layers that are known: a family of rules for each of torch.nn's classes.
//
// `args` in PyTorch's order (undefined: required); `init`, the class whose __init__ complains, if it
// is another; `size`, the argument that a lazy layer leaves out; `construct` checks what __init__
// does; `infer` reads the size off the input's shape x; `parameters` as in named_parameters();
// `compute`: the output's shape. A layer is {type: "LazyConv2d", args: {out_channels: 6, …}}, and
// may have a `name` in its network. One of another class is {type, source, output}: its own code,
// and the shape of its output if somebody has said it.
import { need } from "./checks.js";
import { conv } from "./conv.js";
import { embedding, linear } from "./linear.js";
import { batchNorm, groupNorm, instanceNorm, layerNorm } from "./norm.js";
import { POINTWISE } from "./pointwise.js";
import { adaptivePool, pool } from "./pool.js";
import { flatten, pixelShuffle, unflatten, upsample, zeroPad2d } from "./reshape.js";

export const FAMILIES = {
  __proto__: null, // so that no other name is found
  ...POINTWISE,
  Linear: linear,
  LazyLinear: linear,
  Embedding: embedding,
  Flatten: flatten,
  Unflatten: unflatten,
  PixelShuffle: pixelShuffle,
  Upsample: upsample,
  ZeroPad2d: zeroPad2d,
  LayerNorm: layerNorm(false),
  RMSNorm: layerNorm(true),
  GroupNorm: groupNorm,
};
for (const n of [1, 2, 3]) {
  for (const lazy of ["", "Lazy"]) {
    FAMILIES[`${lazy}Conv${n}d`] = conv(n, false);
    FAMILIES[`${lazy}ConvTranspose${n}d`] = conv(n, true);
    FAMILIES[`${lazy}BatchNorm${n}d`] = batchNorm(n);
    FAMILIES[`${lazy}InstanceNorm${n}d`] = instanceNorm(n, Boolean(lazy));
  }
  FAMILIES[`MaxPool${n}d`] = pool(n, true);
  FAMILIES[`AvgPool${n}d`] = pool(n, false);
  FAMILIES[`AdaptiveMaxPool${n}d`] = adaptivePool(n, true);
  FAMILIES[`AdaptiveAvgPool${n}d`] = adaptivePool(n, false);
}

export const TYPES = Object.keys(FAMILIES).sort();
export const isLazy = ({ type }) => type in FAMILIES && type.startsWith("Lazy");
export const eager = (type) => type.replace("Lazy", "");
/** The argument of a layer that its lazy form leaves out, or undefined. */
export const sizeOf = ({ type }) => FAMILIES[type]?.size;

/** The arguments of a type as {name: default}, in PyTorch's order. */
export function argumentsOf(type) {
  const { args, size } = FAMILIES[type];
  const names = Object.entries(args).filter(([name]) => !isLazy({ type }) || name !== size);
  return Object.fromEntries(names);
}

/** "'a'", "'a' and 'b'", "'a', 'b', and 'c'" */
function quoted(names) {
  const all = names.map((name) => `'${name}'`);
  if (all.length < 3) return all.join(" and ");
  return `${all.slice(0, -1).join(", ")}, and ${all.at(-1)}`;
}

/** Check a layer as __init__ does; returns its family and all its arguments. */
export function construct({ type, args = {}, source }) {
  const family = FAMILIES[type];
  need(family || source, `AttributeError: module 'torch.nn' has no attribute '${type}'`);
  if (!family) return {};
  const lazy = isLazy({ type });
  const init = lazy && family.init ? "_LazyNormBase" : (family.init ?? type);
  const built = argumentsOf(type);
  for (const name in args) {
    const known = Object.hasOwn(built, name) || family.any;
    need(known, `TypeError: ${init}.__init__() got an unexpected keyword argument '${name}'`);
    built[name] = args[name];
  }
  const missing = Object.keys(built).filter((name) => built[name] === undefined);
  const count = `${missing.length} required positional argument${missing.length > 1 ? "s" : ""}`;
  need(!missing.length, `TypeError: ${init}.__init__() missing ${count}: ${quoted(missing)}`);
  family.construct?.({ type, ...built }, lazy);
  if (!lazy) family.parameters?.(built);
  return { family, built: { type, ...built } };
}
