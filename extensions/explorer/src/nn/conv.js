import { allocate, divide, isInt, isNumber, need, product, sizes, truthy } from "./checks.js";
export const MODES = ["zeros", "reflect", "replicate", "circular"];
export const conv = (n, transposed) => ({
  size: "in_channels",
  args: {
    in_channels: undefined,
    out_channels: undefined,
    kernel_size: undefined,
    stride: 1,
    padding: 0,
    ...(transposed
      ? { output_padding: 0, groups: 1, bias: true, dilation: 1 }
      : { dilation: 1, groups: 1, bias: true }),
    padding_mode: "zeros",
  },
  kernel: ({ kernel_size: k }) => (Array.isArray(k) ? k : Array(n).fill(k)),
  construct(layer, lazy) {
    const { groups, padding, padding_mode: mode } = layer;
    need(
      isNumber(groups) && groups > 0 && isInt(Number(groups)),
      "ValueError: groups must be a positive integer",
    );
    for (const name of lazy ? [] : ["in_channels", "out_channels"]) {
      need(
        isNumber(layer[name]) && layer[name] % groups === 0,
        `ValueError: ${name} must be divisible by groups`,
      );
    }
    if (typeof padding === "string" && !transposed) {
      need(
        ["same", "valid"].includes(padding),
        `ValueError: Invalid padding string '${padding}', should be one of {'valid', 'same'}`,
      );
      if (padding === "same") {
        need(
          [layer.stride].flat().every((s) => s === 1 || s === true),
          "ValueError: padding='same' is not supported for strided convolutions",
        );
        need([layer.dilation].flat().every(isNumber), "TypeError: dilation must be int");
      }
    }
    const modes = transposed ? MODES.slice(0, 1) : MODES;
    need(
      modes.includes(mode),
      `ValueError: padding_mode must be one of {${modes}}, but got '${mode}'`,
    );
    allocate([0, 0, ...this.kernel(layer)], "kernel_size");
  },
  /** The axis of the channels: 1, or 0 in an input without a batch. */
  axis(x, lazy) {
    const name = lazy ?? `conv${transposed ? "_transpose" : ""}${n}d`;
    const got = lazy ? `torch.Size([${x}])` : `[${x}]`;
    need(
      x.length === n + 1 || x.length === n + 2,
      `Expected ${n + 1}D (unbatched) or ${n + 2}D (batched) input to ${name}, but got input of size: ${got}`,
    );
    return x.length - n - 1;
  },
  infer(layer, x) {
    const channels = x[this.axis(x, layer.type)];
    need(
      channels % layer.groups === 0,
      "ValueError: in_channels must be divisible by groups",
      `the input has ${channels} channels`,
    );
    return channels;
  },
  parameters(layer) {
    const { in_channels: i, out_channels: o, groups } = layer;
    const weight = allocate(
      [...(transposed ? [i, divide(o, groups)] : [o, divide(i, groups)]), ...this.kernel(layer)],
      "out_channels",
    );
    return truthy(layer.bias) ? { weight, bias: allocate([o], "out_channels") } : { weight };
  },
  compute(layer, x) {
    const { groups, padding, padding_mode: mode } = layer;
    const axis = this.axis(x);
    const [batch, channels, space] = [axis ? x[0] : 1, x[axis], x.slice(axis + 1)];
    const { weight, bias } = this.parameters(layer);
    const kernel = weight.slice(2);
    need(kernel.length === n, `expected ${n} values of kernel_size, but got [${kernel}]`);
    const [stride, dilation] = ["stride", "dilation"].map((name) => sizes(layer, name, n, 1));
    const extra = transposed ? sizes(layer, "output_padding", n, 0) : [];
    const reach = kernel.map((k, i) => dilation[i] * (k - 1)); // from a kernel's first entry to its last
    const zeros = mode === MODES[0];
    const word = !transposed && typeof padding === "string";
    const pads = kernel.map((_k, i) =>
      word
        ? padding === "same" && reach[i]
        : 2 * sizes(layer, "padding", n, zeros ? 0 : -Infinity)[i],
    );
    need(groups !== true, "TypeError: argument 'groups' must be int, not bool");

    const given = `Given ${transposed ? "transposed=1" : `groups=${groups}`}, weight of size [${weight}], expected`;
    // PyTorch pads before it looks, where the padding is not of zeros or has two widths.
    const before = (i) => (zeros ? (word && padding === "same" ? pads[i] % 2 : 0) : pads[i]);
    const shown = [axis ? batch : 1, channels, ...space.map((s, i) => s + before(i))];
    need(
      weight[0] >= groups && weight[0] % groups === 0,
      `${given} weight to be divisible by ${groups} at dimension 0`,
    );
    const wants = transposed ? weight[0] : weight[1] * groups;
    need(
      channels === wants,
      `${given} input[${shown}] to have ${wants} channels, but got ${channels} channels instead`,
      `in_channels is ${wants}`,
    );
    const made = transposed ? weight[1] * groups : weight[0];
    need(
      !bias || bias[0] === made,
      `${given} bias to be 1-dimensional with ${made} elements, but got [${bias}]`,
    );
    // With no channel PyTorch has nothing to multiply, and forgets out_channels.
    need(
      !channels || (made && !kernel.includes(0)),
      "could not create a primitive descriptor",
      "kernel_size or out_channels is 0",
    );
    if (!zeros) {
      const side = pads.map((p) => Math.ceil(p / 2));
      need(
        !Array.isArray(padding) || (padding.length === n && padding.every(isInt)),
        `NotImplementedError: padding must be ${n} values`,
      );
      need(
        mode === "circular" || !x.slice(axis).includes(0),
        `Expected no size of 0, but got [${x}]`,
      );
      need(
        mode !== "reflect" || space.every((s, i) => side[i] < s),
        "padding should be less than the input size",
      );
      need(
        mode !== "circular" || space.every((s, i) => side[i] <= s),
        "padding wraps around more than once",
      );
    }
    const by = (shape) => `(${(n === 1 && transposed ? [1, ...shape] : shape).join(" x ")})`;
    const padded = space.map((s, i) => s + pads[i]);
    need(
      transposed || padded.every((s, i) => reach[i] < s),
      `Calculated padded input size per channel: ${by(padded)}. Kernel size: ${by(reach.map((r) => r + 1))}. Kernel size can't be greater than actual input size`,
    );
    need(
      !batch || !channels || !space.includes(0),
      `Only zero batch or zero channel inputs are supported, but got [${x}]`,
    );
    const output = space.map(
      (s, i) =>
        (transposed
          ? (s - 1) * stride[i] - pads[i] + reach[i] + extra[i]
          : Math.floor((padded[i] - reach[i] - 1) / stride[i])) + 1,
    );
    need(
      !batch || extra.every((e, i) => e < stride[i] || e < dilation[i]),
      "output_padding must be smaller than either stride or dilation",
    );
    // Which of its routines PyTorch takes decides whether a transposed output of size 0 is an error.
    // With more than one thread it is its own for one small image, and oneDNN's for all else.
    const own =
      batch * groups === 1 &&
      (n === 1 || kernel.slice(-2).some((k) => k < 4)) &&
      product([channels, ...space.slice(0, 2)]) <= 20480n;
    const least = own ? 1 : 0;
    need(
      output.every((s) => s >= least),
      `Given input size per channel: ${by(space)}. Calculated output size per channel: ${by(output)}. Output size is too small`,
    );
    return [...x.slice(0, axis), channels && made, ...output];
  },
});
