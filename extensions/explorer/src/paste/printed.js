// What print(net) shows.
import { brief, PasteError, parse } from "./tree.js";
import { Evaluator, Layers } from "./values.js";

/** A printout writes these without quotes. */
const BARE = new Map(
  ["same", "valid", "zeros", "reflect", "replicate", "circular"].map((word) => [word, word]),
);

/** Whether a text looks like a printed network: `(0): Linear(…)` on a line. */
export const isPrinted = (text) => /^\s*\([\w.-]+\): /m.test(text);

/** Reads it: the layers in the order of the printout. */
export function readPrinted(text, layer) {
  const lines = text.split("\n");
  const found = [];
  let depth = 0;
  lines.forEach((line, i) => {
    const rest = line.trim().replace(/^\([\w.-]+\): /, "");
    if (!rest) return;
    const opens = /^(\w+)\($/.exec(rest)?.[1];
    if (rest === ")") depth -= 1;
    else if (opens) {
      if (opens !== "Sequential") {
        throw new PasteError(
          i + 1,
          `a printout does not say in which order ${opens} calls its layers: paste its class`,
        );
      }
      depth += 1;
    } else if (depth < 1)
      throw new PasteError(i + 1, `this is not part of a printout: ${brief(rest)}`);
    else {
      const [statement] = parse(rest, i).children;
      const value = new Evaluator(layer, BARE).evaluate(statement?.children[0] ?? statement);
      if (!(value instanceof Layers))
        throw new PasteError(i + 1, `this is not a layer: ${brief(rest)}`);
      found.push(...value.list);
    }
  });
  if (depth) throw new PasteError(lines.length, "the printout ends before its last bracket");
  return new Layers(found);
}
