import { allocate, need, product, truthy } from "./checks.js";

export const linear = {
  size: "in_features",
  args: { in_features: undefined, out_features: undefined, bias: true },
  infer: (_layer, x) => x.at(-1),
  parameters({ in_features: i, out_features: o, bias }) {
    const weight = allocate([o, i], "out_features");
    return truthy(bias) ? { weight, bias: [o] } : { weight };
  },
  compute({ in_features, out_features: o, bias }, x) {
    const [i, n] = [Number(in_features), x.at(-1)];
    need(x.length, "both arguments to linear need to be at least 1D, but they are 0D and 2D");
    const rows = product(x.slice(0, -1));
    need(
      n === i,
      `${truthy(bias) ? "addmm" : "mm"}: mat1 and mat2 shapes cannot be multiplied (${rows}x${n} and ${i}x${o})`,
      `in_features is ${i}, but the input has ${n} features`,
    );
    return [...x.slice(0, -1), o];
  },
};

/** A layer that is not known here: its words, and the shape of its output, if someone gave it. */
export const unknown = {
  args: { code: undefined, output_shape: null },
  compute({ output_shape: shape }) {
    if (shape) return [shape].flat();
    const said = "enter its output shape";
    throw Object.assign(new Error(said), { kind: "Unknown layer", said, hint: "" });
  },
};
