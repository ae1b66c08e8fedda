// Numbers, shapes and errors in words.
import { h } from "./dom.js";
import { explained } from "./explained.js";
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
/** An error as PyTorch words it, with a link to the section that explains it. */
export const error = ({ kind, said, hint }) => {
  const url = explained(said);
  const link = url ? [" ", h("a", { href: url }, "What does this error mean?")] : [];
  return h(
    "p",
    { className: "cx-error" },
    h("b", {}, kind),
    `: ${said}`,
    h("i", {}, hint),
    ...link,
  );
};

export function attempt(action) {
  try {
    return { result: action() };
  } catch (error) {
    return { error };
  }
}
