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
    const dilation = max ? sizes(layer, "dilation", n, 1) : [1, 1];
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
      `Expected ${n + 1}D or ${n + 2}D input with no size of 0 behind the batch, but got [${x}]`,
    );
    const output = x.slice(-n).map((s, i) => {
      const span = s + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1;
      const last = Math.floor((span + (ceil && stride[i] - 1)) / stride[i]);
      // With ceil_mode the last window must start inside the input or its left padding.
      return ceil && last * stride[i] >= s + padding[i] ? last : last + 1;
    });
    need(
      output.every((s) => s > 0),
      `Given input size: (${x.slice(-n).join("x")}). Calculated output size: (${output.join("x")}). Output size is too small`,
      "kernel_size",
    );
    return [...x.slice(0, -n), ...output];
  },
});

export const adaptiveAvgPool = {
  args: { output_size: undefined },
  compute({ output_size: size }, x) {
    const list = Array.isArray(size);
    need(
      !list || (size.length === 2 && x.length > 2),
      "ValueError: output_size must be 2, of an input of 3D or 4D",
    );
    const output = sizes(
      { output_size: list ? size.map((s, i) => s ?? x.at(i - 2)) : size },
      "output_size",
      2,
      0,
    );
    const mean = output.every((s) => s === 1); // taken as a mean over two axes, of whatever rank
    need(
      mean ? x.length > 1 : x.length === 3 || x.length === 4,
      `Expected 3D or 4D tensor, but got [${x}]`,
    );
    need(mean || !x.slice(-2).includes(0), `Expected no size of 0, but got [${x}]`);
    return [...x.slice(0, -2), ...output];
  },
};
