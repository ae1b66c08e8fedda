import { allocate, isNumber, need, product, truthy } from "./checks.js";
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
  infer: (_layer, x) => x[1],
  parameters({ num_features: size, affine, track_running_stats: track, bias }) {
    // Without parameters and statistics num_features is never looked at.
    const weight = (truthy(affine) || truthy(track)) && allocate([size].flat(), "num_features");
    return !truthy(affine) ? {} : truthy(bias) ? { weight, bias: weight } : { weight };
  },
  compute({ num_features: size, eps, momentum, affine, track_running_stats: track }, x) {
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
    // Of an empty input PyTorch compares no sizes, but it reads weight[0].
    if (x.includes(0))
      need(
        !truthy(affine) || Number(size),
        "IndexError: select(): index 0 out of range for tensor of size [0]",
      );
    else
      need(
        (!truthy(affine) && !truthy(track)) || Number(size) === x[1],
        `${truthy(track) ? "running_mean" : "weight"} should contain ${x[1]} elements not ${size}`,
        `num_features is ${size}`,
      );
    return x;
  },
});
