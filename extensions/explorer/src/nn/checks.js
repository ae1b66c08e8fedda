// Checks that raise as PyTorch does, in its words.

export const isInt = Number.isSafeInteger;
export const isNumber = (v) => typeof v === "number" || typeof v === "boolean";
export const truthy = (v) => (Array.isArray(v) ? v.length > 0 : Boolean(v));
export const product = (shape) => shape.reduce((n, d) => n * BigInt(d), 1n);
export const divide = (a, b) => (isNumber(a) ? Math.floor(a / b) : a);
/** A shape as PyTorch writes it. */
export const list = (shape) => `[${shape.join(", ")}]`;
/** n values of an argument that is one, or a list of one or of n. */
export const spread = (v, n) => (Array.isArray(v) && v.length > 1 ? v : Array(n).fill([v].flat()[0]));

/** Raise unless ok. `said` is PyTorch's message; `hint` explains it, or names the argument. */
export function need(ok, said, hint = "") {
  if (ok) return;
  const [, kind = "RuntimeError", text] = /^(?:(\w+Error): )?([^]*)/.exec(said);
  throw Object.assign(new Error(text + (hint && `: ${hint}`)), { kind, said: text, hint });
}

/** PyTorch wants an int first and lets a bool pass for an int after it. */
export function ints(values, name) {
  const ok = values.every((v, i) => isInt(v) || (i && v === !!v));
  need(ok, `TypeError: argument '${name}' must be tuple of ints`, "whole numbers below 2^53");
  return values.map(Number);
}

/** An argument that must be a number. */
export const float = (v, name) => need(isNumber(v), `TypeError: argument '${name}' must be float`);

/** The shape of a tensor that can be made: PyTorch has 63 bits for its bytes, 4 a number. */
export function allocate(values, name) {
  const shape = ints(values, name);
  const bad = shape.find((d) => d < 0);
  need(bad === undefined, `Trying to create tensor with negative dimension ${bad}: ${list(shape)}`, name);
  const fits = product(shape) < 2n ** 61n;
  need(fits, `Storage size calculation overflowed with sizes=${list(shape)}`);
  return shape;
}

/** An axis, counted from the front. */
export function axis(d, rank, name) {
  const [at] = ints([d], name);
  const n = rank || 1;
  const range = `expected to be in range of [${-n}, ${n - 1}], but got ${at}`;
  need(at >= -n && at < n, `IndexError: Dimension out of range (${range})`, name);
  return at < 0 ? at + n : at;
}
