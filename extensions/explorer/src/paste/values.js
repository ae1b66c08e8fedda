// What Python's expressions are worth here: numbers, strings, true, false, null and lists of them as
// they are in JavaScript, and the classes below.
import { argumentsOf } from "../nn/layers.js";

/** A float that is whole, such as 2.0: PyTorch does not take it for an int. */
export class Float {
  constructor(value) {
    this.value = value;
  }
}

/** A layer, as nn/layers.js describes it. `id` tells it from others that look the same. */
export class Layer {
  constructor(layer) {
    this.layer = layer;
  }
}

/** An nn.Sequential: `items` are [name, value] with values that are layers or containers. */
export class Container {
  constructor(items) {
    this.items = items;
  }

  add(name, value) {
    this.items.push([name ?? String(this.items.length), value]);
  }
}

/** A dict's entries, [key, value]. */
export class Entries {
  constructor(entries) {
    this.entries = entries;
  }
}

/** Of a tensor only its shape is known. */
export class Tensor {
  constructor(shape) {
    this.shape = shape;
  }
}

/** A function or a class of the pasted code; `scope` is where it was defined. */
export class Definition {
  constructor(node, name, scope) {
    Object.assign(this, { node, name, scope });
  }
}

/** Something that cannot be read; it matters only if the network needs it. */
export class Unread {
  constructor(error) {
    this.error = error;
  }
}

/** A module that a class of the pasted code made: its attributes by name. */
export class Self {
  constructor() {
    this.attributes = new Map();
  }
}

export const isNetwork = (value) => value instanceof Container || value instanceof Layer;

// They are floats in PyTorch, too.
const FLOATS = "p eps momentum alpha negative_slope beta threshold init scale_factor max_norm norm_type";

/** A value as an argument of a layer; `fail(reason)` raises. */
export function toArgument(value, name, fail) {
  if (value instanceof Float) {
    if (FLOATS.split(" ").includes(name)) return value.value;
    fail(`${name} must be a whole number, not ${value.value}.0.`);
  }
  if (Array.isArray(value)) return value.map((v) => toArgument(v, name, fail));
  if (value !== null && typeof value === "object") fail(`${name} has a value that is not read here.`);
  return value;
}

/** A layer from the values of a call. */
export function makeLayer(type, positional, keywords, fail) {
  const names = Object.keys(argumentsOf(type));
  const args = {};
  for (const [i, value] of positional.entries()) {
    if (type === "Identity") break;
    if (i >= names.length) fail(`${type} takes ${names.length} arguments here, and ${positional.length} are given.`);
    args[names[i]] = toArgument(value, names[i], fail);
  }
  for (const [name, value] of keywords) {
    if (name === "device" || name === "dtype" || type === "Identity") continue; // they change no shape
    if (name in args) fail(`${type} gets ${name} twice.`);
    if (!names.includes(name)) fail(`${type} has no argument ${name}.`);
    args[name] = toArgument(value, name, fail);
  }
  return new Layer({ type, args });
}

/**
 * The layers of a network in their order, each with its name if anything in it is named or nested.
 * @returns {object[]}
 */
export function layersOf(network) {
  const found = [];
  const walk = (value, path) => {
    if (value instanceof Layer) found.push([path, value.layer]);
    else for (const [name, item] of value.items) walk(item, name === null ? path : [...path, name]);
  };
  walk(network, []);
  const plain = found.every(([path], i) => path.length < 2 && (!path.length || path[0] === String(i)));
  return found.map(([path, layer]) => (plain || !path.length ? { ...layer } : { ...layer, name: path.join(".") }));
}
