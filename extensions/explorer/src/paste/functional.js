// Functions that do what a layer does, as that layer.
const unary = "relu relu6 sigmoid tanh silu mish hardswish hardsigmoid softsign logsigmoid".split(
  " ",
);
const TYPES = {
  logsigmoid: "LogSigmoid",
  relu: "ReLU",
  relu6: "ReLU6",
  silu: "SiLU",
};
const title = (name) => name[0].toUpperCase() + name.slice(1);

/** By the function's name: the layer's type, and the function's arguments after the input. */
export const FUNCTIONS = {
  ...Object.fromEntries(unary.map((name) => [name, [TYPES[name] ?? title(name), ["inplace"]]])),
  gelu: ["GELU", ["approximate"]],
  leaky_relu: ["LeakyReLU", ["negative_slope", "inplace"]],
  elu: ["ELU", ["alpha", "inplace"]],
  softplus: ["Softplus", ["beta", "threshold"]],
  softmax: ["Softmax", ["dim"]],
  log_softmax: ["LogSoftmax", ["dim"]],
  dropout: ["Dropout", ["p", "training", "inplace"]],
  alpha_dropout: ["AlphaDropout", ["p", "training", "inplace"]],
  flatten: ["Flatten", ["start_dim", "end_dim"], { start_dim: 0 }],
  unflatten: ["Unflatten", ["dim", "unflattened_size"]],
  pixel_shuffle: ["PixelShuffle", ["upscale_factor"]],
  interpolate: ["Upsample", ["size", "scale_factor", "mode", "align_corners"]],
};
for (const n of [1, 2, 3]) {
  FUNCTIONS[`dropout${n}d`] = [`Dropout${n}d`, ["p", "training", "inplace"]];
  FUNCTIONS[`max_pool${n}d`] = [
    `MaxPool${n}d`,
    ["kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"],
  ];
  FUNCTIONS[`avg_pool${n}d`] = [
    `AvgPool${n}d`,
    ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"],
  ];
  FUNCTIONS[`adaptive_avg_pool${n}d`] = [`AdaptiveAvgPool${n}d`, ["output_size"]];
  FUNCTIONS[`adaptive_max_pool${n}d`] = [`AdaptiveMaxPool${n}d`, ["output_size"]];
}
/** Of these PyTorch has a function torch.NAME or a method x.NAME, too. */
export const PLAIN = new Set("relu sigmoid tanh softmax log_softmax flatten unflatten".split(" "));
