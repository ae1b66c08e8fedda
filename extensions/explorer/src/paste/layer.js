// A layer from the arguments of a call.
import { argumentsOf, FAMILIES } from "../nn/layers.js";
import { python, value } from "../python.js";

/** Arguments that say where and of what type values are, and change no shape. */
const IGNORED = new Set(["device", "dtype"]);
const LIST = /Norm/;

/** What a value is after a trip through the address; throws if it can't make one. */
const kept = (v) => value(python(v));

/**
 * @param {string} type
 * @param {any[]} positional
 * @param {object} named
 * @param {function} fail  makes an error of a reason
 */
export function layerOf(type, positional, named, fail) {
  const names = Object.keys(argumentsOf(type));
  const layer = { type };
  const take = (name, v) => {
    if (name in layer) throw fail(`${type} gets ${name} twice.`);
    try {
      layer[name] = kept(v);
    } catch {
      throw fail(`${type} cannot have ${python(v)} as its ${name}.`);
    }
  };
  if (type === "Identity") return layer;
  // Norms have `bias` by name alone, after device and dtype
  const places =
    LIST.test(type) && type !== "LayerNorm" ? names.filter((n) => n !== "bias") : names;
  positional.forEach((v, i) => {
    if (i < places.length) take(places[i], v);
    else if (i >= places.length + IGNORED.size)
      throw fail(`${type} takes ${places.length} arguments, not ${positional.length}.`);
  });
  for (const [name, v] of Object.entries(named)) {
    if (IGNORED.has(name)) continue;
    if (!names.includes(name)) throw fail(`${type} has no argument ${name}.`);
    take(name, v);
  }
  return layer;
}

export const known = (type) => Object.hasOwn(FAMILIES, type) && type !== "Unknown";
/** A layer that the figure does not know: it stays in its place, with its own words. */
export const unknown = (code) => ({ type: "Unknown", code: code.replace(/\s+/g, " ") });
