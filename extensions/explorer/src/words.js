// Numbers, shapes and errors in words.
import { h } from "./dom.js";
import { count } from "./nn/cascade.js";
import { python } from "./python.js";

export const number = (n) => n.toLocaleString("en");
export const plural = (n, what) => `${number(n)} ${what}${n === 1 || n === 1n ? "" : "s"}`;
/** How many parameters these rows have together. */
export const parameters = (rows) =>
  plural(
    rows.reduce((sum, row) => sum + (row ? count(row) : 0n), 0n),
    "parameter",
  );
/** What a row's parameters are, `weight (256, 20)` and so on. */
export const shapes = (row) =>
  Object.entries(row.parameters).map(([name, shape]) => `${name} ${python(shape)}`);
export const error = ({ kind, said, hint }) =>
  h("p", { className: "cx-error" }, h("b", {}, kind), `: ${said}`, h("i", {}, hint));

export function attempt(action) {
  try {
    return { result: action() };
  } catch (error) {
    return { error };
  }
}
