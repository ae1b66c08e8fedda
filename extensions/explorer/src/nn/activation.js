// What keeps the shape.
import { axisOf, isInt, isNumber, need } from "./checks.js";

const same = (_layer, x) => x;
/** An activation whose arguments are numbers, but for `inplace`. */
const activation = (args = {}) => ({
  args,
  compute(layer, x) {
    for (const name in args)
      need(name === "inplace" || isNumber(layer[name]), `TypeError: ${name} must be Number`);
    return x;
  },
});
const softmax = {
  args: { dim: null },
  construct({ dim }) {
    need(dim === null || isInt(dim), `TypeError: dim must be an int or None, got ${dim}`);
  },
  compute({ dim }, x) {
    if (dim !== null) axisOf(dim, x.length || 1, "dim");
    return x;
  },
};
const dropout = (check) => ({
  args: { p: 0.5, inplace: false },
  construct({ p }) {
    need(
      isNumber(p) && p >= 0 && p <= 1,
      `ValueError: dropout probability has to be between 0 and 1, but got ${p}`,
      "p",
    );
  },
  compute({ p }, x) {
    check?.(x, p);
    return x;
  },
});
const feature = (x, p) =>
  need(
    x.length > 1 || p <= 0 || p >= 1,
    "Feature dropout requires at least 2 dimensions in the input",
  );

export const ACTIVATIONS = {
  Identity: { args: {}, compute: same },
  Tanh: activation(),
  Sigmoid: activation(),
  LogSigmoid: activation(),
  Softsign: activation(),
  ReLU: activation({ inplace: false }),
  ReLU6: activation({ inplace: false }),
  SiLU: activation({ inplace: false }),
  Mish: activation({ inplace: false }),
  Hardswish: activation({ inplace: false }),
  Hardsigmoid: activation({ inplace: false }),
  ELU: activation({ alpha: 1, inplace: false }),
  LeakyReLU: activation({ negative_slope: 0.01, inplace: false }),
  Softplus: activation({ beta: 1, threshold: 20 }),
  GELU: {
    args: { approximate: "none" },
    compute({ approximate }, x) {
      need(
        ["none", "tanh"].includes(approximate),
        "approximate argument must be either none or tanh.",
      );
      return x;
    },
  },
  Softmax: softmax,
  LogSoftmax: softmax,
  Dropout: dropout(),
  AlphaDropout: dropout(),
  Dropout1d: dropout(({ length }) =>
    need(
      length === 2 || length === 3,
      `dropout1d: Expected 2D or 3D input, but received a ${length}D input.`,
    ),
  ),
  Dropout2d: dropout(feature),
  Dropout3d: dropout(),
};
