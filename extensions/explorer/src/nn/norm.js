import { allocate, ints, isInt, isNumber, need, product, truthy } from "./checks.js";

/** Whether a BatchNorm or InstanceNorm has anything of its size: parameters or statistics. */
export const hasSize = ({ affine, track_running_stats: track }) => truthy(affine) || truthy(track);
/** Without them no size is inferred: a lazy one's stays 0. */
const infer = (layer, x, given) => (hasSize(layer) ? x[1] : (given ?? 0));
/** Of an empty input PyTorch compares no sizes, but it reads weight[0]. */
const readsFirst = (affine, there) =>
  need(
    !truthy(affine) || there,
    "IndexError: select(): index 0 out of range for tensor of size [0] at dimension 0",
  );

export const batchNorm = (n) => ({
  size: "num_features",
  args: {
    num_features: undefined,
    eps: 1e-5,
    momentum: 0.1,
    affine: true,
    track_running_stats: true,
    bias: true,
  },
  infer,
  parameters(layer) {
    const { num_features: size, affine, bias } = layer;
    const weight = hasSize(layer) && allocate([size].flat(), "num_features");
    return !truthy(affine) ? {} : truthy(bias) ? { weight, bias: weight } : { weight };
  },
  compute(layer, x) {
    const { num_features: size, eps, momentum, affine, track_running_stats: track } = layer;
    const rank = x.length;
    need(
      rank === n + 2 || (n === 1 && rank === 2),
      `ValueError: expected ${n > 1 ? n + 2 : "2D or 3"}D input (got ${rank}D input)`,
    );
    need(
      product([x[0], ...x.slice(2)]) !== 1n,
      `ValueError: Expected more than 1 value per channel when training, got input size torch.Size([${x}])`,
    );
    need(
      isNumber(eps) && (momentum === null || isNumber(momentum)),
      "TypeError: eps and momentum must be float",
    );
    need(
      !(eps <= 0),
      `ValueError: batch_norm eps must be positive during training, but got ${eps}`,
    );
    if (x.includes(0)) readsFirst(affine, Number(size));
    else
      need(
        !hasSize(layer) || Number(size) === x[1],
        `${truthy(track) ? "running_mean" : "weight"} should contain ${x[1]} elements not ${size}`,
        `num_features is ${size}`,
      );
    return x;
  },
});

/** An InstanceNorm; a lazy one has other defaults than an eager one. */
export const instanceNorm = (n, lazy) => ({
  size: "num_features",
  args: {
    num_features: undefined,
    eps: 1e-5,
    momentum: 0.1,
    affine: lazy,
    track_running_stats: lazy,
    bias: true,
  },
  infer,
  parameters: batchNorm(n).parameters,
  compute({ num_features: size, eps, momentum, affine, track_running_stats: track }, x) {
    const rank = x.length;
    need(
      rank === n + 1 || rank === n + 2,
      `ValueError: expected ${n + 1}D or ${n + 2}D input (got ${rank}D input)`,
    );
    const axis = rank - n - 1;
    const channels = x[axis];
    need(
      !truthy(affine) || channels === Number(size),
      `ValueError: expected input's size at dim=${axis} to match num_features (${size}), but got: ${channels}.`,
      `num_features is ${size}`,
    );
    const batched = axis ? x : [1, ...x];
    need(
      product(batched.slice(2)) !== 1n,
      `ValueError: Expected more than 1 spatial element when training, got input size torch.Size([${batched}])`,
    );
    need(
      isNumber(eps) && (momentum === null || isNumber(momentum)),
      "TypeError: eps and momentum must be float",
    );
    if (x.includes(0)) readsFirst(affine, batched[0] && channels);
    need(
      !truthy(track) || !batched[0] || channels === Number(size),
      `running_mean should contain ${batched[0] * channels} elements not ${batched[0] * size}`,
      `num_features is ${size}`,
    );
    return x;
  },
});

/** LayerNorm, or RMSNorm, which checks and words some things in another way. */
export const layerNorm = (rms) => ({
  size: "normalized_shape",
  args: {
    normalized_shape: undefined,
    eps: rms ? null : 1e-5,
    elementwise_affine: true,
    ...(!rms && { bias: true }),
  },
  infer(_layer, x, given) {
    const n = [given].flat().length;
    return x.length < n ? undefined : Array.isArray(given) ? x.slice(-n) : x.at(-1);
  },
  parameters({ normalized_shape: shape, elementwise_affine: affine, bias }) {
    const list = Array.isArray(shape) ? shape : [shape];
    need(
      Array.isArray(shape) || isInt(shape) || ["string", "boolean"].includes(typeof shape),
      "TypeError: normalized_shape must be ints",
    );
    if (!truthy(affine)) return {};
    const weight = allocate(list, "normalized_shape");
    return rms || !truthy(bias) ? { weight } : { weight, bias: weight };
  },
  compute({ normalized_shape: shape, eps }, x) {
    const list = ints([shape].flat(), "normalized_shape");
    const [n, tail] = [list.length, x.slice(-list.length || x.length)];
    need(isNumber(eps) || (rms && eps === null), "TypeError: argument 'eps' must be float");
    need(
      n,
      "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element",
    );
    need(
      !rms || x.length >= n,
      `ValueError: Input tensor must have at least ${n} dimensions, but got ${x.length}`,
    );
    need(
      x.length >= n && list.every((s, i) => Number(s) === tail[i]),
      `Given normalized_shape=[${list}], expected input with shape [*${rms ? "" : ", "}${list}], but got input of size[${x}]`,
      "normalized_shape",
    );
    return x;
  },
});

export const groupNorm = {
  size: "num_channels",
  args: { num_groups: undefined, num_channels: undefined, eps: 1e-5, affine: true, bias: true },
  construct({ num_groups: groups, num_channels: channels }, open) {
    need(isNumber(groups) && Number(groups), "ZeroDivisionError: integer modulo by zero");
    need(
      open || (isNumber(channels) && channels % groups === 0),
      `ValueError: num_channels (${channels}) must be divisible by num_groups (${groups})`,
    );
  },
  infer: (_layer, x) => x[1],
  parameters({ num_channels: channels, affine, bias }) {
    if (!truthy(affine)) return {};
    need(isInt(channels), "TypeError: argument 'size' must be int", "num_channels");
    const weight = allocate([channels], "num_channels");
    return truthy(bias) ? { weight, bias: weight } : { weight };
  },
  compute({ num_groups: groups, num_channels: channels, eps, affine }, x) {
    need(x.length > 1, `Expected at least 2 dimensions for input tensor but received ${x.length}`);
    const [batch, c, ...space] = x;
    const each = (BigInt(batch) * BigInt(c)) / BigInt(Math.max(1, Math.trunc(groups)) || 1);
    need(
      product([each, ...space]) !== 1n || !batch,
      `ValueError: Expected more than 1 value per channel when training, got input size [${[each, groups, ...space]}]`,
    );
    need(isInt(groups), "TypeError: argument 'num_groups' must be int");
    need(isNumber(eps), "TypeError: argument 'eps' must be float");
    need(!space.includes(0), `Expected HxW to be greater than 0, got 0`);
    need(groups > 0, `Expected num groups to be greater than 0, got ${groups}`);
    need(c, "Expected number of channels to be greater than 0, got 0");
    need(
      c % groups === 0,
      `Expected number of channels in input to be divisible by num_groups, but got input of shape [${x}] and num_groups=${groups}`,
    );
    need(
      !truthy(affine) || c === channels,
      `Expected weight to be a vector of size equal to the number of channels in input, but got weight of shape [${channels}] and input of shape [${x}]`,
      `num_channels is ${channels}`,
    );
    return x;
  },
};
