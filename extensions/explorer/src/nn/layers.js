import { ACTIVATIONS } from "./activation.js";
import { need } from "./checks.js";
import { conv } from "./conv.js";
import { embedding, prelu } from "./embedding.js";
import { linear, unknown } from "./linear.js";
import { batchNorm, groupNorm, instanceNorm, layerNorm } from "./norm.js";
import { adaptivePool, pool } from "./pool.js";
import { flatten, pixelShuffle, unflatten, upsample, zeroPad } from "./reshape.js";

// A family: `args` in PyTorch's order (undefined: required); `size`, the one that a lazy
// layer leaves out; `construct` checks what __init__ does; `infer` reads the size off the
// input's shape x; `parameters` as in named_parameters(); `compute`: the output's shape.

export const FAMILIES = {
  __proto__: null, // so that no other name is found
  Unknown: unknown,
  Linear: linear,
  LazyLinear: linear,
  Flatten: flatten,
  Unflatten: unflatten,
  ...ACTIVATIONS,
  PReLU: prelu,
  LayerNorm: layerNorm(false),
  RMSNorm: layerNorm(true),
  GroupNorm: groupNorm,
  Embedding: embedding,
  Upsample: upsample,
  PixelShuffle: pixelShuffle,
  ZeroPad2d: zeroPad,
};
for (const n of [1, 2, 3]) {
  for (const lazy of ["", "Lazy"]) {
    FAMILIES[`${lazy}Conv${n}d`] = conv(n, false);
    FAMILIES[`${lazy}ConvTranspose${n}d`] = conv(n, true);
    FAMILIES[`${lazy}BatchNorm${n}d`] = batchNorm(n);
    FAMILIES[`${lazy}InstanceNorm${n}d`] = instanceNorm(n, Boolean(lazy));
  }
  for (const [name, max] of [
    ["Max", true],
    ["Avg", false],
  ]) {
    FAMILIES[`${name}Pool${n}d`] = pool(n, max);
    FAMILIES[`Adaptive${name}Pool${n}d`] = adaptivePool(n, max);
  }
}

export const TYPES = Object.keys(FAMILIES)
  .filter((type) => type !== "Unknown")
  .sort();
export const isLazy = ({ type }) => type.startsWith("Lazy");
export const eager = (type) => type.replace("Lazy", "");

/** The arguments of a type as {name: default}, in PyTorch's order; an `open` one has no size. */
export function argumentsOf(type, open = isLazy({ type })) {
  const { args, size } = FAMILIES[type];
  return Object.fromEntries(Object.entries(args).filter(([name]) => !open || name !== size));
}

/** Check a layer as __init__ does; returns it with all its arguments, to `fit` without its size. */
export function construct(layer, fit = false) {
  const { type, ...given } = layer ?? {};
  const family = FAMILIES[type];
  need(family, `AttributeError: module 'torch.nn' has no attribute '${type}'`, "in this figure");
  const open = isLazy({ type }) || Boolean(fit && family.infer);
  if (fit && !isLazy({ type })) delete given[family.size];
  const built = argumentsOf(type, open);
  for (const name in given) {
    need(
      Object.hasOwn(built, name) || type === "Identity",
      `TypeError: ${type}.__init__() got an unexpected keyword argument '${name}'`,
    );
    built[name] = given[name];
  }
  for (const name in built)
    need(
      built[name] !== undefined,
      `TypeError: ${type}.__init__() missing 1 required positional argument: '${name}'`,
    );
  built.type = type;
  family.construct?.(built, open);
  if (!open) family.parameters?.(built);
  return built;
}
