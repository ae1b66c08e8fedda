// Python's expressions, as far as networks are written with them.
import { FAMILIES } from "../nn/layers.js";
import { Container, Definition, Entries, Float, isNetwork, Layer, makeLayer, Self, Tensor, Unread } from "./values.js";

const TENSORS = ["rand", "randn", "zeros", "ones", "empty", "randint", "full"];
const SAME = ["to", "cuda", "cpu", "eval", "train", "double", "float", "half", "apply", "requires_grad_"];
const NOT_READ = {
  ArrayComprehensionExpression: "a list comprehension",
  ConditionalExpression: "an if in an expression",
  LambdaExpression: "a lambda",
  FormatString: "an f-string",
  ComprehensionExpression: "a generator",
  AwaitExpression: "await",
};

const plain = (v) => (v instanceof Float ? v.value : v);
const isNumeric = (v) => typeof v === "number" || typeof v === "boolean" || v instanceof Float;

/** Reads expressions of a source; `call(definition, positional, keywords, node)` calls its own. */
export class Evaluator {
  constructor(source, call) {
    this.source = source;
    this.call = call;
  }

  fail(node, reason) {
    this.source.fail(node, reason);
  }

  value(node, scope) {
    const read = this[node.name];
    if (read && node.name !== "constructor") return read.call(this, node, scope);
    const what = NOT_READ[node.name] ?? `“${this.source.short(node)}”`;
    return this.fail(node, `${what} is not read here: write the layers out.`);
  }

  Number(node) {
    const text = this.source.of(node).replace(/_/g, "");
    const value = Number(text);
    if (Number.isNaN(value) || Math.abs(value) > 2 ** 53) this.fail(node, `${text.slice(0, 20)} is not read here.`);
    return /[.e]/i.test(text) && !/^0x/i.test(text) && Number.isInteger(value) ? new Float(value) : value;
  }

  Boolean(node) {
    return this.source.of(node) === "True";
  }

  None() {
    return null;
  }

  String(node) {
    const text = /^[a-z]*('''|"""|'|")([^]*)\1$/i.exec(this.source.of(node));
    return text ? text[2] : "";
  }

  ContinuedString(node) {
    return this.source.children(node).map((part) => this.String(part)).join("");
  }

  ParenthesizedExpression(node, scope) {
    return this.value(this.source.children(node)[0], scope);
  }

  TupleExpression(node, scope) {
    return this.items(node, scope);
  }

  ArrayExpression(node, scope) {
    return this.items(node, scope);
  }

  items(node, scope) {
    const values = [];
    let star = false;
    for (const child of this.source.children(node)) {
      if (child.name === "*") {
        star = true;
      } else {
        const value = this.value(child, scope);
        values.push(...(star ? this.spread(child, value) : [value]));
        star = false;
      }
    }
    return values;
  }

  /** What *value stands for. */
  spread(node, value) {
    if (Array.isArray(value)) return value;
    if (value instanceof Container) return value.items.map(([, item]) => item);
    return this.fail(node, `“*${this.source.short(node)}” is not read here.`);
  }

  DictionaryExpression(node, scope) {
    const values = this.source.children(node).map((child) => this.value(child, scope));
    const pairs = [];
    for (let i = 0; i + 1 < values.length; i += 2) pairs.push([values[i], values[i + 1]]);
    return new Entries(pairs);
  }

  UnaryExpression(node, scope) {
    const [sign, operand] = this.source.children(node);
    const value = this.value(operand, scope);
    const minus = this.source.of(sign) === "-";
    if (!isNumeric(value) || !"+-".includes(this.source.of(sign))) this.fail(node, `“${this.source.short(node)}” is not read here.`);
    const result = minus ? -plain(value) : Number(plain(value));
    return value instanceof Float ? new Float(result) : result;
  }

  BinaryExpression(node, scope) {
    const [left, sign, right] = this.source.children(node);
    const [a, b] = [this.value(left, scope), this.value(right, scope)];
    const operator = this.source.of(sign);
    if (Array.isArray(a) && Array.isArray(b) && operator === "+") return [...a, ...b];
    if (Array.isArray(a) && typeof b === "number" && operator === "*") return Array(Math.min(Math.max(b, 0), 1000)).fill(a).flat();
    if (!isNumeric(a) || !isNumeric(b)) this.fail(node, `“${this.source.short(node)}” is not read here.`);
    const [x, y] = [Number(plain(a)), Number(plain(b))];
    const result = {
      "+": () => x + y,
      "-": () => x - y,
      "*": () => x * y,
      "/": () => x / y,
      "//": () => Math.floor(x / y),
      "%": () => x - y * Math.floor(x / y),
      "**": () => x ** y,
    }[operator]?.();
    if (!Number.isFinite(result) || Math.abs(result) > 2 ** 53) this.fail(node, `“${this.source.short(node)}” has no value that is read here.`);
    const float = operator === "/" || a instanceof Float || b instanceof Float;
    return float && Number.isInteger(result) ? new Float(result) : result;
  }

  VariableName(node, scope) {
    const name = this.source.of(node);
    const value = scope.get(name);
    if (value instanceof Unread) throw value.error;
    if (value === undefined) this.fail(node, `${name} is not defined here: paste the line that sets it, too.`);
    return value;
  }

  /** The parts of a dotted name, or null: nn.Linear gives ["nn", "Linear"]. */
  path(node) {
    if (node.name === "VariableName") return [this.source.of(node)];
    if (node.name !== "MemberExpression" || node.lastChild.name !== "PropertyName") return null;
    const head = this.path(node.firstChild);
    return head && [...head, this.source.of(node.lastChild)];
  }

  MemberExpression(node, scope) {
    const object = this.value(node.firstChild, scope);
    const [, key] = this.source.children(node);
    if (key.name === "PropertyName") {
      const name = this.source.of(key);
      const value = object instanceof Self ? object.attributes.get(name) : undefined;
      if (value instanceof Unread) throw value.error;
      if (value === undefined) this.fail(node, `“${this.source.short(node)}” is not read here.`);
      return value;
    }
    const at = this.value(key, scope);
    const items = object instanceof Container ? object.items.map(([, item]) => item) : object;
    const value = Array.isArray(items) && Number.isInteger(at) ? items.at(at) : undefined;
    if (value === undefined) this.fail(node, `“${this.source.short(node)}” is not read here.`);
    return value;
  }

  /** A call's arguments: {positional: [value], keywords: [[name, value]]}. */
  arguments(node, scope) {
    const positional = [];
    const keywords = [];
    const parts = this.source.children(node.getChild("ArgList"));
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i];
      if (part.name === "*") {
        i += 1;
        positional.push(...this.spread(parts[i], this.value(parts[i], scope)));
      } else if (part.name === "**") {
        this.fail(part, "** is not read here: write the arguments out.");
      } else if (parts[i + 1]?.name === "AssignOp") {
        keywords.push([this.source.of(part), this.value(parts[i + 2], scope)]);
        i += 2;
      } else {
        positional.push(this.value(part, scope));
      }
    }
    return { positional, keywords };
  }

  CallExpression(node, scope) {
    const callee = node.firstChild;
    const path = this.path(callee);
    const name = path?.at(-1);
    const own = path && scope.get(path[0]);
    if (own instanceof Unread) throw own.error;
    if (own instanceof Definition && path.length === 1) {
      const { positional, keywords } = this.arguments(node, scope);
      return this.call(own, positional, keywords, node);
    }
    if (!path || own !== undefined) return this.method(node, callee, scope);
    if (["Sequential", "ModuleList"].includes(name)) return this.container(node, scope);
    if (name in FAMILIES) {
      const { positional, keywords } = this.arguments(node, scope);
      return makeLayer(name, positional, keywords, (reason) => this.fail(node, reason));
    }
    return this.library(node, name, scope);
  }

  /** A call of something that is neither a layer nor of the pasted code. */
  library(node, name, scope) {
    if (/^[A-Z]/.test(name) && name !== "OrderedDict") {
      return new Layer({ type: name, source: this.source.of(node).replace(/\s+/g, " ") });
    }
    if (!["OrderedDict", "dict", "list", "tuple", "int", "len", ...TENSORS].includes(name)) {
      this.fail(node, `${name} is not defined here: paste its code, too.`);
    }
    const { positional, keywords } = this.arguments(node, scope);
    const [first] = positional;
    if (name === "OrderedDict" || name === "dict") {
      if (first instanceof Entries) return first;
      return new Entries([...(first ?? []), ...keywords]);
    }
    if (name === "int" && isNumeric(first)) return Math.trunc(plain(first));
    if (name === "len" && Array.isArray(first)) return first.length;
    if (["list", "tuple"].includes(name) && first !== undefined) return this.spread(node, first);
    const size = keywords.find(([key]) => key === "size")?.[1];
    const shape = size ?? (name === "randint" ? positional.find(Array.isArray) : positional.flat());
    return new Tensor(shape ?? []);
  }

  container(node, scope) {
    const { positional } = this.arguments(node, scope);
    const container = new Container([]);
    const [first] = positional;
    if (first instanceof Entries) {
      for (const [key, value] of first.entries) this.put(node, container, value, String(key));
    } else {
      const list = positional.length === 1 && Array.isArray(first) ? first : positional;
      if (list === first && !this.source.of(node).includes("ModuleList")) {
        this.fail(node, "nn.Sequential takes layers, not a list: write nn.Sequential(*layers).");
      }
      for (const value of list) this.put(node, container, value);
    }
    return container;
  }

  put(node, container, value, name) {
    if (!isNetwork(value)) this.fail(node, "nn.Sequential has something in it that is no layer.");
    container.add(name, value);
  }

  /** object.name(…) */
  method(node, callee, scope) {
    if (callee.name !== "MemberExpression") this.fail(node, `“${this.source.short(node)}” is not read here.`);
    const object = this.value(callee.firstChild, scope);
    const name = this.source.of(callee.lastChild);
    if (isNetwork(object) && SAME.includes(name)) return object;
    const { positional } = this.arguments(node, scope);
    const [first, second] = positional;
    if (Array.isArray(object) && name === "append") object.push(first);
    else if (Array.isArray(object) && name === "extend") object.push(...this.spread(node, first));
    else if (object instanceof Container && name === "append") this.put(node, object, first);
    else if (object instanceof Container && name === "add_module") this.put(node, object, second, first);
    else this.fail(node, `“${this.source.short(node)}” is not read here.`);
    return object;
  }
}
