// What expressions stand for: numbers, words, lists, layers. Nothing is ever run.
import { brief } from "./tree.js";

/** Layers one after the other. */
export class Layers {
  constructor(list) {
    this.list = list;
  }
}

/** What stands for a name that cannot be read: an error only for who needs it. */
export class Unreadable {
  constructor(error) {
    this.error = error;
  }
}

const WORDS = { True: true, False: false, None: null };
const OPERATORS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "//": (a, b) => Math.floor(a / b),
  "%": (a, b) => ((a % b) + b) % b,
  "**": (a, b) => a ** b,
};
/** Methods that leave the layers of a network as they are. */
const UNCHANGED = new Set("to cuda cpu eval train float double half bfloat16".split(" "));
const isNumber = (v) => typeof v === "number";

/** The arguments of a call: {given: [[node, value]], named: {name: [node, value]}}. */
export function argumentsOf(list, evaluate) {
  const given = [];
  const named = {};
  const parts = list.children;
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i];
    if (part.text === "*" && part.name === "*") {
      const value = evaluate(parts[i + 1]);
      const items = value instanceof Layers ? value.list : value;
      if (!Array.isArray(items)) part.fail(`*${brief(parts[i + 1].text)} is not a list`);
      given.push(...items.map((item) => [parts[i + 1], item]));
      i += 1;
    } else if (part.name === "**") part.fail("arguments from a dictionary cannot be read");
    else if (parts[i + 1]?.name === "AssignOp") {
      named[part.text] = [parts[i + 2], evaluate(parts[i + 2])];
      i += 2;
    } else given.push([part, evaluate(part)]);
  }
  return { given, named };
}

/** Evaluates expressions with the `names` that are known; `layer(node, type, args)` makes one. */
export class Evaluator {
  constructor(layer, names = new Map()) {
    Object.assign(this, { layer, names });
    this.evaluate = this.evaluate.bind(this);
  }

  evaluate(node) {
    const known = {
      Number: () => Number(node.text.replaceAll("_", "")),
      String: () => node.text.replace(/^[rRuUbB]*(['"]{3}|['"])([\s\S]*)\1$/, "$2"),
      Boolean: () => WORDS[node.text],
      None: () => null,
      TupleExpression: () => node.children.map(this.evaluate),
      ArrayExpression: () => node.children.map(this.evaluate),
      ParenthesizedExpression: () => this.evaluate(node.children[0]),
      UnaryExpression: () => this.unary(node),
      BinaryExpression: () => this.binary(node),
      VariableName: () => this.named(node),
      MemberExpression: () => this.named(node),
      CallExpression: () => this.call(node),
    };
    if (!known[node.name]) node.fail(`this cannot be read here: ${brief(node.text)}`);
    return known[node.name]();
  }

  unary(node) {
    const [sign, value] = node.children;
    const number = this.evaluate(value);
    if (!isNumber(number) || !["-", "+"].includes(sign.text))
      node.fail(`this is not a number: ${brief(node.text)}`);
    return sign.text === "-" ? -number : number;
  }

  binary(node) {
    const [left, sign, right] = node.children;
    const [a, b] = [this.evaluate(left), this.evaluate(right)];
    if (sign.text === "+" && Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
    if (!isNumber(a) || !isNumber(b) || !OPERATORS[sign.text])
      node.fail(`this is not a number: ${brief(node.text)}`);
    return OPERATORS[sign.text](a, b);
  }

  named(node) {
    const value = this.names.get(node.text);
    if (value instanceof Unreadable) throw value.error;
    if (value === undefined) node.fail(`${brief(node.text)} is not given a value above`);
    return value;
  }

  call(node) {
    const [callee, list] = node.children;
    const path = callee.text.replace(/\s/g, "");
    const type = /^(?:torch\.)?(?:nn\.)?(?:modules\.)?(\w+)$/.exec(path)?.[1];
    if (UNCHANGED.has(callee.children.at(-1)?.text) && callee.name === "MemberExpression") {
      const value = this.evaluate(callee.children[0]);
      if (value instanceof Layers) return value;
    }
    const { given, named } = argumentsOf(list, this.evaluate);
    if (/^(collections\.)?OrderedDict$/.test(path)) return this.ordered(node, given);
    if (type === "Sequential") return this.sequential(node, given, named);
    if (type && /^[A-Z]/.test(type)) return new Layers([this.layer(node, type, given, named)]);
    return node.fail(`${brief(callee.text)}(…) cannot be read: write the layers themselves`);
  }

  /** OrderedDict([("name", layer), …]): its layers, in order. */
  ordered(node, given) {
    const pairs = given[0]?.[1];
    const isPair = (pair) => Array.isArray(pair) && pair.length === 2;
    if (given.length !== 1 || !Array.isArray(pairs) || !pairs.every(isPair))
      node.fail("an OrderedDict is read from a list of pairs: a name, and a layer");
    return pairs.map(([, layer]) => layer);
  }

  sequential(node, given, named) {
    if (Object.keys(named).length) node.fail("nn.Sequential takes no named arguments");
    const parts = given.flatMap(([part, value]) =>
      Array.isArray(value) ? value.map((item) => [part, item]) : [[part, value]],
    );
    return new Layers(
      parts.flatMap(([part, value]) => {
        if (!(value instanceof Layers || value?.type))
          part.fail(`nn.Sequential holds layers, and this is none: ${brief(part.text)}`);
        return value instanceof Layers ? value.list : [value];
      }),
    );
  }
}
