// The input's shape: an example for a network, and common slips.

/** The first layer that asks for a kind of input: what its name says of it. */
function asking(items) {
  for (const { layer } of items) {
    const { type } = layer;
    const n = Number(/(\d)d$/.exec(type)?.[1] ?? 0);
    const size = layer.in_channels ?? layer.num_features ?? layer.in_features;
    if (/Linear$/.test(type)) return { kind: "linear", size };
    if (type === "Embedding") return { kind: "tokens" };
    if (n && /Transpose/.test(type)) return { kind: "transposed", n, size };
    if (n && /Conv|BatchNorm|InstanceNorm|Pool/.test(type)) return { kind: "image", n, size };
    if (type === "Flatten")
      return { kind: "flat", size: items.find((i) => i.layer.in_features)?.layer.in_features };
  }
  return {};
}

/** A shape that fits the first layer. */
export function example(items) {
  const { kind, n, size } = asking(items);
  const side = { 1: [100], 2: size === 1 ? [28, 28] : [32, 32], 3: [16, 32, 32] };
  if (kind === "image") return [2, size ?? 3, ...side[n]];
  if (kind === "transposed") return [2, size ?? 100, ...Array(n).fill(size ? 1 : 4)];
  if (kind === "flat") return size === 784 || !size ? [2, 1, 28, 28] : [2, size];
  return [2, size ?? 20];
}

/** What is probably wrong with an input, in a sentence, or "". */
export function slip(items, input) {
  const { kind, n, size } = asking(items);
  const [first, second] = input;
  const last = input.at(-1);
  const like = (shape) => `(${shape.join(", ")})`;
  if (kind === "image" || kind === "transposed") {
    const rank = input.length;
    if (rank === n + 2 || rank === n + 1) {
      const channels = input[rank - n - 1];
      const wanted =
        size === undefined ? last <= 4 && channels > 4 : last === size && channels !== size;
      if (wanted) {
        const turned = [...input.slice(0, rank - n - 1), last, ...input.slice(rank - n - 1, -1)];
        return `The channels seem to be last. PyTorch expects them right after the batch axis: ${like(turned)}.`;
      }
    }
    if (rank === n + 1)
      return `There is no batch axis: for a batch of 2, write ${like([2, ...input])}.`;
    if (rank === n && size === 1)
      return `There is no batch axis and no channel axis: write ${like([2, 1, ...input])}.`;
  }
  if (kind === "linear" && input.length === 1)
    return `There is no batch axis: for a batch of 2, write ${like([2, ...input])}.`;
  if (kind === "linear" && input.length === 2 && first === size && second !== size)
    return `Features and examples seem to be swapped. The features come last: ${like([second, first])}.`;
  return "";
}
