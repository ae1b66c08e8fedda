import { isInt } from "./nn/checks.js";
import { argumentsOf } from "./nn/layers.js";

const WORDS = { True: true, False: false, None: null };
/** The strings that arguments can be. */
const STRINGS =
  "same valid zeros reflect replicate circular none tanh nearest nearest-exact linear bilinear bicubic trilinear area".split(
    " ",
  );
/** A value as Python writes it. */
export const python = (v) =>
  Array.isArray(v)
    ? `(${v.map(python).join(", ")}${v.length === 1 ? "," : ""})`
    : (Object.keys(WORDS).find((word) => WORDS[word] === v) ??
      (typeof v === "string" ? `'${v}'` : String(v)));

/** A layer as Python writes it, LazyConv2d(6, kernel_size=5), without defaults. */
export function call({ type, ...args }) {
  if (args.code) return args.code;
  const written = Object.entries(argumentsOf(type))
    .filter(([name, v]) => name in args && python(args[name]) !== python(v))
    .map(
      ([name, v]) =>
        (v === undefined && (name !== "kernel_size" || type.includes("Pool")) ? "" : `${name}=`) +
        python(args[name]),
    );
  return `${type}(${written.join(", ")})`;
}

/** A value from text as Python writes it: 5, (3, 5) or 3, 5, 'same' or same, None. */
export function value(text) {
  try {
    const json = text
      .replace(/[([]/g, "[")
      .replace(/,?\s*[)\]]/g, "]")
      .replace(/['"]?\b([a-z][\w-]*)\b['"]?/gi, (_, w) =>
        JSON.stringify(WORDS[w] !== undefined ? WORDS[w] : STRINGS.find((m) => m === w)),
      );
    const v = JSON.parse(/^[^[].*,/.test(json.trim()) ? `[${json}]` : json);
    if ([v].flat().every((n) => !(Math.abs(n) >= 2 ** 53 || n?.constructor === Object))) return v;
  } catch {}
  throw new Error(
    `“${text.slice(0, 30)}” is not a value: write a number below 2^53, a pair such as 3, 5, or None`,
  );
}

/** A shape from text: 2, 1, 28, 28 or (2, 20) or 2x20. */
export function shape(text) {
  const parts = text.match(/[^\s,x×()[\]]+/g) ?? [""];
  const bad = parts.find((part) => !/^\d+$/.test(part) || !isInt(Number(part)));
  if (bad === undefined) return parts.map(Number);
  throw new Error(
    `“${bad.slice(0, 30)}” is not a size: write whole numbers below 2^53, batch first, such as 2, 1, 28, 28`,
  );
}
