import { isInt, isNumber, need } from "./checks.js";
import { conv } from "./conv.js";
import { linear } from "./linear.js";
import { batchNorm } from "./norm.js";
import { adaptiveAvgPool, pool } from "./pool.js";
import { flatten } from "./reshape.js";

// A family: `args` in PyTorch's order (undefined: required); `size`, the one that a lazy
// layer leaves out; `construct` checks what __init__ does; `infer` reads the size off the
// input's shape x; `parameters` as in named_parameters(); `compute`: the output's shape.

const same = (_layer, x) => x;
const softmax = {
  args: { dim: null },
  construct({ dim }) {
    const kinds = { string: "str", boolean: "bool", number: "float", object: "list" };
    const kind = kinds[typeof dim];
    need(
      dim === null || isInt(dim),
      `TypeError: dim must be an int or None, got <class '${kind}'>`,
    );
  },
  compute({ dim }, x) {
    const axes = Math.max(x.length, 1);
    need(
      dim === null || (-axes <= dim && dim < axes),
      `IndexError: Dimension out of range (expected to be in range of [${-axes}, ${axes - 1}], but got ${dim})`,
      "dim",
    );
    return x;
  },
};
export const FAMILIES = {
  __proto__: null, // so that no other name is found
  Linear: linear,
  LazyLinear: linear,
  Flatten: flatten,
  ReLU: { args: { inplace: false }, compute: same },
  Sigmoid: { args: {}, compute: same },
  Tanh: { args: {}, compute: same },
  GELU: { args: { approximate: "none" }, compute: same },
  SiLU: { args: { inplace: false }, compute: same },
  ELU: { args: { alpha: 1, inplace: false }, compute: same },
  LeakyReLU: { args: { negative_slope: 0.01, inplace: false }, compute: same },
  Identity: { args: {}, compute: same },
  Softmax: softmax,
  LogSoftmax: softmax,
  Dropout: {
    args: { p: 0.5, inplace: false },
    construct({ p }) {
      need(
        isNumber(p) && p >= 0 && p <= 1,
        `ValueError: dropout probability has to be between 0 and 1, but got ${p}`,
        "p",
      );
    },
    compute: same,
  },
  AdaptiveAvgPool2d: adaptiveAvgPool,
};
for (const n of [1, 2, 3]) {
  for (const lazy of ["", "Lazy"]) {
    FAMILIES[`${lazy}Conv${n}d`] = conv(n, false);
    FAMILIES[`${lazy}ConvTranspose${n}d`] = conv(n, true);
    FAMILIES[`${lazy}BatchNorm${n}d`] = batchNorm(n);
  }
  if (n < 3) [FAMILIES[`MaxPool${n}d`], FAMILIES[`AvgPool${n}d`]] = [pool(n, true), pool(n, false)];
}

export const TYPES = Object.keys(FAMILIES).sort();
export const isLazy = ({ type }) => type.startsWith("Lazy");
export const eager = (type) => type.replace("Lazy", "");

/** The lazy form of a layer whose sizes are given, and the input size that it leaves out. */
export function lazyForm({ type, ...args }) {
  const lazy = `Lazy${type}`;
  if (!FAMILIES[lazy]) return;
  const { [FAMILIES[type].size]: size, ...rest } = args;
  return { layer: { type: lazy, ...rest }, size };
}

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
      Object.hasOwn(built, name) || type === "Identity", // which takes whatever it is given
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
