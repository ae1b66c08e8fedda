import { allocate, axisOf, ints, isInt, need, product, truthy } from "./checks.js";

export const flatten = {
  args: { start_dim: 1, end_dim: -1 },
  compute(layer, x) {
    const [start, end] = ["start_dim", "end_dim"].map((name) =>
      axisOf(layer[name], x.length || 1, name),
    );
    need(start <= end, "flatten() has invalid args: start_dim cannot come after end_dim");
    return [...x.slice(0, start), Number(product(x.slice(start, end + 1))), ...x.slice(end + 1)];
  },
};

export const unflatten = {
  args: { dim: undefined, unflattened_size: undefined },
  construct({ unflattened_size: sizes }) {
    need(
      Array.isArray(sizes) && sizes.every((s) => isInt(s) || typeof s === "boolean"),
      "TypeError: unflattened_size must be tuple of ints",
    );
  },
  compute({ dim, unflattened_size: given }, x) {
    const axis = axisOf(dim, x.length, "dim");
    need(given.length, "unflatten: sizes must be non-empty");
    const n = BigInt(x[axis]);
    const free = given.indexOf(-1);
    const rest = product(given.filter((_, i) => i !== free).map(Number));
    need(
      given.every((s, i) => s >= 0 || i === free) &&
        (free < 0 ? rest === n : rest && n % rest === 0n),
      `unflatten: Provided sizes [${given}] don't multiply up to the size of dim ${axis} (${n}) in the input tensor`,
    );
    const sizes = given.map((s, i) => (i === free ? Number(n / rest) : Number(s)));
    return [...x.slice(0, axis), ...sizes, ...x.slice(axis + 1)];
  },
};

export const pixelShuffle = {
  args: { upscale_factor: undefined },
  compute({ upscale_factor: r }, x) {
    need(x.length > 2, `pixel_shuffle expects input to have at least 3 dimensions`);
    need(isInt(r), "TypeError: argument 'upscale_factor' must be int");
    need(r > 0, `pixel_shuffle expects a positive upscale_factor, but got ${r}`);
    const [c, h, w] = x.slice(-3);
    need(c % r ** 2 === 0, `pixel_shuffle: input.size(-3)=${c} is not divisible by ${r ** 2}`);
    return [...x.slice(0, -3), c / r ** 2, h * r, w * r];
  },
};

export const zeroPad = {
  args: { padding: undefined },
  compute({ padding }, x) {
    const pads = ints(Array.isArray(padding) ? padding : Array(4).fill(padding), "padding");
    need(pads.length % 2 === 0, "Padding length must be divisible by 2");
    need(
      pads.length <= 2 * x.length,
      `Padding length should be less than or equal to two times the input dimension`,
    );
    const output = x.map((s, i) => {
      const j = 2 * (x.length - 1 - i);
      return s + (pads[j] ?? 0) + (pads[j + 1] ?? 0);
    });
    need(
      output.every((s) => s >= 0),
      `The input size [${x}], plus padding [${pads}] resulted in a negative output size`,
    );
    return output;
  },
};

const MODES = {
  nearest: 0,
  "nearest-exact": 0,
  area: 0,
  linear: 1,
  bilinear: 2,
  bicubic: 2,
  trilinear: 3,
};
export const upsample = {
  args: {
    size: null,
    scale_factor: null,
    mode: "nearest",
    align_corners: null,
    recompute_scale_factor: null,
  },
  construct({ scale_factor: scale }) {
    need(
      [scale ?? []].flat().every((s) => typeof s !== "object" && !Number.isNaN(Number(s))),
      "TypeError: scale_factor must be float",
    );
  },
  compute(
    { size, scale_factor: scale, mode, align_corners: align, recompute_scale_factor: again },
    x,
  ) {
    const n = x.length - 2;
    need(
      MODES[mode] || align === null,
      "ValueError: align_corners option can only be set with the interpolating modes",
    );
    const given = Array.isArray(scale) || scale;
    need(
      (size === null) !== !given,
      `ValueError: ${given ? "only one of" : "either"} size or scale_factor should be defined`,
    );
    const list = given ? scale : size;
    need(
      !Array.isArray(list) || list.length === n,
      "ValueError: Input and output must have the same number of spatial dimensions",
    );
    need(
      n >= 1 && n <= 3 && (MODES[mode] === 0 || MODES[mode] === n),
      "NotImplementedError: Input Error: mode and input do not match",
    );
    const spread = Array.isArray(list) ? list : Array(n).fill(list);
    const output = given
      ? spread.map((s, i) => Math.floor(x[i + 2] * Number(s)))
      : allocate(spread, "size");
    need(
      given || !truthy(again),
      "ValueError: recompute_scale_factor is not meaningful with an explicit size.",
    );
    need(
      (mode === "area" || output.every((s) => s > 0)) && !x.slice(2).includes(0),
      `Input and output sizes should be greater than 0, but got input (${x.slice(2)}) output (${output})`,
    );
    return [...x.slice(0, 2), ...output];
  },
};
