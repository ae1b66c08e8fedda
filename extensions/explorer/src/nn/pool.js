import { isInt, need, sizes, truthy } from "./checks.js";
export const pool = (n, max) => ({
  args: {
    kernel_size: undefined,
    stride: null,
    padding: 0,
    ...(max && { dilation: 1, return_indices: false }),
    ceil_mode: false,
    ...(!max && { count_include_pad: true, ...(n > 1 && { divisor_override: null }) }),
  },
  compute(layer, x) {
    const {
      ceil_mode: ceil,
      count_include_pad: include = true,
      divisor_override: divisor = null,
    } = layer;
    const kernel = sizes(layer, "kernel_size", n, 1);
    const stride = [layer.stride ?? []].flat().length ? sizes(layer, "stride", n, 1) : kernel;
    const padding = sizes(layer, "padding", n, 0);
    const dilation = max ? sizes(layer, "dilation", n, 1) : Array(n).fill(1);
    need(
      ceil === !!ceil && include === !!include,
      "TypeError: ceil_mode, count_include_pad must be bool",
    );
    need(
      !truthy(layer.return_indices),
      "AttributeError: 'tuple' object has no attribute 'shape'",
      "return_indices",
    );
    need(
      divisor === null || (isInt(divisor) && divisor),
      "divisor_override must be int and not zero",
    );
    need(
      padding.every((p, i) => 2 * p <= kernel[i]),
      `padding should be at most half of kernel size, but got padding=${padding}, kernel_size=${kernel}`,
    );
    need(
      (x.length === n + 1 || x.length === n + 2) && !x.slice(-n - 1).includes(0),
      `Expected ${n + 1}D or ${n + 2}D input with no size of 0 after the batch axis, but got [${x}]`,
    );
    need(
      max || n < 3 || x.slice(-3).every((s, i) => s >= kernel[i]),
      `input image (T: ${x.at(-3)} H: ${x.at(-2)} W: ${x.at(-1)}) smaller than kernel size (kT: ${kernel[0]} kH: ${kernel[1]} kW: ${kernel[2]})`,
    );
    const output = x.slice(-n).map((s, i) => {
      const span = s + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1;
      const last = Math.floor((span + (ceil && stride[i] - 1)) / stride[i]);
      // With ceil_mode the last window must start inside the input or its left padding.
      return ceil && last * stride[i] >= s + padding[i] ? last : last + 1;
    });
    const by = (sides) => `(${[x.at(-n - 1), ...(n > 1 ? [] : [1]), ...sides].join("x")})`;
    need(
      output.every((s) => s > 0),
      `Given input size: ${by(x.slice(-n))}. Calculated output size: ${by(output)}. Output size is too small`,
      "kernel_size",
    );
    return [...x.slice(0, -n), ...output];
  },
});

/** A pool that makes an output of a given size. */
export const adaptivePool = (n, max) => ({
  args: { output_size: undefined, ...(max && { return_indices: false }) },
  compute({ output_size: size, return_indices: indices }, x) {
    const list = Array.isArray(size);
    need(
      n === 1 || !list || (size.length === n && x.length > n),
      `ValueError: output_size must have ${n} values, and the input must be ${n + 1}D or ${n + 2}D`,
    );
    const output = sizes(
      { output_size: list && n > 1 ? size.map((s, i) => s ?? x.at(i - n)) : size },
      "output_size",
      n,
      0,
    );
    need(
      !truthy(indices),
      "AttributeError: 'tuple' object has no attribute 'shape'",
      "return_indices",
    );
    // An average over all is taken as a mean over the last axes, of whatever rank.
    const mean = !max && output.every((s) => s === 1);
    need(
      mean && n > 1 ? x.length >= n : x.length === n + 1 || x.length === n + 2,
      `Expected ${n + 1}D or ${n + 2}D tensor, but got [${x}]`,
    );
    const must = max ? x.slice(1) : x.slice(-n); // not 0
    need(mean || !must.includes(0), `Expected no size of 0, but got [${x}]`);
    return [...x.slice(0, -n), ...output];
  },
});
