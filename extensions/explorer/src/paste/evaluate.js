// Values of constant expressions: numbers, words, tuples, and arithmetic on them.
import { parts } from "./tree.js";

const OPERATIONS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "//": (a, b) => Math.floor(a / b),
  "%": (a, b) => a - b * Math.floor(a / b),
  "**": (a, b) => a ** b,
};

/** A number's value as Python reads it. */
function numberOf(words) {
  const text = words.replace(/_/g, "");
  return /^(0[xob])?[\da-f.]+(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

/**
 * The value of an expression.
 * @param {Source} source
 * @param {SyntaxNode} node
 * @param {function} other  gives the value of all that is not constant, or throws
 */
export function evaluate(source, node, other = undefined) {
  const fail = (reason) => source.trouble(node, reason);
  const inner = (child) => evaluate(source, child, other);
  const words = source.words(node);
  const finite = (n) => {
    if (typeof n === "number" && Math.abs(n) < 2 ** 53) return n;
    throw fail(`${source.quote(node)} is not a number below 2^53.`);
  };
  switch (node.name) {
    case "Number":
      return finite(numberOf(words));
    case "String": {
      const found = /^(["'])([^\\]*)\1$/.exec(words);
      if (!found) throw fail(`${source.quote(node)} is not a plain string.`);
      return found[2];
    }
    case "Boolean":
      return words === "True";
    case "None":
      return null;
    case "ParenthesizedExpression":
      return inner(parts(node)[0]);
    case "TupleExpression":
    case "ArrayExpression": {
      const values = [];
      let star = false;
      for (const child of parts(node)) {
        if (child.name === "*") star = true;
        else {
          const v = inner(child);
          if (star && !Array.isArray(v)) throw fail(`${source.quote(child)} is not a list.`);
          values.push(...(star ? v : [v]));
          star = false;
        }
      }
      return values;
    }
    case "UnaryExpression": {
      const [sign, child] = parts(node);
      const v = inner(child);
      if (!["-", "+"].includes(source.words(sign)) || typeof v !== "number") break;
      return source.words(sign) === "-" ? -v : v;
    }
    case "BinaryExpression": {
      const [left, sign, right] = parts(node);
      const [a, b, operation] = [inner(left), inner(right), source.words(sign)];
      if (operation === "/" && typeof a === "number")
        throw fail(`${source.quote(node)} is a float in Python: write // for a whole number.`);
      if (typeof a === "number" && typeof b === "number" && OPERATIONS[operation])
        return finite(OPERATIONS[operation](a, b));
      if (Array.isArray(a) && operation === "+" && Array.isArray(b)) return [...a, ...b];
      if (Array.isArray(a) && operation === "*" && b >= 0 && b * a.length <= 1000)
        return Array(b).fill(a).flat();
      break;
    }
  }
  if (other) return other(node);
  throw fail(`${source.quote(node)} cannot be read: write a number or a word.`);
}
