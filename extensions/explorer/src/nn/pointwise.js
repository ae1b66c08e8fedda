// Layers that leave the shape as it is.
import { allocate, axis, float, ints, isNumber, need } from "./checks.js";

/** A layer that takes every value for itself. */
const pointwise = (args = {}) => ({
  args,
  compute({ type, inplace, ...numbers }, x) {
    for (const [name, v] of Object.entries(numbers)) float(v, name);
    return x;
  },
});

const dropout = (check = () => {}) => ({
  init: "_DropoutNd",
  args: { p: 0.5, inplace: false },
  construct({ p }) {
    const ok = isNumber(p) && p >= 0 && p <= 1;
    need(ok, `ValueError: dropout probability has to be between 0 and 1, but got ${p}`, "p");
  },
  compute({ p }, x) {
    check(x.length, p === 0 || p === 1 || x.includes(0));
    return x;
  },
});
const channels = (rank, idle) =>
  need(idle || rank > 1, "Feature dropout requires at least 2 dimensions in the input");
const row = (rank) =>
  need(
    rank === 2 || rank === 3,
    `dropout1d: Expected 2D or 3D input, but received a ${rank}D input. Note that dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).`,
  );

const softmax = {
  args: { dim: null },
  construct: ({ dim }) => dim === null || ints([dim], "dim"),
  compute({ dim }, x) {
    if (dim !== null) axis(dim, x.length, "dim");
    return x;
  },
};

export const POINTWISE = {
  Identity: { args: {}, any: true, compute: (_, x) => x },
  Sigmoid: pointwise(),
  Tanh: pointwise(),
  LogSigmoid: pointwise(),
  Softsign: pointwise(),
  ReLU: pointwise({ inplace: false }),
  ReLU6: pointwise({ inplace: false }),
  SELU: pointwise({ inplace: false }),
  SiLU: pointwise({ inplace: false }),
  Mish: pointwise({ inplace: false }),
  Hardswish: pointwise({ inplace: false }),
  Hardsigmoid: pointwise({ inplace: false }),
  ELU: pointwise({ alpha: 1, inplace: false }),
  LeakyReLU: pointwise({ negative_slope: 0.01, inplace: false }),
  Softplus: pointwise({ beta: 1, threshold: 20 }),
  GELU: {
    args: { approximate: "none" },
    compute({ approximate }, x) {
      const ok = ["none", "tanh"].includes(approximate);
      need(ok, "approximate argument must be either none or tanh.");
      return x;
    },
  },
  PReLU: {
    args: { num_parameters: 1, init: 0.25 },
    parameters: ({ num_parameters }) => ({ weight: allocate([num_parameters], "num_parameters") }),
    compute({ num_parameters: n }, x) {
      const c = x[1] ?? 1;
      need(
        n === 1 || n === c,
        `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${n} and channel size = ${c}.`,
      );
      return x;
    },
  },
  Softmax: softmax,
  LogSoftmax: softmax,
  Dropout: dropout(),
  AlphaDropout: dropout(),
  Dropout1d: dropout(row),
  Dropout2d: dropout(channels),
  Dropout3d: dropout(channels),
  FeatureAlphaDropout: dropout(channels),
};
