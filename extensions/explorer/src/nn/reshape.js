import { ints, need, product } from "./checks.js";

export const flatten = {
  args: { start_dim: 1, end_dim: -1 },
  compute(layer, x) {
    const rank = x.length || 1;
    const [start, end] = ["start_dim", "end_dim"].map((name) => {
      const [d] = ints([layer[name]], name);
      need(
        d >= -rank && d < rank,
        `IndexError: Dimension out of range (expected to be in range of [${-rank}, ${rank - 1}], but got ${d})`,
        name,
      );
      return d < 0 ? d + rank : d;
    });
    need(start <= end, "flatten() has invalid args: start_dim cannot come after end_dim");
    return [...x.slice(0, start), Number(product(x.slice(start, end + 1))), ...x.slice(end + 1)];
  },
};
