import { allocate, divide, ints, isInt, isNumber, list, need, spread, truthy } from "./checks.js";

export const MODES = ["zeros", "reflect", "replicate", "circular"];
const SIDES = ["depth", "height", "width"];
const by = (shape) => `(${shape.join(" x ")})`;

/** An argument of an n-dimensional layer, for all axes of its kernel. */
function expand(layer, name, n, axes) {
  const values = ints(Array.isArray(layer[name]) ? layer[name] : Array(n).fill(layer[name]), name);
  need(
    values.length === 1 || values.length === axes,
    `expected ${name} to be a single integer value or a list of ${axes} values to match the convolution dimensions, but got ${name}=${list(values)}`,
  );
  return spread(values, axes);
}

/** Padding with anything but zeros is a step of its own. */
function pad(layer, x, n, side) {
  const { padding, padding_mode: mode } = layer;
  const pairs = [1, 2, 3].map((k) => {
    const axes = k > 1 ? `${k} dimensions` : "dimension";
    return `\n  - ${k + 1}D or ${k + 2}D input: padding size = ${2 * k} (pads last ${axes})`;
  });
  need(
    x.length === n + 1 || x.length === n + 2,
    `NotImplementedError: Padding size ${2 * n} is not supported for ${x.length}D input tensor.\nSupported combinations for non-constant padding:${pairs.join("")}`,
  );
  need(!Array.isArray(padding) || padding.length === n, `NotImplementedError: padding must be ${n} values`);
  const empty = "tensor with possibly 0 batch size and other non-zero dimensions for input, but got:";
  need(
    mode === "circular" || !x.slice(-n - 1).includes(0),
    `Expected ${n + 1}D or ${n + 2}D (batch mode) ${empty} ${list(x)}`,
  );
  const space = x.slice(-n);
  need(mode !== "reflect" || space.every((s, i) => side[i] < s), "padding should be less than the input size");
  need(mode !== "circular" || space.every((s, i) => side[i] <= s), "padding wraps around more than once");
}

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
    const { type, groups, padding, padding_mode: mode } = layer;
    const whole = isNumber(groups) && groups > 0 && isInt(Number(groups));
    need(!transposed || mode === MODES[0], `ValueError: Only "zeros" padding mode is supported for ${type}`);
    need(whole, "ValueError: groups must be a positive integer");
    for (const name of lazy ? [] : ["in_channels", "out_channels"]) {
      const ok = isNumber(layer[name]) && layer[name] % groups === 0;
      need(ok, `ValueError: ${name} must be divisible by groups`);
    }
    if (typeof padding === "string" && !transposed) {
      need(
        ["same", "valid"].includes(padding),
        `ValueError: Invalid padding string '${padding}', should be one of {'valid', 'same'}`,
      );
      if (padding === "same") {
        const strided = ![layer.stride].flat().every((s) => s === 1 || s === true);
        need(!strided, "ValueError: padding='same' is not supported for strided convolutions");
        need([layer.dilation].flat().every(isNumber), "TypeError: dilation must be int");
      }
    }
    need(
      MODES.includes(mode),
      `ValueError: padding_mode must be one of {${MODES.map((m) => `'${m}'`).join(", ")}}, but got padding_mode='${mode}'`,
    );
    if (lazy) allocate([0, 0, ...this.kernel(layer)], "kernel_size");
  },
  /** The axis of the channels: 1, or 0 in an input without a batch. */
  axis(x, name, size) {
    need(
      x.length === n + 1 || x.length === n + 2,
      `Expected ${n + 1}D (unbatched) or ${n + 2}D (batched) input to ${name}, but got input of size: ${size}`,
    );
    return x.length - n - 1;
  },
  infer(layer, x) {
    const channels = x[this.axis(x, layer.type, `torch.Size(${list(x)})`)];
    const ok = channels % layer.groups === 0;
    need(ok, "ValueError: in_channels must be divisible by groups", `${channels} came in`);
    return channels;
  },
  parameters(layer) {
    const { in_channels: i, out_channels: o, groups } = layer;
    const ends = transposed ? [i, divide(o, groups)] : [o, divide(i, groups)];
    const weight = allocate([...ends, ...this.kernel(layer)], "out_channels");
    return truthy(layer.bias) ? { weight, bias: allocate([o], "out_channels") } : { weight };
  },
  padFirst(layer, x, word, kernel) {
    const { padding, dilation } = layer;
    const reach = kernel.map((k, i) => spread(dilation, n)[i] * (k - 1));
    const same = padding === "same" ? reach.map((r) => Math.ceil(r / 2)) : Array(n).fill(0);
    pad(layer, x, n, word ? same : spread(padding, n));
  },
  compute(layer, x) {
    const { groups, padding, padding_mode: mode } = layer;
    const { weight, bias } = this.parameters(layer);
    const kernel = weight.slice(2);
    const word = !transposed && typeof padding === "string";
    const zeros = mode === MODES[0];
    need(groups !== true, "TypeError: argument 'groups' must be int, not bool");
    if (!zeros) this.padFirst(layer, x, word, kernel);
    const at = this.axis(x, `conv${transposed ? "_transpose" : ""}${n}d`, list(x));
    const batched = at ? x : [1, ...x];
    const [batch, channels, ...space] = batched;
    const stride = expand(layer, "stride", n, kernel.length);
    const side = word ? null : expand(layer, "padding", n, kernel.length);
    const dilation = expand(layer, "dilation", n, kernel.length);
    const extra = transposed ? expand(layer, "output_padding", n, kernel.length) : [];
    // From a kernel's first entry to its last
    const reach = kernel.map((k, i) => dilation[i] * (k - 1));
    const pads = reach.map((r, i) => (side ? 2 * side[i] : padding === "same" ? r : 0));
    need(!zeros || pads.every((p) => p >= 0) || !side, "negative padding is not supported");
    need(extra.every((e) => e >= 0), "negative output_padding is not supported");
    need(stride.every((s) => s > 0), "non-positive stride is not supported");
    need(dilation.every((d) => d > 0), "dilation should be greater than zero");
    const [had, wanted] = [n + 2, weight.length];
    need(
      had === wanted,
      `Expected ${wanted}-dimensional input for ${wanted}-dimensional weight ${list(weight)}, but got ${had}-dimensional input of size ${list(batched)} instead`,
      "kernel_size",
    );

    const padded = space.map((s, i) => s + pads[i]);
    // What is left to pad evenly is padded later.
    const first = space.map((s, i) => (!zeros ? padded[i] : side ? s : s + (pads[i] % 2)));
    const came = [batch, channels, ...first];
    const given = `Given groups=${groups}, expected weight to be`;
    const size = `but got weight of size ${list(weight)} instead`;
    need(weight[0] >= groups, `${given} at least ${groups} at dimension 0, ${size}`);
    need(weight[0] % groups === 0, `${given} divisible by ${groups} at dimension 0, ${size}`);
    const wants = transposed ? weight[0] : weight[1] * groups;
    const what = transposed ? "transposed=1" : `groups=${groups}`;
    need(
      channels === wants,
      `Given ${what}, weight of size ${list(weight)}, expected input${list(came)} to have ${wants} channels, but got ${channels} channels instead`,
      `in_channels is ${wants}`,
    );
    const made = transposed ? weight[1] * groups : weight[0];
    need(
      !bias || bias[0] === made,
      `Given ${transposed ? "transposed=1, " : ""}weight of size ${list(weight)}, expected bias to be 1-dimensional with ${made} elements, but got bias of size [${bias}] instead`,
    );
    need(
      transposed || padded.every((s, i) => reach[i] < s),
      `Calculated padded input size per channel: ${by(padded)}. Kernel size: ${by(reach.map((r) => r + 1))}. Kernel size can't be greater than actual input size`,
      "kernel_size",
    );
    // With no channel PyTorch has nothing to multiply, and forgets out_channels.
    need(
      !channels || (made && !kernel.includes(0)),
      "could not create a primitive descriptor for the convolution forward propagation primitive. Run workload with environment variable ONEDNN_VERBOSE=all to get additional diagnostic information.",
      "kernel_size or out_channels is 0",
    );
    need(
      !batch || !channels || !came.slice(2).includes(0),
      `Only zero batch or zero channel inputs are supported, but got input shape: ${list([...came.slice(0, 2), ...(n === 1 ? [1] : []), ...came.slice(2)])}`,
    );
    const flat = n === 1 && transposed ? [1] : []; // one axis is the second of two
    const output = space.map((s, i) =>
      transposed
        ? (s - 1) * stride[i] - pads[i] + reach[i] + extra[i] + 1
        : Math.floor((padded[i] - reach[i] - 1) / stride[i]) + 1,
    );
    const named = (name, values) =>
      SIDES.slice(-Math.max(n, 2)).map((s, i) => `${name}_${s}: ${n > 1 ? values[i] : i ? values[0] : name.includes("out") ? 0 : 1}`);
    need(
      !batch || extra.every((e, i) => e < stride[i] || e < dilation[i]),
      `output padding must be smaller than either stride or dilation, but got ${[...named("output_padding", extra), ...named("stride", stride), ...named("dilation", dilation)].join(" ")}`,
      "output_padding",
    );
    // Which of its routines PyTorch takes decides whether a transposed output of size 0 is an error.
    const least = batch * groups === 1 && (n === 1 || kernel.slice(-2).some((k) => k < 4)) ? 1 : 0;
    need(
      output.every((s) => s >= least),
      `Given input size per channel: ${by([...flat, ...space])}. Calculated output size per channel: ${by([...flat, ...output])}. Output size is too small`,
    );
    return [...x.slice(0, at), channels && made, ...output];
  },
});
