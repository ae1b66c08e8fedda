import { axis, ints, isInt, list, need, spread, truthy } from "./checks.js";

const WORDS = ["", "one int", "a tuple of two ints", "a tuple of three ints"];
const SIDES = ["T", "H", "W"];
const each = (name, values) => SIDES.slice(-values.length).map((s, i) => `${name}${s}: ${values[i]}`);

/** An argument as n numbers, or the complaint of the n-dimensional pool. */
function take(layer, name, n, max) {
  const values = ints([layer[name]].flat(), name);
  const fits = values.length === n || (n > 1 && values.length === 1);
  const pool = `${max ? "max" : "avg"}_pool${n}d`;
  if (n === 1 && max) {
    const none = name === "stride" ? "None, an int, list of ints," : "an int, list of ints";
    const or = name === "padding" ? "an int, list of ints," : none;
    need(fits, `max_pool1d() ${name} must be ${or} or tuple of ints of size 1 but got size ${values.length}`, name);
  } else if (n === 1) {
    need(fits, `avg_pool1d() argument '${name}' should contain one int (got ${values.length})`);
  } else {
    const omitted = name === "stride" ? "omitted, " : "";
    const order = name === "dilation" && max ? "be either" : n > 2 && !max ? "be" : "either be";
    need(fits, `${pool}: ${name} must ${order} ${omitted}a single int, or ${WORDS[n]}`, name);
  }
  return spread(values, n);
}

/** The size of a pool's output along one axis. */
function outputSize(s, kernel, stride, padding, dilation, ceil) {
  const span = s + 2 * padding - dilation * (kernel - 1) - 1;
  const last = Math.floor((span + (ceil && stride - 1)) / stride);
  // With ceil_mode the last window must start inside the input or its left padding.
  return ceil && last * stride >= s + padding ? last : last + 1;
}

function checkMax1d({ kernel: [k], stride: [s], padding: [p], dilation: [d] }) {
  const must = (ok, name, what, v) => need(ok, `max_pool1d() ${name} must be ${what}, but got ${v}`);
  must(k > 0, "kernel_size", "greater than zero", k);
  must(s > 0, "stride", "greater than zero", s);
  must(p >= 0, "padding", "non-negative", p);
  need(
    p <= Math.trunc(k / 2),
    `max_pool1d() padding should be at most half of kernel size, but got padding=${p} and kernel_size=${k}`,
  );
  must(d > 0, "dilation", "greater than zero", d);
}

function checkWindow({ kernel, stride, padding, dilation }, ordered) {
  for (const [i, k] of ordered ? kernel.entries() : []) {
    const half = `kernel_size=${k} and dilation=${dilation[i]}`;
    need(stride[i] !== 0, "stride should not be zero");
    need(padding[i] >= 0, `pad must be non-negative, but got pad: ${padding[i]}`);
    need(
      padding[i] <= Math.trunc((dilation[i] * (k - 1) + 1) / 2),
      `pad should be at most half of effective kernel size, but got pad=${padding[i]}, ${half}`,
      "padding",
    );
  }
  const positive = (values) => values.every((v) => v > 0);
  const but = "should be greater than zero, but got";
  need(positive(kernel), `kernel size ${but} ${each("k", kernel).join(" ")}`);
  need(positive(stride), `stride ${but} ${each("d", stride).join(" ")}`);
  need(positive(dilation), `dilation ${but} ${each("dilation", dilation).join(" ")}`);
}

export const pool = (n, max) => ({
  init: max ? "_MaxPoolNd" : undefined,
  args: {
    kernel_size: undefined,
    stride: null,
    padding: 0,
    ...(max && { dilation: 1, return_indices: false }),
    ceil_mode: false,
    ...(!max && { count_include_pad: true, ...(n > 1 && { divisor_override: null }) }),
  },
  compute(layer, x) {
    const { ceil_mode: ceil, count_include_pad: include = true } = layer;
    const divisor = layer.divisor_override ?? null;
    const rank = x.length;
    const flags = ceil === !!ceil && include === !!include;
    need(flags, "TypeError: ceil_mode, count_include_pad must be bool");
    // An average over one axis is one over two, of which the first is 1.
    const flat = n === 1 && !max && rank > 1 ? [...x.slice(0, -1), 1, x.at(-1)] : x;
    const zeros = list(flat);
    if (n === 1 && max) {
      need(
        (rank === 2 && !x.includes(0)) || (rank === 3 && !x.slice(1).includes(0)),
        `max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:${zeros}`,
      );
    } else if (n === 1) {
      need(
        rank === 2 || rank === 3,
        `Expected 2 to 3 dimensions, but got ${rank}-dimensional tensor for argument #1 'self' (while checking arguments for avg_pool1d)`,
      );
    }
    const kernel = take(layer, "kernel_size", n, max);
    const strided = [layer.stride ?? []].flat().length;
    const stride = strided ? take(layer, "stride", n, max) : kernel;
    const padding = take(layer, "padding", n, max);
    const dilation = max ? take(layer, "dilation", n, max) : Array(n).fill(1);
    need(divisor === null || isInt(divisor), "TypeError: divisor_override must be int");
    need(divisor !== 0, "divisor must be not zero");
    const full = `non-empty ${n + 1}D or ${n + 2}D (batch mode) tensor expected for input`;
    need(n === 1 || rank === n + 1 || rank === n + 2 || (n === 2 && !max), full);
    if (n === 2 && !max) axis(-3, rank, "");
    const window = { kernel, stride, padding, dilation };
    if (n === 1 && max) checkMax1d(window);
    else checkWindow(n === 1 ? widened(window) : window, true);
    const size = x.slice(-n);
    const output = size.map((s, i) =>
      outputSize(s, kernel[i], stride[i], padding[i], dilation[i], ceil),
    );
    if (n === 1 && max) {
      need(output[0] > 0, `max_pool1d() Invalid computed output size: ${output[0]}`, "kernel_size");
    } else {
      this.checkSizes(flat, x, kernel, output, zeros);
    }
    const indices = "AttributeError: 'tuple' object has no attribute 'shape'";
    need(!truthy(layer.return_indices), indices, "return_indices");
    return [...x.slice(0, -n), ...output];
  },
  /** What is compared once the output's size is known. */
  checkSizes(flat, x, kernel, output, zeros) {
    const full = Math.max(n, 2);
    const inner = flat.slice(flat.length === full + 2 ? 1 : 0);
    if (n === 3) {
      const name = max ? "max_pool3d_with_indices_out_cpu_template()" : "avg_pool3d()";
      const empty = flat.findIndex((s, i) => !s && (i || flat.length === 4));
      need(
        empty < 0,
        `${name}: Expected input to have non-zero size for non-batch dimensions, but input has sizes ${zeros} with dimension ${empty} being empty`,
      );
      const smaller = x.slice(-3).every((s, i) => s >= kernel[i]);
      const image = `input image (${each("", x.slice(-3)).join(" ")})`;
      need(max || smaller, `${image} smaller than kernel size (${each("k", kernel).join(" ")})`);
    } else {
      need(
        (flat.length === 3 || flat.length === 4) && !inner.includes(0),
        `Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:${zeros}`,
      );
    }
    const [plane] = inner;
    const before = n === 1 ? [plane, 1] : [plane];
    need(
      output.every((s) => s > 0),
      `Given input size: (${inner.join("x")}). Calculated output size: (${[...before, ...output].join("x")}). Output size is too small`,
      "kernel_size",
    );
  },
});

const widened = ({ kernel, stride, padding, dilation }) => ({
  kernel: [1, ...kernel],
  stride: [1, ...stride],
  padding: [0, ...padding],
  dilation: [1, ...dilation],
});

export const adaptivePool = (n, max) => ({
  init: max ? "_AdaptiveMaxPoolNd" : "_AdaptiveAvgPoolNd",
  args: { output_size: undefined, ...(max && { return_indices: false }) },
  compute({ output_size: size, return_indices }, x) {
    const rank = x.length;
    const name = `adaptive_${max ? "max" : "avg"}_pool${n}d`;
    const many = Array.isArray(size);
    const wide = n > 1;
    need(!wide || !many || rank > size.length, `ValueError: Input dimension should be at least ${many && size.length + 1}`);
    const filled = wide && many ? size.map((s, i) => s ?? x.at(i - size.length)) : size;
    const values = ints([filled].flat(), "output_size");
    const fits = values.length === n || (wide && values.length === 1 && !many);
    const counted = { 1: "one int", 2: "2", 3: "3" }[n];
    need(
      fits,
      wide ? `${name}${max ? "(): internal error: output_size.size()" : ": output_size"} must be ${counted}` : `${name}() argument 'output_size' should contain one int (got ${values.length})`,
      "output_size",
    );
    const output = spread(values, n);
    if (n === 1) {
      need(
        rank === 2 || rank === 3,
        `Expected 2 to 3 dimensions, but got ${rank}-dimensional tensor for argument #1 'self' (while checking arguments for ${name})`,
      );
    }
    // An average over one axis is one over two, of which the first is 1.
    const [inner, wideName] = [n === 1 && !max ? [1] : [], n === 1 && !max ? "adaptive_avg_pool2d" : name];
    const braces = `{${[...inner, ...output].join(", ")}}`;
    need(
      max || n > 2 || output.every((s) => s >= 0),
      `adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but received ${braces}`,
      "output_size",
    );
    const mean = !max && output.every((s) => s === 1); // a mean over axes, of whatever rank
    if (mean) {
      for (let i = -1; n > 1 && i >= -n; i -= 1) axis(i, rank, "");
    } else {
      const batched = rank === n + 2;
      need(batched || rank === n + 1, `${name}(): Expected ${n + 1}D or ${n + 2}D tensor, but got${max ? ":" : ""} ${list(x)}`);
      const flat = [...x.slice(0, -n), ...inner, ...x.slice(-n)];
      const empty = flat.findIndex((s, i) => !s && i >= (max ? 1 : flat.length - n));
      need(
        empty < 0,
        `${wideName}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${list(flat)} with dimension ${empty} being empty`,
      );
      need(output.every((s) => s >= 0), `Trying to create tensor with negative dimension ${Math.min(...output)}: ${list([...x.slice(0, -n), ...(n > 1 ? [] : [1]), ...output])}`);
    }
    const indices = "AttributeError: 'tuple' object has no attribute 'shape'";
    need(!truthy(return_indices), indices, "return_indices");
    return [...x.slice(0, -n), ...output];
  },
});
