/**
 * What a PyTorch network finds out in its first forward pass: shape inference, without
 * tensors. Rules and messages are torch.nn's on the CPU, in train mode (so BatchNorm
 * wants more than one value per channel); tests/site/test_explorer_inference.py compares the two.
 *
 * A layer is {type: "LazyConv2d", out_channels: 6, kernel_size: 5} in PyTorch's
 * names, with true, false, null for True, False, None. A shape is a list of numbers.
 */
import { allocate, need, product } from "./checks.js";
import { argumentsOf, construct, eager, FAMILIES, isLazy } from "./layers.js";
import { hasSize } from "./norm.js";

/**
 * The first forward pass of a network.
 * @param {object[]} layers
 * @param {number[]} input  the input's shape, batch first
 * @returns {object[]} per layer {becomes, parameters, output}: its class after the pass,
 *   its parameters' shapes by name, its output's shape
 * @throws {Error} whose `layer` is the first at which PyTorch raises. A network is built
 *   before it runs, so a layer that can't be built comes before one that can't run; -1:
 *   the input can't be made. `stage` is "construct", "input", "infer", "fill" or "compute";
 *   `kind` Python's exception; `argument` the one at fault, if it is clear; `rows` those of the
 *   layers before; `row` the failing layer's, if it had its parameters by then.
 */
export const cascade = (layers, input) => pass(layers, input, false).rows;

/** The input size that fits, per layer that has one, whatever is given; as far as a pass gets. */
export function fittingSizes(layers, input) {
  try {
    return pass(layers, input, true).sizes;
  } catch (error) {
    return error.sizes;
  }
}

/** A pass; to `fit`, every layer reads its input size off its input, as lazy ones do. */
function pass(layers, input, fit) {
  const rows = [];
  const sizes = [];
  const at = (layer, stage, action, row) => {
    try {
      return action();
    } catch (error) {
      const { type } = layers[layer] ?? {};
      const argument = Object.keys(FAMILIES[type] ? argumentsOf(type) : {}).find((name) =>
        RegExp(`\\b${name.replace("_", "[_ ]")}\\b`, "i").test(error.message),
      );
      throw Object.assign(error, { layer, stage, rows, row, argument, sizes });
    }
  };
  const net = layers.map((layer, i) => at(i, "construct", () => construct(layer, fit)));
  let x = at(-1, "input", () => allocate(input, "input"));
  net.forEach((layer, i) => {
    const family = FAMILIES[layer.type];
    if (isLazy(layer) || (fit && family.infer)) {
      layer[family.size] = at(i, "infer", () => {
        const size = family.infer(layer, x, layers[i][family.size]);
        need(size !== undefined, "IndexError: tuple index out of range");
        return size;
      });
      sizes[i] = layer[family.size];
    }
    const parameters = at(i, "fill", () => family.parameters?.(layer) ?? {});
    const row = { becomes: eager(layer.type), parameters };
    x = at(i, "compute", () => allocate(family.compute(layer, x, i === 0), "output"), row);
    rows.push({ ...row, output: x });
  });
  return { rows, sizes };
}

/** A layer of another type, with all that is as it was, be it a default. */
function turned({ type, ...args }, to) {
  const all = Object.entries({ ...argumentsOf(type), ...args });
  const names = argumentsOf(to);
  const kept = all.filter(([name, v]) => name in names && v !== undefined);
  return { type: to, ...Object.fromEntries(kept) };
}
/** A layer with its input size written out: LazyLinear(10) and 256 give Linear(256, 10). */
export const byHand = (layer, size) => ({
  ...turned(layer, eager(layer.type)),
  [FAMILIES[layer.type].size]: size,
});
/** A layer without its input size, where it has a lazy form and something to infer. */
export function makeLazy(layer) {
  const type = `Lazy${layer.type}`;
  const lazy = FAMILIES[type] ? turned(layer, type) : layer;
  return "affine" in lazy && !hasSize(lazy) ? layer : lazy;
}
/** How many values a row's parameters hold: a BigInt, as it may pass 2^53. */
export const count = ({ parameters }) =>
  Object.values(parameters).reduce((n, shape) => n + product(shape), 0n);
/** The parameters that a layer has once it is built. */
export function parametersOf(layer) {
  const built = construct(layer);
  return { parameters: FAMILIES[layer.type].parameters?.(built) ?? {} };
}
