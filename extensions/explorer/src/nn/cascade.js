/**
 * What a PyTorch network finds out in its first forward pass: shape inference, without tensors.
 * Rules and messages are torch.nn's on the CPU, in train mode (so BatchNorm wants more than one
 * value per channel); tests/site/test_cascade.py compares the two. A shape is a list of numbers;
 * layers are described in layers.js.
 */
import { allocate, need, product } from "./checks.js";
import { argumentsOf, construct, eager, FAMILIES, isLazy, sizeOf } from "./layers.js";

const EARLY = ["Flatten", "Unflatten", "Identity"]; // they take whole numbers as well

/** Whether a network's input is of whole numbers: an Embedding takes no others. */
export const wantsIntegers = (layers) =>
  layers.find(({ type }) => !EARLY.includes(type))?.type === "Embedding";

/** Run an action; what it raises says at which layer and stage. */
function at(layers, layer, details, action) {
  try {
    return action();
  } catch (error) {
    const { type } = layers[layer] ?? {};
    const names = type in FAMILIES ? Object.keys(argumentsOf(type)) : [];
    const argument = names.find((name) =>
      RegExp(`\\b${name.replace("_", "[_ ]")}\\b`, "i").test(error.message),
    );
    throw Object.assign(error, { layer, argument, ...details });
  }
}

/** One layer's part of the pass: {becomes, parameters, output}. */
function forward(layers, i, { family, built }, x, whole, rows) {
  const layer = layers[i];
  if (!family) {
    const unknown = `The output shape of ${layer.source} is not known`;
    at(layers, i, { stage: "compute", rows }, () => need(layer.output, `Unknown: ${unknown}`));
    return { becomes: layer.type, parameters: {}, output: layer.output };
  }
  const parameters = at(layers, i, { stage: "infer", rows }, () => {
    if (isLazy(layer)) {
      built[family.size] = family.infer(built, x);
      need(built[family.size] !== undefined, "IndexError: tuple index out of range");
    }
    return family.parameters?.(built) ?? {};
  });
  const row = { becomes: eager(layer.type), parameters };
  const output = at(layers, i, { stage: "compute", rows, row }, () =>
    allocate(family.compute(built, x, whole), "output"),
  );
  return { ...row, output };
}

/**
 * The first forward pass of a network.
 * @param {object[]} layers
 * @param {number[]} input  the input's shape, batch first
 * @returns {object[]} per layer {becomes, parameters, output}: its class after the pass, its
 *   parameters' shapes by name, its output's shape
 * @throws {Error} whose `layer` is the first at which PyTorch raises. A network is built before it
 *   runs, so a layer that can't be built comes before one that can't run; -1: the input can't be
 *   made. `stage` is "construct", "input", "infer" or "compute"; `kind` Python's exception;
 *   `argument` the one at fault, if it is clear; `rows` those of the layers before; `row` the
 *   failing layer's, if it had its parameters by then.
 */
export function cascade(layers, input) {
  const rows = [];
  const net = layers.map((layer, i) =>
    at(layers, i, { stage: "construct", rows }, () => construct(layer)),
  );
  let x = at(layers, -1, { stage: "input", rows }, () => allocate(input, "input"));
  let whole = wantsIntegers(layers);
  for (const [i, built] of net.entries()) {
    rows.push(forward(layers, i, built, x, whole, rows));
    x = rows[i].output;
    whole &&= EARLY.includes(layers[i].type);
  }
  return rows;
}

/** The size that a layer of this class reads off an input of shape x, or undefined. */
export function inputSize({ type, args }, x) {
  try {
    return FAMILIES[type].infer({ groups: 1, ...args, type }, x);
  } catch {
    return undefined;
  }
}

/** A layer with that size written out: LazyLinear(10) and 256 give Linear(256, 10). */
export function withSize({ type, args, ...rest }, size) {
  const { [sizeOf({ type })]: _, ...others } = args;
  return { ...rest, type: eager(type), args: { [sizeOf({ type })]: size, ...others } };
}

/** Its lazy form: Linear(256, 10) gives LazyLinear(10). */
export function withoutSize({ type, args, ...rest }) {
  const { [sizeOf({ type })]: _, ...others } = args;
  return { ...rest, type: `Lazy${eager(type)}`, args: others };
}

/**
 * The network with every size that its layers take from their input set right, as far as shapes
 * are known: what a lazy network becomes, or an eager one should be.
 * @returns {object[]} layers
 */
export function corrected(layers, input) {
  const fixed = [];
  let x = input;
  for (const layer of layers) {
    const size = sizeOf(layer) && x ? inputSize(layer, x) : undefined;
    fixed.push(size === undefined ? layer : withSize(layer, size));
    if (!x) continue;
    try {
      const integers = wantsIntegers(layers) && fixed.every((l) => [...EARLY, "Embedding"].includes(l.type));
      const head = integers ? fixed : [fixed.at(-1)];
      x = cascade(head, integers ? input : x).at(-1).output;
    } catch {
      x = layer.output;
    }
  }
  return fixed;
}

/** How many values a row's parameters hold: a BigInt, as it may pass 2^53. */
export const count = ({ parameters }) =>
  Object.values(parameters).reduce((n, shape) => n + product(shape), 0n);
