// The networks to begin with, as lines.

const lenet = (px) =>
  `2,1,${px},${px};LazyConv2d(6,kernel_size=5,padding=2);Sigmoid;AvgPool2d(2);LazyConv2d(16,kernel_size=5);Sigmoid;AvgPool2d(2);Flatten;LazyLinear(120);Sigmoid;LazyLinear(84);Sigmoid;LazyLinear(10)`;
const block = (channels) =>
  `LazyConv2d(${channels},kernel_size=3,padding=1);LazyBatchNorm2d;ReLU;MaxPool2d(2);`;

export const PRESETS = {
  mlp: ["MLP", "2,20;LazyLinear(256);ReLU;LazyLinear(10)"],
  lenet: ["LeNet, 28 px", lenet(28)],
  lenet32: ["LeNet, 32 px", lenet(32)],
  lenet64: ["LeNet, 64 px", lenet(64)],
  cnn: [
    "Deeper CNN",
    `2,3,64,64;${block(32)}${block(64)}${block(128)}Flatten;LazyLinear(256);ReLU;Dropout;LazyLinear(10)`,
  ],
  mismatch: ["MLP that doesn't fit", "2,20;Linear(21,256);ReLU;LazyLinear(10)"],
};
