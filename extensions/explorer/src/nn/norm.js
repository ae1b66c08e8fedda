import { allocate, float, ints, isNumber, list, need, product, truthy } from "./checks.js";

const ranks = (n) => (n > 1 ? `${n + 2}D` : "2D or 3D");

export const batchNorm = (n) => ({
  init: "_BatchNorm",
  size: "num_features",
  args: {
    num_features: undefined,
    eps: 1e-5,
    momentum: 0.1,
    affine: true,
    track_running_stats: true,
    bias: true,
  },
  // Without parameters and statistics nothing is read.
  infer: ({ affine, track_running_stats: track }, x) =>
    x[1] ?? (truthy(affine) || truthy(track) ? undefined : 0),
  parameters({ num_features: size, affine, track_running_stats: track, bias }) {
    // Without parameters and statistics num_features is never looked at.
    const weight = (truthy(affine) || truthy(track)) && allocate([size].flat(), "num_features");
    return !truthy(affine) ? {} : truthy(bias) ? { weight, bias: weight } : { weight };
  },
  compute({ num_features: size, eps, momentum, affine, track_running_stats: track }, x) {
    const rank = x.length;
    const fits = rank === n + 2 || (n === 1 && rank === 2);
    need(fits, `ValueError: expected ${ranks(n)} input (got ${rank}D input)`);
    need(
      product([x[0], ...x.slice(2)]) !== 1n,
      `ValueError: Expected more than 1 value per channel when training, got input size torch.Size(${list(x)})`,
    );
    const numbers = isNumber(eps) && (momentum === null || isNumber(momentum));
    need(numbers, "TypeError: eps and momentum must be float");
    need(!(eps <= 0), `ValueError: batch_norm eps must be positive during training, but got ${eps}`);
    // Of an empty input PyTorch compares no sizes, but it reads weight[0].
    if (x.includes(0)) {
      const reads = !truthy(affine) || Number(size);
      need(reads, "IndexError: select(): index 0 out of range for tensor of size [0] at dimension 0");
    } else {
      need(
        (!truthy(affine) && !truthy(track)) || Number(size) === x[1],
        `${truthy(track) ? "running_mean" : "weight"} should contain ${x[1]} elements not ${size}`,
        `num_features is ${size}`,
      );
    }
    return x;
  },
});

export const instanceNorm = (n, lazy) => ({
  ...batchNorm(n),
  init: "_InstanceNorm",
  args: { ...batchNorm(n).args, affine: lazy, track_running_stats: lazy },
  compute({ num_features: size, eps, momentum, affine, track_running_stats: track }, x) {
    const rank = x.length;
    const fits = rank === n + 1 || rank === n + 2;
    need(fits, `ValueError: expected ${n + 1}D or ${n + 2}D input (got ${rank}D input)`);
    const at = rank - n - 1;
    need(
      !truthy(affine) || Number(size) === x[at],
      `ValueError: expected input's size at dim=${at} to match num_features (${size}), but got: ${x[at]}.`,
      `num_features is ${size}`,
    );
    const batched = at ? x : [1, ...x];
    need(
      product(batched.slice(2)) !== 1n,
      `ValueError: Expected more than 1 spatial element when training, got input size torch.Size(${list(batched)})`,
    );
    const values = Number(product(batched.slice(0, 2)));
    need(
      !truthy(track) || Number(size) === x[at],
      `running_mean should contain ${values} elements not ${batched[0] * size}`,
      `num_features is ${size}`,
    );
    float(eps, "eps");
    const reads = !truthy(affine) || batched[0] * size || !x.includes(0);
    if (momentum !== null) float(momentum, "momentum");
    need(reads, "IndexError: select(): index 0 out of range for tensor of size [0] at dimension 0");
    return x;
  },
});

/** LayerNorm and RMSNorm, which has no bias and writes shapes in its own way. */
export const layerNorm = (rms) => ({
  args: {
    normalized_shape: undefined,
    eps: rms ? null : 1e-5,
    elementwise_affine: true,
    ...(!rms && { bias: true }),
  },
  parameters({ normalized_shape: shape, elementwise_affine: affine, bias }) {
    if (!truthy(affine)) return {};
    const weight = allocate([shape].flat(), "normalized_shape");
    return truthy(bias) ? { weight, bias: weight } : { weight };
  },
  compute({ normalized_shape, eps }, x) {
    const shape = ints([normalized_shape].flat(), "normalized_shape");
    if (!rms || eps !== null) float(eps, "eps");
    const least = "containing at least one element, but got normalized_shape = []";
    need(shape.length, `Expected normalized_shape to be at least 1-dimensional, i.e., ${least}`);
    const short = `Input tensor must have at least ${shape.length} dimensions, but got ${x.length}`;
    need(!rms || x.length >= shape.length, `ValueError: ${short}`);
    const same = x.length >= shape.length && shape.every((d, i) => d === x.at(i - shape.length));
    need(
      same,
      `Given normalized_shape=${list(shape)}, expected input with shape [*${rms ? "" : ", "}${shape.join(", ")}], but got input of size${list(x)}`,
    );
    return x;
  },
});

export const groupNorm = {
  args: {
    num_groups: undefined,
    num_channels: undefined,
    eps: 1e-5,
    affine: true,
    bias: true,
  },
  construct({ num_groups: g, num_channels: c }) {
    ints([g], "num_groups");
    ints([c], "num_channels");
    need(g !== 0, "ZeroDivisionError: integer modulo by zero");
    need(c % g === 0, `ValueError: num_channels (${c}) must be divisible by num_groups (${g})`);
  },
  parameters({ num_channels, affine, bias }) {
    if (!truthy(affine)) return {};
    const weight = allocate([num_channels], "num_channels");
    return truthy(bias) ? { weight, bias: weight } : { weight };
  },
  compute({ num_groups: g, num_channels: c, eps, affine }, x) {
    float(eps, "eps");
    const least = "Expected at least 2 dimensions for input tensor but received";
    need(x.length > 1, `${least} ${x.length}`);
    const [batch, channels, ...space] = x;
    const joined = Math.floor((batch * channels) / g);
    need(
      product([joined, ...space]) !== 1n,
      `ValueError: Expected more than 1 value per channel when training, got input size ${list([joined, g, ...space])}`,
    );
    need(g > 0, `Expected num groups to be greater than 0, got ${g}`);
    need(channels > 0, "Expected number of channels to be greater than 0, got 0");
    need(
      channels % g === 0,
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${list(x)} and num_groups=${g}`,
    );
    need(
      !truthy(affine) || channels === c,
      `Expected weight to be a vector of size equal to the number of channels in input, but got weight of shape [${c}] and input of shape ${list(x)}`,
      `num_channels is ${c}`,
    );
    need(!space.includes(0), "Expected HxW to be greater than 0, got 0");
    return x;
  },
};
