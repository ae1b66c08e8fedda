/**
 * What a PyTorch network finds out in its first forward pass: shape inference, without
 * tensors. Rules and messages are torch.nn's on the CPU, in train mode (so BatchNorm
 * wants more than one value per channel); tests/test_cascade.py compares the two.
 *
 * A layer is {type: "LazyConv2d", out_channels: 6, kernel_size: 5} in PyTorch's
 * names, with true, false, null for True, False, None. A shape is a list of numbers.
 */
const isInt = Number.isSafeInteger;
const isNumber = (v) => typeof v === "number" || typeof v === "boolean";
const truthy = (v) => (Array.isArray(v) ? v.length > 0 : Boolean(v));
const product = (shape) => shape.reduce((n, d) => n * BigInt(d), 1n);
const divide = (a, b) => (isNumber(a) ? Math.floor(a / b) : a);

/** Raise unless ok. `said` is PyTorch's message; `hint` explains it, or names the argument at fault. */
function need(ok, said, hint = "") {
  if (ok) return;
  const [, kind = "RuntimeError", text] = /^(?:(\w+Error): )?(.*)/.exec(said);
  throw Object.assign(new Error(text + (hint && `: ${hint}`)), { kind, said: text, hint });
}

/** PyTorch wants an int first and lets a bool pass for an int after it. */
function ints(values, name) {
  need(values.every((v, i) => isInt(v) || (i && v === !!v)), `TypeError: argument '${name}' must be tuple of ints`, "whole numbers below 2^53");
  return values.map(Number);
}

/** The shape of a tensor that can be made: PyTorch has 63 bits for its bytes, 4 a number. */
function allocate(values, name) {
  const shape = ints(values, name);
  need(shape.every((d) => d >= 0), `Trying to create tensor with negative dimension ${Math.min(...shape)}: [${shape}]`, name);
  need(product(shape) < 2n ** 61n, `Storage size calculation overflowed with sizes=[${shape}]`);
  return shape;
}

/** An argument such as stride as n numbers, from one, a list of one, or n. */
function sizes(layer, name, n, least) {
  const list = ints([layer[name]].flat(), name);
  need(list.length === 1 || list.length === n, `expected ${name} to be a single integer value or a list of ${n}, but got [${list}]`);
  need(list.every((v) => v >= least), `${least ? "non-positive" : "negative"} ${name} is not supported`);
  return list.length === n ? list : Array(n).fill(list[0]);
}

// A family: `args` in PyTorch's order (undefined: required); `size`, the one that a lazy
// layer leaves out; `construct` checks what __init__ does; `infer` reads the size off the
// input's shape x; `parameters` as in named_parameters(); `compute`: the output's shape.

const linear = {
  size: "in_features",
  args: { in_features: undefined, out_features: undefined, bias: true },
  infer: (layer, x) => x.at(-1),
  parameters({ in_features: i, out_features: o, bias }) {
    const weight = allocate([o, i], "out_features");
    return truthy(bias) ? { weight, bias: [o] } : { weight };
  },
  compute({ in_features, out_features: o }, x) {
    const [i, n] = [Number(in_features), x.at(-1)];
    need(x.length, "both arguments to linear need to be at least 1D, but they are 0D and 2D");
    need(n === i, `mat1 and mat2 shapes cannot be multiplied (${product(x.slice(0, -1))}x${n} and ${i}x${o})`, `in_features is ${i}, but ${n} came in`);
    return [...x.slice(0, -1), o];
  },
};

const MODES = ["zeros", "reflect", "replicate", "circular"];
const conv = (n, transposed) => ({
  size: "in_channels",
  args: {
    in_channels: undefined, out_channels: undefined, kernel_size: undefined, stride: 1, padding: 0,
    ...(transposed ? { output_padding: 0, groups: 1, bias: true, dilation: 1 } : { dilation: 1, groups: 1, bias: true }),
    padding_mode: "zeros",
  },
  kernel: ({ kernel_size: k }) => (Array.isArray(k) ? k : Array(n).fill(k)),
  construct(layer, lazy) {
    const { groups, padding, padding_mode: mode } = layer;
    need(isNumber(groups) && groups > 0 && isInt(Number(groups)), "ValueError: groups must be a positive integer");
    for (const name of lazy ? [] : ["in_channels", "out_channels"]) {
      need(isNumber(layer[name]) && layer[name] % groups === 0, `ValueError: ${name} must be divisible by groups`);
    }
    if (typeof padding === "string" && !transposed) {
      need(["same", "valid"].includes(padding), `ValueError: Invalid padding string '${padding}', should be one of {'valid', 'same'}`);
      if (padding === "same") {
        need([layer.stride].flat().every((s) => s === 1 || s === true), "ValueError: padding='same' is not supported for strided convolutions");
        need([layer.dilation].flat().every(isNumber), "TypeError: dilation must be int");
      }
    }
    const modes = transposed ? MODES.slice(0, 1) : MODES;
    need(modes.includes(mode), `ValueError: padding_mode must be one of {${modes}}, but got '${mode}'`);
    allocate([0, 0, ...this.kernel(layer)], "kernel_size");
  },
  /** The axis of the channels: 1, or 0 in an input without a batch. */
  axis(x, name) {
    need(x.length === n + 1 || x.length === n + 2, `Expected ${n + 1}D (unbatched) or ${n + 2}D (batched) input to ${name}, but got input of size: [${x}]`);
    return x.length - n - 1;
  },
  infer(layer, x) {
    const channels = x[this.axis(x, layer.type)];
    need(channels % layer.groups === 0, "ValueError: in_channels must be divisible by groups", `${channels} came in`);
    return channels;
  },
  parameters(layer) {
    const { in_channels: i, out_channels: o, groups } = layer;
    const weight = allocate([...(transposed ? [i, divide(o, groups)] : [o, divide(i, groups)]), ...this.kernel(layer)], "out_channels");
    return truthy(layer.bias) ? { weight, bias: allocate([o], "out_channels") } : { weight };
  },
  compute(layer, x) {
    const { groups, padding, padding_mode: mode } = layer;
    const axis = this.axis(x, `conv${n}d`);
    const [batch, channels, space] = [axis ? x[0] : 1, x[axis], x.slice(axis + 1)];
    const { weight, bias } = this.parameters(layer);
    const kernel = weight.slice(2);
    need(kernel.length === n, `expected ${n} values of kernel_size, but got [${kernel}]`);
    const [stride, dilation] = ["stride", "dilation"].map((name) => sizes(layer, name, n, 1));
    const extra = transposed ? sizes(layer, "output_padding", n, 0) : [];
    const reach = kernel.map((k, i) => dilation[i] * (k - 1)); // from a kernel's first entry to its last
    const zeros = mode === MODES[0];
    const word = !transposed && typeof padding === "string";
    const pads = kernel.map((k, i) => (word ? padding === "same" && reach[i] : 2 * sizes(layer, "padding", n, zeros ? 0 : -Infinity)[i]));
    need(groups !== true, "TypeError: argument 'groups' must be int, not bool");

    const given = `Given groups=${groups}${transposed ? ", transposed=1" : ""}, weight of size [${weight}], expected`;
    need(weight[0] >= groups && weight[0] % groups === 0, `${given} weight to be divisible by ${groups} at dimension 0`);
    const wants = transposed ? weight[0] : weight[1] * groups;
    need(channels === wants, `${given} input[${x}] to have ${wants} channels, but got ${channels} channels instead`, `in_channels is ${wants}`);
    const made = transposed ? weight[1] * groups : weight[0];
    need(!bias || bias[0] === made, `${given} bias to be 1-dimensional with ${made} elements, but got [${bias}]`);
    // With no channel PyTorch has nothing to multiply, and forgets out_channels.
    need(!channels || (made && !kernel.includes(0)), "could not create a primitive descriptor", "kernel_size or out_channels is 0");
    if (!zeros) {
      const side = pads.map((p) => Math.ceil(p / 2));
      need(!Array.isArray(padding) || padding.length === n, `NotImplementedError: padding must be ${n} values`);
      need(mode === "circular" || !x.slice(axis).includes(0), `Expected no size of 0, but got [${x}]`);
      need(mode !== "reflect" || space.every((s, i) => side[i] < s), "padding should be less than the input size");
      need(mode !== "circular" || space.every((s, i) => side[i] <= s), "padding wraps around more than once");
    }
    const by = (shape) => `(${shape.join(" x ")})`;
    const padded = space.map((s, i) => s + pads[i]);
    need(transposed || padded.every((s, i) => reach[i] < s), `Calculated padded input size per channel: ${by(padded)}. Kernel size: ${by(reach.map((r) => r + 1))}. Kernel size can't be greater than actual input size`);
    need(!batch || !channels || !space.includes(0), `Only zero batch or zero channel inputs are supported, but got [${x}]`);
    const output = space.map((s, i) => (transposed ? (s - 1) * stride[i] - pads[i] + reach[i] + extra[i] : Math.floor((padded[i] - reach[i] - 1) / stride[i])) + 1);
    need(!batch || extra.every((e, i) => e < stride[i] || e < dilation[i]), "output_padding must be smaller than either stride or dilation");
    // Which of its routines PyTorch takes decides whether a transposed output of size 0 is an error.
    const least = batch * groups === 1 && (n === 1 || kernel.slice(-2).some((k) => k < 4)) ? 1 : 0;
    need(output.every((s) => s >= least), `Given input size per channel: ${by(space)}. Calculated output size per channel: ${by(output)}. Output size is too small`);
    return [...x.slice(0, axis), channels && made, ...output];
  },
});

const batchNorm = (n) => ({
  size: "num_features",
  args: { num_features: undefined, eps: 1e-5, momentum: 0.1, affine: true, track_running_stats: true, bias: true },
  infer: (layer, x) => x[1],
  parameters({ num_features: size, affine, track_running_stats: track, bias }) {
    // Without parameters and statistics num_features is never looked at.
    const weight = (truthy(affine) || truthy(track)) && allocate([size].flat(), "num_features");
    return !truthy(affine) ? {} : truthy(bias) ? { weight, bias: weight } : { weight };
  },
  compute({ num_features: size, eps, momentum, affine, track_running_stats: track }, x) {
    const rank = x.length;
    need(rank === n + 2 || (n === 1 && rank === 2), `ValueError: expected ${n > 1 ? n + 2 : "2D or 3"}D input (got ${rank}D input)`);
    need(product([x[0], ...x.slice(2)]) !== 1n, `ValueError: Expected more than 1 value per channel when training, got input size torch.Size([${x}])`);
    need(isNumber(eps) && (momentum === null || isNumber(momentum)), "TypeError: eps and momentum must be float");
    need(!(eps <= 0), `ValueError: batch_norm eps must be positive during training, but got ${eps}`);
    // Of an empty input PyTorch compares no sizes, but it reads weight[0].
    if (x.includes(0)) need(!truthy(affine) || Number(size), "IndexError: select(): index 0 out of range for tensor of size [0]");
    else need((!truthy(affine) && !truthy(track)) || Number(size) === x[1], `${truthy(track) ? "running_mean" : "weight"} should contain ${x[1]} elements not ${size}`, `num_features is ${size}`);
    return x;
  },
});

const pool = (n, max) => ({
  args: {
    kernel_size: undefined, stride: null, padding: 0, ...(max && { dilation: 1, return_indices: false }), ceil_mode: false,
    ...(!max && { count_include_pad: true, ...(n > 1 && { divisor_override: null }) }),
  },
  compute(layer, x) {
    const { ceil_mode: ceil, count_include_pad: include = true, divisor_override: divisor = null } = layer;
    const kernel = sizes(layer, "kernel_size", n, 1);
    const stride = [layer.stride ?? []].flat().length ? sizes(layer, "stride", n, 1) : kernel;
    const padding = sizes(layer, "padding", n, 0);
    const dilation = max ? sizes(layer, "dilation", n, 1) : [1, 1];
    need(ceil === !!ceil && include === !!include, "TypeError: ceil_mode, count_include_pad must be bool");
    need(!truthy(layer.return_indices), "AttributeError: 'tuple' object has no attribute 'shape'", "return_indices");
    need(divisor === null || (isInt(divisor) && divisor), "divisor_override must be int and not zero");
    need(padding.every((p, i) => 2 * p <= kernel[i]), `padding should be at most half of kernel size, but got padding=${padding}, kernel_size=${kernel}`);
    need((x.length === n + 1 || x.length === n + 2) && !x.slice(-n - 1).includes(0), `Expected ${n + 1}D or ${n + 2}D input with no size of 0 behind the batch, but got [${x}]`);
    const output = x.slice(-n).map((s, i) => {
      const span = s + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1;
      const last = Math.floor((span + (ceil && stride[i] - 1)) / stride[i]);
      // With ceil_mode the last window must start inside the input or its left padding.
      return ceil && last * stride[i] >= s + padding[i] ? last : last + 1;
    });
    need(output.every((s) => s > 0), `Given input size: (${x.slice(-n).join("x")}). Calculated output size: (${output.join("x")}). Output size is too small`, "kernel_size");
    return [...x.slice(0, -n), ...output];
  },
});

const same = (layer, x) => x;
const FAMILIES = {
  __proto__: null, // so that no other name is found
  Linear: linear,
  LazyLinear: linear,
  Flatten: {
    args: { start_dim: 1, end_dim: -1 },
    compute(layer, x) {
      const rank = x.length || 1;
      const [start, end] = ["start_dim", "end_dim"].map((name) => {
        const [d] = ints([layer[name]], name);
        need(d >= -rank && d < rank, `IndexError: Dimension out of range (expected to be in range of [${-rank}, ${rank - 1}], but got ${d})`, name);
        return d < 0 ? d + rank : d;
      });
      need(start <= end, "flatten() has invalid args: start_dim cannot come after end_dim");
      return [...x.slice(0, start), Number(product(x.slice(start, end + 1))), ...x.slice(end + 1)];
    },
  },
  ReLU: { args: { inplace: false }, compute: same },
  Sigmoid: { args: {}, compute: same },
  Dropout: {
    args: { p: 0.5, inplace: false },
    construct({ p }) {
      need(isNumber(p) && p >= 0 && p <= 1, `ValueError: dropout probability has to be between 0 and 1, but got ${p}`, "p");
    },
    compute: same,
  },
  AdaptiveAvgPool2d: {
    args: { output_size: undefined },
    compute({ output_size: size }, x) {
      const list = Array.isArray(size);
      need(!list || (size.length === 2 && x.length > 2), "ValueError: output_size must be 2, of an input of 3D or 4D");
      const output = sizes({ output_size: list ? size.map((s, i) => s ?? x.at(i - 2)) : size }, "output_size", 2, 0);
      const mean = output.every((s) => s === 1); // taken as a mean over two axes, of whatever rank
      need(mean ? x.length > 1 : x.length === 3 || x.length === 4, `Expected 3D or 4D tensor, but got [${x}]`);
      need(mean || !x.slice(-2).includes(0), `Expected no size of 0, but got [${x}]`);
      return [...x.slice(0, -2), ...output];
    },
  },
};
for (const n of [1, 2, 3]) {
  for (const lazy of ["", "Lazy"]) {
    FAMILIES[`${lazy}Conv${n}d`] = conv(n, false);
    FAMILIES[`${lazy}ConvTranspose${n}d`] = conv(n, true);
    FAMILIES[`${lazy}BatchNorm${n}d`] = batchNorm(n);
  }
  if (n < 3) [FAMILIES[`MaxPool${n}d`], FAMILIES[`AvgPool${n}d`]] = [pool(n, true), pool(n, false)];
}

export const TYPES = Object.keys(FAMILIES).sort();
export const isLazy = ({ type }) => type.startsWith("Lazy");
const eager = (type) => type.replace("Lazy", "");

/** The arguments of a type as {name: default}, in PyTorch's order. */
export function argumentsOf(type) {
  const { args, size } = FAMILIES[type];
  return Object.fromEntries(Object.entries(args).filter(([name]) => !isLazy({ type }) || name !== size));
}

/** Check a layer as __init__ does; returns it with all its arguments. */
function construct(layer) {
  const { type, ...given } = layer ?? {};
  need(FAMILIES[type], `AttributeError: module 'torch.nn' has no attribute '${type}'`, "in this figure");
  const built = argumentsOf(type);
  for (const name in given) {
    need(Object.hasOwn(built, name), `TypeError: ${type}.__init__() got an unexpected keyword argument '${name}'`);
    built[name] = given[name];
  }
  for (const name in built) need(built[name] !== undefined, `TypeError: ${type}.__init__() missing 1 required positional argument: '${name}'`);
  const family = FAMILIES[built.type = type];
  family.construct?.(built, isLazy(built));
  if (!isLazy(built)) family.parameters?.(built);
  return built;
}

/**
 * The first forward pass of a network.
 * @param {object[]} layers
 * @param {number[]} input  the input's shape, batch first
 * @returns {object[]} per layer {becomes, parameters, output}: its class after the pass,
 *   its parameters' shapes by name, its output's shape
 * @throws {Error} whose `layer` is the first at which PyTorch raises. A network is built
 *   before it runs, so a layer that can't be built comes before one that can't run; -1:
 *   the input can't be made. `stage` is "construct", "input", "infer" or "compute"; `kind`
 *   Python's exception; `argument` the one at fault, if it is clear; `rows` those of the layers
 *   before; `row` the failing layer's, if it had its parameters by then.
 */
export function cascade(layers, input) {
  const rows = [];
  const at = (layer, stage, action, row) => {
    try {
      return action();
    } catch (error) {
      const { type } = layers[layer] ?? {};
      const argument = Object.keys(FAMILIES[type] ? argumentsOf(type) : {}).find((name) => RegExp(`\\b${name.replace("_", "[_ ]")}\\b`, "i").test(error.message));
      throw Object.assign(error, { layer, stage, rows, row, argument });
    }
  };
  const net = layers.map((layer, i) => at(i, "construct", () => construct(layer)));
  let x = at(-1, "input", () => allocate(input, "input"));
  net.forEach((layer, i) => {
    const family = FAMILIES[layer.type];
    const parameters = at(i, "infer", () => {
      if (isLazy(layer)) {
        layer[family.size] = family.infer(layer, x);
        need(layer[family.size] !== undefined, "IndexError: tuple index out of range");
      }
      return family.parameters?.(layer) ?? {};
    });
    const row = { becomes: eager(layer.type), parameters };
    x = at(i, "compute", () => allocate(family.compute(layer, x), "output"), row);
    rows.push({ ...row, output: x });
  });
  return rows;
}

/** The size that a lazy layer reads off its input x. */
export const inputSize = (layer, x) => FAMILIES[layer.type].infer({ groups: 1, ...layer }, x);
/** A lazy layer with that size written out: LazyLinear(10) and 256 give Linear(256, 10). */
export const byHand = ({ type, ...args }, size) => ({ type: eager(type), [FAMILIES[type].size]: size, ...args });
/** How many values a row's parameters hold: a BigInt, as it may pass 2^53. */
export const count = ({ parameters }) => Object.values(parameters).reduce((n, shape) => n + product(shape), 0n);

const WORDS = { True: true, False: false, None: null };
/** A value as Python writes it. */
export const python = (v) => (Array.isArray(v) ? `(${v.map(python).join(", ")}${v.length === 1 ? "," : ""})`
  : Object.keys(WORDS).find((word) => WORDS[word] === v) ?? (typeof v === "string" ? `'${v}'` : String(v)));

/** A layer as Python writes it, LazyConv2d(6, kernel_size=5), without defaults. */
export function call({ type, ...args }) {
  const written = Object.entries(argumentsOf(type)).filter(([name, v]) => name in args && python(args[name]) !== python(v))
    .map(([name, v]) => (v === undefined && (name !== "kernel_size" || type.includes("Pool")) ? "" : `${name}=`) + python(args[name]));
  return `${type}(${written.join(", ")})`;
}

/** A value from text as Python writes it: 5, (3, 5) or 3, 5, 'same' or same, None. */
export function value(text) {
  try {
    const json = text.replace(/[([]/g, "[").replace(/,?\s*[)\]]/g, "]")
      .replace(/['"]?\b([a-z]\w*)\b['"]?/gi, (_, w) => JSON.stringify(WORDS[w] !== undefined ? WORDS[w] : ["same", "valid", ...MODES].find((m) => m === w)));
    const v = JSON.parse(/^[^[].*,/.test(json.trim()) ? `[${json}]` : json);
    if ([v].flat().every((n) => !(Math.abs(n) >= 2 ** 53 || n?.constructor === Object))) return v;
  } catch {}
  throw new Error(`“${text.slice(0, 30)}” is no value: write a number below 2^53, a pair such as 3, 5, or None, same`);
}

/** A shape from text: 2, 1, 28, 28 or (2, 20) or 2x20. */
export function shape(text) {
  const parts = text.match(/[^\s,x×()[\]]+/g) ?? [""];
  const bad = parts.find((part) => !/^\d+$/.test(part) || !isInt(Number(part)));
  if (bad === undefined) return parts.map(Number);
  throw new Error(`“${bad.slice(0, 30)}” is no size: write whole numbers below 2^53, batch first, such as 2, 1, 28, 28`);
}

/** A network as one line, 2,20;LazyLinear(256);ReLU, and back. */
export const write = (layers, input) => [input, ...layers.map((layer) => call(layer).replace(/, /g, ",").replace("()", ""))].join(";");
export function read(line) {
  const [input, ...calls] = line.split(";");
  const layers = calls.map((part) => {
    const [, type, inside = ""] = /^\s*(?:nn\.)?(\w+)(?:\((.*)\))?\s*$/.exec(part) ?? [];
    if (!FAMILIES[type]) throw new Error(`“${part.slice(0, 30)}” is no layer in this figure`);
    const names = Object.keys(argumentsOf(type));
    return (inside.match(/(\([^)]*\)|[^,(])+/g) ?? []).reduce((layer, text, i) => {
      const [, name = names[i], v] = /^\s*(?:(\w+)\s*=)?(.*)$/.exec(text);
      if (!names.includes(name)) throw new Error(`${type} has no argument “${name ?? v}”`);
      return { ...layer, [name]: value(v) };
    }, { type });
  });
  return { layers, input: shape(input) };
}
