import { allocate, isInt, isNumber, need, product } from "./checks.js";

export const embedding = {
  args: {
    num_embeddings: undefined,
    embedding_dim: undefined,
    padding_idx: null,
    max_norm: null,
    norm_type: 2,
    scale_grad_by_freq: false,
    sparse: false,
  },
  construct({ num_embeddings: n, padding_idx: i }) {
    need(
      i === null || (isNumber(i) && isInt(Number(i)) && i < n && i >= -n),
      "AssertionError: padding_idx must be within num_embeddings",
    );
  },
  parameters: ({ num_embeddings: n, embedding_dim: d }) => ({
    weight: allocate([n, d], "num_embeddings"),
  }),
  /** It takes whole numbers; only the network's input may be some. */
  compute(layer, x, first) {
    const { num_embeddings: n, embedding_dim: d, max_norm: most, norm_type: p } = layer;
    need(
      first,
      "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.FloatTensor instead",
    );
    for (const name of ["scale_grad_by_freq", "sparse"])
      need(layer[name] === !!layer[name], `TypeError: argument '${name}' must be bool`);
    need(most === null || (isNumber(most) && isNumber(p)), "TypeError: max_norm must be float");
    need(n || !product(x), "IndexError: index out of range in self");
    return [...x, d];
  },
};

export const prelu = {
  args: { num_parameters: 1, init: 0.25 },
  parameters({ num_parameters: n, init }) {
    need(isNumber(init), "TypeError: fill_() received an invalid combination of arguments");
    return { weight: allocate([n].flat(), "num_parameters") };
  },
  compute({ num_parameters: n }, x) {
    const channels = x.length > 1 ? x[1] : 1;
    need(
      Number(n) === 1 || Number(n) === channels,
      `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${n} and channel size = ${channels}.`,
    );
    return x;
  },
};
