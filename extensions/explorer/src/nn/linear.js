import { allocate, ints, need, product, truthy } from "./checks.js";

export const linear = {
  size: "in_features",
  args: { in_features: undefined, out_features: undefined, bias: true },
  infer: (_, x) => x.at(-1),
  parameters({ in_features: i, out_features: o, bias }) {
    const weight = allocate([o, i], "out_features");
    return truthy(bias) ? { weight, bias: [o] } : { weight };
  },
  compute({ in_features, out_features: o, bias }, x) {
    const [i, n] = [Number(in_features), x.at(-1)];
    need(x.length, "both arguments to linear need to be at least 1D, but they are 0D and 2D");
    const shapes = `(${product(x.slice(0, -1))}x${n} and ${i}x${o})`;
    const by = truthy(bias) ? "addmm" : "mm";
    const hint = `in_features is ${i}, but ${n} came in`;
    need(n === i, `${by}: mat1 and mat2 shapes cannot be multiplied ${shapes}`, hint);
    return [...x.slice(0, -1), o];
  },
};

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
  parameters({ num_embeddings: n, embedding_dim, padding_idx: p }) {
    if (p !== null) ints([p], "padding_idx");
    need(p === null || (p < n && p >= -n), "AssertionError: Padding_idx must be within num_embeddings");
    return { weight: allocate([n, embedding_dim], "num_embeddings") };
  },
  compute({ embedding_dim }, x, whole) {
    need(
      whole,
      "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.FloatTensor instead (while checking arguments for embedding)",
      "an Embedding comes first: it takes whole numbers",
    );
    return [...x, embedding_dim];
  },
};
