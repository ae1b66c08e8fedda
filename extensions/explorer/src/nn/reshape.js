import { axis, ints, isNumber, list, need, product, spread } from "./checks.js";

export const flatten = {
  args: { start_dim: 1, end_dim: -1 },
  compute({ start_dim, end_dim }, x) {
    const start = axis(start_dim, x.length, "start_dim");
    const end = axis(end_dim, x.length, "end_dim");
    need(start <= end, "flatten() has invalid args: start_dim cannot come after end_dim");
    const joined = Number(product(x.slice(start, end + 1)));
    return [...x.slice(0, start), joined, ...x.slice(end + 1)];
  },
};

export const unflatten = {
  args: { dim: undefined, unflattened_size: undefined },
  construct({ unflattened_size: size }) {
    const kind = { number: "int", string: "str", boolean: "bool", object: "NoneType" }[typeof size];
    const found = `TypeError: unflattened_size must be a tuple of ints, but found type ${kind}`;
    need(Array.isArray(size), found);
    ints(size, "unflattened_size");
  },
  compute({ dim, unflattened_size: sizes }, x) {
    const at = axis(dim, x.length, "dim");
    need(sizes.length, "unflatten: sizes must be non-empty");
    const known = product(sizes.filter((s) => s !== -1));
    const open = sizes.length > sizes.filter((s) => s !== -1).length;
    need(sizes.filter((s) => s === -1).length < 2, "unflatten: only one dimension can be inferred");
    const whole = BigInt(x[at] ?? 1);
    need(
      open ? known !== 0n && whole % known === 0n : whole === known,
      `unflatten: Provided sizes ${list(sizes)} don't multiply up to the size of dim ${at} (${whole}) in the input tensor`,
    );
    const filled = sizes.map((s) => (s === -1 ? Number(whole / known) : s));
    return [...x.slice(0, at), ...filled, ...x.slice(at + 1)];
  },
};

export const pixelShuffle = {
  args: { upscale_factor: undefined },
  compute({ upscale_factor }, x) {
    const [r] = ints([upscale_factor], "upscale_factor");
    const rank = `${x.length} dimension(s)`;
    const least = "pixel_shuffle expects input to have at least 3 dimensions, but got input with";
    need(x.length > 2, `${least} ${rank}`);
    need(r > 0, `pixel_shuffle expects a positive upscale_factor, but got ${r}`);
    const [c, h, w] = x.slice(-3);
    need(
      c % (r * r) === 0,
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${c} is not divisible by ${r * r}`,
    );
    return [...x.slice(0, -3), c / (r * r), h * r, w * r];
  },
};

export const zeroPad2d = {
  args: { padding: undefined },
  compute({ padding }, x) {
    const pads = ints(Array.isArray(padding) ? padding : spread(padding, 4), "padding");
    need(pads.length % 2 === 0, "Padding length must be divisible by 2");
    need(
      pads.length <= 2 * x.length,
      `Padding length should be less than or equal to two times the input dimension but got padding length ${pads.length} and input of dimension ${x.length}`,
    );
    return x.map((s, i) => {
      const at = 2 * (x.length - 1 - i);
      const [before, after] = [pads[at] ?? 0, pads[at + 1] ?? 0];
      const size = s + before + after;
      const cut = s + Math.min(before, 0);
      need(size >= 0 && cut + Math.min(after, 0) >= 0, "narrow(): length must be non-negative.");
      return size;
    });
  },
};

// The modes that interpolate, each with its rank
const LINEAR = { linear: 3, bilinear: 4, bicubic: 4, trilinear: 5 };
const EXACT = ["nearest", "nearest-exact", "area"];

export const upsample = {
  args: {
    size: null,
    scale_factor: null,
    mode: "nearest",
    align_corners: null,
    recompute_scale_factor: null,
  },
  construct({ scale_factor: scale }) {
    for (const v of [scale ?? []].flat()) {
      const text = typeof v === "string";
      need(!text || (v && !Number.isNaN(Number(v))), `ValueError: could not convert string to float: '${v}'`, "scale_factor");
      need(text || isNumber(v), "TypeError: float() argument must be a string or a real number", "scale_factor");
    }
  },
  compute({ size, scale_factor: scale, mode, align_corners: corners }, x) {
    const rank = x.length;
    const modes = `${Object.keys(LINEAR).join(" | ")} | lanczos`;
    need(
      corners === null || mode in LINEAR,
      "ValueError: align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear",
    );
    const given = [size, scale].filter((v) => v !== null && v !== 0).length;
    need(given > 0, "ValueError: either size or scale_factor should be defined");
    need(given < 2, "ValueError: only one of size or scale_factor should be defined");
    const space = x.slice(2);
    const value = size ?? scale;
    const name = size === null ? "scale_factor" : "output size";
    const shape = size === null ? "scale_factor of shape" : "output size of";
    const tuple = Array.isArray(value) && `(${value.map((v) => (size === null && Number.isInteger(v) ? `${v}.0` : v)).join(", ")}${value.length === 1 ? "," : ""})`;
    const form = size === null ? "scale_factor in (s1, s2, ...,sK)" : "output size in (o1, o2, ...,oK)";
    need(
      !Array.isArray(value) || value.length === space.length,
      `ValueError: Input and ${size === null ? name : "output"} must have the same number of spatial dimensions, but got input with spatial dimensions of ${list(space)} and ${shape} ${tuple}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and ${form} format.`,
    );
    const wants = LINEAR[mode];
    const only = "Input Error: Only 3D, 4D and 5D input Tensors supported";
    const all = "nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact";
    const known = rank > 2 && rank < 6 && (mode !== "bicubic" || rank === 4) && (wants || EXACT.includes(mode)) && modes;
    const bad = `NotImplementedError: ${only} (got ${rank}D) for the modes: ${all} (got ${mode})`;
    need(known, bad);
    const needs = `NotImplementedError: Got ${rank}D input, but ${mode} mode needs ${wants}D input`;
    need(!wants || wants === rank, needs);
    need(corners === null || corners === !!corners, "TypeError: align_corners must be bool");
    const factors = spread(value, space.length);
    const output = space.map((s, i) => (size === null ? Math.floor(s * factors[i]) : factors[i]));
    need(
      !x.slice(1, 2).includes(0),
      `Non-empty ${rank}D data tensor expected but got a tensor with sizes ${list(x)}`,
    );
    const sides = (v) => v.map((s, i) => `${["D", "H", "W"].slice(-v.length)[i]}: ${s}`).join(", ");
    need(
      [...space, ...output].every((s) => s > 0),
      `Input and output sizes should be greater than 0, but got input (${sides(space)}) output (${sides(output)})`,
    );
    return [...x.slice(0, 2), ...output];
  },
};
