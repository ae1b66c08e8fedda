// Follows the expressions of a Python program, as far as they build a network. Nothing is executed.
import { evaluate } from "./evaluate.js";
import { Flow, pass } from "./flow.js";
import { known, layerOf, unknown } from "./layer.js";
import { argumentNodes, parts } from "./tree.js";

const MODULES = {
  nn: "torch.nn",
  F: "torch.nn.functional",
  torch: "torch",
  OrderedDict: "collections.OrderedDict",
  collections: "collections",
  enumerate: "enumerate",
  len: "len",
  range: "range",
  super: "super",
  zip: "zip",
};
const TENSORS = new Set("rand randn zeros ones empty randint".split(" "));
const SUBSCRIPT = /^\[/;
const SLICE = /^\[\s*(-?\d*)\s*:\s*(-?\d*)\s*\]$/;
/** Functions call functions: this many calls are followed. */
const CALLS = 5000;
/** A loop has at most so many turns. */
const MOST = 500;

export const is = (v, kind) => v?.kind === kind;
export const path = (name) => ({ kind: "path", name });
export const unreadable = (trouble) => ({ kind: "unreadable", trouble });
/** What a loop goes through: a list, or a network's layers. */
const listOf = (v) =>
  is(v, "net") ? v.children.map(([, child]) => child) : Array.isArray(v) ? v : undefined;

/** The values of expressions. What runs through a function's body, `body`, comes with Program. */
export class Expressions {
  /** The input's shape, where a line makes a tensor and gives it to a network. */
  input;
  notes = new Set();
  /** Networks that lines give a name, and those that are part of others. */
  networks = new Map();
  used = new Set();
  #calls = 0;

  constructor(source) {
    this.source = source;
    this.globals = new Map(Object.entries(MODULES).map(([name, to]) => [name, path(to)]));
  }

  fail(node, reason) {
    return this.source.trouble(node, reason);
  }

  /** The list that an argument of this call has to be. */
  listed(node, value) {
    const list = listOf(value);
    if (!list) throw this.fail(node, `${this.source.quote(node)} cannot be read here.`);
    return list;
  }

  /** What follows the first part of a member expression: .weight, [0] or [1:]. */
  after(node) {
    const [base] = parts(node);
    return this.source.words(node).slice(base.to - base.from);
  }

  isNetwork = (v) => ["net", "instance", "layer"].includes(v?.kind);

  value(node, scope) {
    return evaluate(this.source, node, (other) => this.other(other, scope));
  }

  /** The value of what is not a constant. */
  other(node, scope) {
    const { source } = this;
    switch (node.name) {
      case "VariableName": {
        const name = source.words(node);
        const found = scope.get(name) ?? this.globals.get(name);
        if (is(found, "unreadable")) throw found.trouble;
        if (found !== undefined) return found;
        if (known(name) || name === "Sequential" || name === "ModuleList")
          return path(`torch.nn.${name}`);
        const called =
          node.parent.name === "CallExpression" && node.parent.firstChild.from === node.from;
        if (called && /^[A-Z]/.test(name)) return path(name); // a class that is not in the text
        if (called)
          throw this.fail(node, `${name}(…) cannot be read: write out the layers that it makes.`);
        throw this.fail(node, `${name} has no value: add a line above it, such as ${name} = 10.`);
      }
      case "MemberExpression":
        return this.member(node, scope);
      case "CallExpression":
        return this.call(node, scope);
      case "DictionaryExpression": {
        const all = parts(node);
        const entries = [];
        for (let i = 0; i < all.length; i += 2)
          entries.push([this.value(all[i], scope), this.value(all[i + 1], scope)]);
        return { kind: "dict", entries };
      }
      case "ArrayComprehensionExpression":
      case "ComprehensionExpression": {
        const inner = new Map(scope);
        const [one, ...rest] = parts(node);
        return Array.from(this.turns(node, rest, inner), () => this.value(one, inner));
      }
      case "FormatString": {
        let text = source.words(node);
        for (const each of parts(node).reverse())
          text =
            text.slice(0, each.from - node.from) +
            this.value(parts(each)[0], scope) +
            text.slice(each.to - node.from);
        return text.slice(2, -1);
      }
    }
    throw this.fail(node, `${source.quote(node)} cannot be read here.`);
  }

  /** The turns of `for targets in values`; each sets the targets. */
  *turns(node, all, scope) {
    const at = all.findIndex(({ name }) => name === "in");
    const [targets, from] = [all.slice(1, at), this.value(all[at + 1], scope)];
    const values = listOf(from);
    if (is(from, "net")) this.used.add(from);
    if (!values || all.slice(at).some(({ name }) => /^(else|for|if)$/.test(name)))
      throw this.fail(node, "this loop cannot be read: write its lines out.");
    for (const value of values) {
      for (const [i, target] of targets.entries())
        this.set(target, targets.length > 1 ? value?.[i] : value, scope, false);
      yield;
    }
  }

  member(node, scope) {
    const { source } = this;
    const [base, property] = parts(node);
    const value = this.value(base, scope);
    const after = this.after(node);
    const slice = SLICE.exec(after);
    const ends = slice?.slice(1).map((n) => (n ? Number(n) : undefined));
    if (slice && Array.isArray(value)) return value.slice(...ends);
    if (slice && is(value, "net")) return { kind: "net", children: value.children.slice(...ends) };
    if (SUBSCRIPT.test(after)) {
      const i = this.value(property, scope);
      const found = typeof i === "number" ? listOf(value)?.at(i) : undefined;
      if (is(value, "sizes")) return { kind: "batch" };
      if (found === undefined) throw this.fail(node, `${source.quote(node)} cannot be read here.`);
      if (found && typeof found === "object" && value.label) found.label ??= `${value.label}.${i}`;
      return found;
    }
    const name = source.words(property);
    if (is(value, "path")) return path(`${value.name}.${name}`);
    if (is(value, "flow") && name === "shape") return { kind: "sizes" };
    if (is(value, "instance")) {
      const found = value.attributes.get(name);
      if (is(found, "unreadable")) throw found.trouble;
      if (found !== undefined) return found;
      const method = value.type.methods.get(name);
      if (method) return { kind: "function", name, node: method, self: value };
      throw this.fail(node, `${source.quote(node)} has no value.`);
    }
    return { kind: "method", of: value, name };
  }

  /** The values of a call's arguments. */
  given(list, scope, skip = () => false) {
    const positional = [];
    const named = {};
    for (const { name, star, value } of argumentNodes(list)) {
      const key = name && this.source.words(name);
      if (skip(key)) continue;
      const v = this.value(value, scope);
      if (star === "*" && Array.isArray(v)) positional.push(...v);
      else if (star === "**" && is(v, "dict")) Object.assign(named, Object.fromEntries(v.entries));
      else if (star) throw this.fail(value, `${this.source.quote(value)} cannot be read here.`);
      else if (name) named[key] = v;
      else positional.push(v);
    }
    return { positional, named };
  }

  call(node, scope) {
    const { source } = this;
    const [callee, list] = [node.firstChild, node.lastChild];
    this.#calls += 1;
    if (this.#calls > CALLS) throw this.fail(node, "too many functions call each other here.");
    const f = this.value(callee, scope);
    if (is(f, "path")) return this.callPath(f.name, node, list, scope);
    if (is(f, "function")) {
      const { positional, named } = this.given(list, scope);
      return this.run(f.node, f.self ? [f.self, ...positional] : positional, named, node, true);
    }
    if (is(f, "class")) {
      const { positional, named } = this.given(list, scope);
      return this.instance(f, positional, named, node);
    }
    if (is(f, "method")) return this.method(f, node, list, scope);
    if (this.isNetwork(f)) {
      const { positional } = this.given(list, scope);
      const [x] = positional;
      if (is(x, "tensor")) {
        this.input ??= x.shape;
        this.called = f;
        return { kind: "result" };
      }
      if (is(x, "flow") && positional.length === 1) return pass(this, f, x, node, f.label);
      throw this.fail(
        node,
        `${source.quote(node)} must take one value: the output of the layer before it.`,
      );
    }
    throw this.fail(node, `${source.quote(node)} cannot be read here.`);
  }

  callPath(name, node, list, scope) {
    const { source } = this;
    const last = name.split(".").at(-1);
    const fail = (reason) => this.fail(node, reason);
    const skip = (key) => ["device", "dtype"].includes(key);
    if (name === "range") {
      const numbers = this.given(list, scope).positional;
      const [from, to, step = 1] = numbers.length > 1 ? numbers : [0, ...numbers];
      const length = Math.ceil((to - from) / step);
      if (!(length <= MOST)) throw fail(`${source.quote(node)} is not a range of at most ${MOST}.`);
      return Array.from({ length: Math.max(0, length) }, (_, i) => from + i * step);
    }
    if (name === "len") return this.listed(node, this.given(list, scope).positional[0]).length;
    if (name === "enumerate" || name === "zip") {
      const lists = this.given(list, scope).positional.map((each) => this.listed(node, each));
      if (name === "enumerate") lists.unshift([...(lists[0]?.keys() ?? [])]);
      if (lists.length < 2) throw fail(`${source.quote(node)} cannot be read here.`);
      const length = Math.min(...lists.map((each) => each.length));
      return Array.from({ length }, (_, i) => lists.map((each) => each[i]));
    }
    if (name === "super") return { kind: "super", self: scope.get("self") };
    if (name === "collections.OrderedDict") {
      const { positional, named } = this.given(list, scope);
      const [entries = Object.entries(named)] = positional;
      return is(entries, "dict") ? entries : { kind: "dict", entries };
    }
    if (/^torch\.nn\.[A-Z]\w*$/.test(name) || name.startsWith("torch.nn.modules.")) {
      if (last === "Sequential") return this.sequential(this.given(list, scope), fail);
      if (last === "ModuleList") return this.given(list, scope).positional[0] ?? [];
      if (!known(last)) return { kind: "layer", layer: unknown(source.words(node)) };
      const { positional, named } = this.given(list, scope, skip);
      return { kind: "layer", layer: layerOf(last, positional, named, fail), node };
    }
    if (/^[A-Z]/.test(last) && !name.startsWith("torch."))
      return { kind: "layer", layer: unknown(source.words(node)) };
    const takes = argumentNodes(list)[0];
    if (/^torch\.(nn\.functional\.)?\w+$/.test(name) && takes && !takes.name && !takes.star) {
      if (name.split(".").length === 2 && TENSORS.has(last)) {
        const { positional, named } = this.given(
          list,
          scope,
          (key) => skip(key) || key === "requires_grad",
        );
        const shape = named.size ?? positional.findLast(Array.isArray) ?? positional;
        if (shape.every?.((n) => Number.isSafeInteger(n))) return { kind: "tensor", shape };
      }
      const x = this.value(takes.value, scope);
      if (is(x, "flow"))
        return Flow.apply(
          this,
          last,
          name.includes("functional"),
          x,
          node,
          argumentNodes(list).slice(1),
          scope,
        );
    }
    throw fail(`${source.quote(node)} cannot be read here.`);
  }

  method({ of, name }, node, list, scope) {
    if (is(of, "flow")) return Flow.method(this, name, of, node, list, scope);
    if (is(of, "super") && name === "__init__") {
      if (of.self?.type.bases.includes("Sequential"))
        of.self.net = this.sequential(this.given(list, scope), (reason) => this.fail(node, reason));
      return null;
    }
    if (Array.isArray(of) && name === "append")
      return void of.push(...this.given(list, scope).positional);
    if (Array.isArray(of) && name === "extend")
      return void of.push(...this.listed(node, this.given(list, scope).positional[0]));
    if (is(of, "net") && (name === "append" || name === "extend")) {
      const [first] = this.given(list, scope).positional;
      for (const child of name === "append" ? [first] : this.listed(node, first))
        of.children.push([String(of.children.length), child]);
      return of;
    }
    if (is(of, "net") && name === "add_module") {
      const [key, child] = this.given(list, scope).positional;
      const there = of.children.find(([other]) => other === String(key));
      if (there) there[1] = child;
      else of.children.push([String(key), child]);
      return null;
    }
    if (this.isNetwork(of) && /^(to|cuda|cpu|eval|train|double|float|requires_grad_)$/.test(name))
      return of;
    throw this.fail(node, `${this.source.quote(node)} cannot be read here.`);
  }

  sequential({ positional }, fail) {
    const [first] = positional;
    const entries = is(first, "dict")
      ? first.entries
      : positional.map((child, i) => [String(i), child]);
    for (const entry of entries) {
      const child = entry?.[1];
      if (!this.isNetwork(child))
        throw fail(
          `an argument of Sequential is not a layer${Array.isArray(child) ? ": write * before a list" : ""}.`,
        );
      this.used.add(child);
    }
    return { kind: "net", children: entries.map(([name, child]) => [String(name), child]) };
  }

  /** Follow a function's body with these arguments. */
  run(node, positional, named, where, strict) {
    const scope = new Map();
    const rest = [...positional];
    for (const { name, star, value } of argumentNodes(node.getChild("ParamList"))) {
      const key = this.source.words(name ?? value ?? node);
      if (star) {
        if (value)
          scope.set(
            this.source.words(value),
            star === "*" ? rest.splice(0) : { kind: "dict", entries: [] },
          );
      } else if (rest.length) scope.set(key, rest.shift());
      else if (key in named) scope.set(key, named[key]);
      else if (name) scope.set(key, this.value(value, this.globals));
      else scope.set(key, unreadable(this.fail(where, `${key} has no value.`)));
    }
    return this.body(node.getChild("Body"), scope, strict);
  }

  /** A module of a class of the text's own. */
  instance(type, positional, named, node) {
    if (!type.bases.some((base) => ["Module", "Sequential"].includes(base)))
      throw this.fail(node, `${type.name} is not a subclass of nn.Module.`);
    const self = { kind: "instance", type, attributes: new Map() };
    const init = type.methods.get("__init__");
    if (init) this.run(init, [self, ...positional], named, node, false);
    return self;
  }
}
