// Checks that raise as PyTorch does.
export const isInt = Number.isSafeInteger;
export const isNumber = (v) => typeof v === "number" || typeof v === "boolean";
export const truthy = (v) => (Array.isArray(v) ? v.length > 0 : Boolean(v));
export const product = (shape) => shape.reduce((n, d) => n * BigInt(d), 1n);
export const divide = (a, b) => (isNumber(a) ? Math.floor(a / b) : a);

/** Raise unless ok. `said` is PyTorch's message; `hint` explains it, or names the argument at fault. */
export function need(ok, said, hint = "") {
  if (ok) return;
  // PyTorch writes a list with spaces, JavaScript without.
  const spaced = said.replace(/\[[-*\d, ]+\]/g, (list) => list.replace(/, ?/g, ", "));
  const [, kind = "RuntimeError", text] = /^(?:(\w+Error): )?(.*)/.exec(spaced);
  throw Object.assign(new Error(text + (hint && `: ${hint}`)), { kind, said: text, hint });
}

/** PyTorch wants an int first and lets a bool pass for an int after it. */
export function ints(values, name) {
  need(
    values.every((v, i) => isInt(v) || (i && v === !!v)),
    `TypeError: argument '${name}' must be tuple of ints`,
    "whole numbers below 2^53",
  );
  return values.map(Number);
}

/** The shape of a tensor that can be made: PyTorch has 63 bits for its bytes, 4 a number. */
export function allocate(values, name) {
  const shape = ints(values, name);
  need(
    shape.every((d) => d >= 0),
    `Trying to create tensor with negative dimension ${Math.min(...shape)}: [${shape}]`,
    name,
  );
  need(product(shape) < 2n ** 61n, `Storage size calculation overflowed with sizes=[${shape}]`);
  return shape;
}

/** An argument such as stride as n numbers, from one, a list of one, or n. */
export function sizes(layer, name, n, least) {
  const list = ints([layer[name]].flat(), name);
  need(
    list.length === 1 || list.length === n,
    `expected ${name} to be a single integer value or a list of ${n}, but got [${list}]`,
  );
  need(
    list.every((v) => v >= least),
    `${least ? "non-positive" : "negative"} ${name} is not supported`,
  );
  return list.length === n ? list : Array(n).fill(list[0]);
}

/** An axis from 0, of `rank` many, negative ones from the end. */
export function axisOf(value, rank, name) {
  const [d] = ints([value], name);
  need(
    d >= -rank && d < rank,
    `IndexError: Dimension out of range (expected to be in range of [${-rank}, ${rank - 1}], but got ${d})`,
    name,
  );
  return d < 0 ? d + rank : d;
}
