// A pasted text of Python: runs no code, but follows its assignments as far as it can.
import { Evaluator } from "./evaluate.js";
import { Forward } from "./forward.js";
import { Source, Unreadable } from "./tree.js";
import { Container, Definition, isNetwork, Self, Tensor, Unread } from "./values.js";

const DEPTH = 20; // of functions that call each other

export class Program {
  constructor(text) {
    this.source = new Source(text);
    this.evaluator = new Evaluator(this.source, (...call) => this.call(...call));
    this.scope = new Map();
    this.depth = 0;
    this.loose = []; // layers that stand alone, as in a part of a Sequential
    this.problems = [];
    for (const node of this.source.children(this.source.root)) this.statement(node, this.scope);
  }

  /** Follow a statement; what cannot be read matters only if it is needed. */
  statement(node, scope) {
    const parts = this.source.children(node);
    const attempt = (action) => {
      try {
        return action();
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        this.problems.push(error);
        return new Unread(error);
      }
    };
    if (node.name === "AssignStatement") {
      this.assign(node, parts, scope, attempt);
    } else if (node.name === "UpdateStatement") {
      const [target, , added] = parts;
      const value = attempt(() => this.evaluator.value(added, scope));
      const list = attempt(() => this.evaluator.value(target, scope));
      if (Array.isArray(list) && Array.isArray(value)) list.push(...value);
      else this.set(target, attempt(() => this.updated(node, list, value)), scope);
    } else if (node.name === "ExpressionStatement") {
      const value = attempt(() => this.evaluator.value(parts[0], scope));
      if (scope === this.scope) this.loose.push(...[value].flat().filter(isNetwork));
    } else if (["FunctionDefinition", "ClassDefinition"].includes(node.name)) {
      const name = this.source.of(node.getChild("VariableName"));
      scope.set(name, new Definition(node, name, scope));
    } else if (/^(For|While|If|With|Try)Statement$/.test(node.name)) {
      const kind = node.name.replace("Statement", "").toLowerCase();
      const error = new Unreadable(`a “${kind}” is not followed here: write the layers out.`, this.source.line(node.from));
      this.problems.push(error);
      this.spoil(node, scope, error);
    }
  }

  updated(node, a, b) {
    const sign = this.source.children(node)[1];
    if (typeof a !== "number" || typeof b !== "number" || this.source.of(sign) !== "+=") {
      this.source.fail(node, `“${this.source.short(node)}” is not read here.`);
    }
    return a + b;
  }

  /** Names that a loop or an if sets cannot be trusted after it. */
  spoil(node, scope, error) {
    node.cursor().iterate((n) => {
      const target = n.name === "AssignStatement" || n.name === "UpdateStatement" ? n.node.firstChild : null;
      const object = n.name === "CallExpression" && n.node.firstChild.name === "MemberExpression" ? n.node.firstChild.firstChild : null;
      for (const t of [target, object]) if (t) this.set(t, new Unread(error), scope);
    });
  }

  assign(node, parts, scope, attempt) {
    const ops = parts.filter((part) => part.name === "AssignOp");
    if (!ops.length) return; // an annotation alone
    const value = attempt(() => this.evaluator.value(parts.at(-1), scope));
    const targets = [];
    const rest = [];
    for (const part of parts.slice(0, -1)) {
      if (part.name === "AssignOp") targets.push(rest.splice(0));
      else if (part.name !== "TypeDef") rest.push(part);
    }
    for (const names of targets) {
      const [first] = names;
      const inside = names.length > 1 ? names : first.name === "TupleExpression" ? this.source.children(first) : null;
      if (!inside) this.set(first, value, scope);
      else inside.forEach((name, i) => this.set(name, Array.isArray(value) ? (value[i] ?? null) : value, scope));
    }
  }

  set(target, value, scope) {
    if (target.name === "VariableName") scope.set(this.source.of(target), value);
    const path = this.evaluator.path(target);
    const self = path?.length === 2 && scope.get(path[0]);
    if (self instanceof Self) self.attributes.set(path[1], value);
  }

  /** Call a function, or make an instance of a class, of the pasted code. */
  call(definition, positional, keywords, node) {
    this.depth += 1;
    if (this.depth > DEPTH) this.source.fail(node, `${definition.name} calls itself.`);
    try {
      return definition.node.name === "ClassDefinition"
        ? this.instance(definition, positional, keywords, node)
        : this.result(definition, positional, keywords, node);
    } finally {
      this.depth -= 1;
    }
  }

  result(definition, positional, keywords, node) {
    const scope = new Map([...definition.scope, ...this.bind(definition, positional, keywords, node)]);
    for (const statement of this.source.children(definition.node.getChild("Body"))) {
      if (statement.name === "ReturnStatement") {
        const value = this.source.children(statement)[1];
        return value ? this.evaluator.value(value, scope) : null;
      }
      this.statement(statement, scope);
    }
    return this.source.fail(node, `${definition.name} returns nothing that is read here.`);
  }

  /** The values of a function's parameters. */
  bind({ node: definition, name }, positional, keywords, node, skip = 0) {
    const parts = this.source.children(definition.getChild("ParamList"));
    const bound = new Map();
    let at = -skip;
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i];
      if (part.name === "*" || part.name === "**") {
        i += 1;
        continue;
      }
      if (part.name !== "VariableName") continue; // an annotation
      const parameter = this.source.of(part);
      let next = i + 1;
      if (parts[next]?.name === "TypeDef") next += 1;
      const hasDefault = parts[next]?.name === "AssignOp";
      const keyword = keywords.find(([key]) => key === parameter);
      if (at >= 0) {
        if (at < positional.length) bound.set(parameter, positional[at]);
        else if (keyword) bound.set(parameter, keyword[1]);
        else if (hasDefault) bound.set(parameter, this.evaluator.value(parts[next + 1], this.scope));
        else this.source.fail(node, `${name} needs a value for ${parameter}: add a line such as net = ${name}(…).`);
      }
      at += 1;
      if (hasDefault) i = next + 1;
    }
    return bound;
  }

  instance(definition, positional, keywords, node) {
    const { name } = definition;
    const body = this.source.children(definition.node.getChild("Body"));
    const method = (wanted) =>
      body.find((n) => n.name === "FunctionDefinition" && this.source.of(n.getChild("VariableName")) === wanted);
    const self = new Self();
    const init = method("__init__");
    const scope = new Map(definition.scope);
    if (init) {
      const own = this.source.children(init.getChild("ParamList"))[0];
      for (const [key, value] of this.bind({ node: init, name }, positional, keywords, node, 1)) scope.set(key, value);
      scope.set(this.source.of(own), self);
      for (const statement of this.source.children(init.getChild("Body"))) this.statement(statement, scope);
    }
    const forward = method("forward");
    if (forward) return new Forward(this.evaluator, forward, self).run(scope);
    const net = self.attributes.get("net");
    if (net instanceof Container) return net; // d2l's modules run their net
    return this.source.fail(definition.node, `${name} has no forward that is read here.`);
  }

  /** The network that the text is about. */
  network() {
    const named = [...this.scope].filter(([, value]) => isNetwork(value));
    const used = new Set();
    const mark = (value) => {
      for (const [, item] of value.items ?? []) {
        used.add(item);
        mark(item);
      }
    };
    for (const value of [...named.map(([, v]) => v), ...this.loose]) mark(value);
    const roots = named.filter(([, value]) => !used.has(value));
    const nets = roots.filter(([, value]) => value instanceof Container);
    const classes = [...this.scope.values()].filter(
      (d) => d instanceof Definition && d.node.name === "ClassDefinition",
    );
    const spoiled = [...this.scope.values()].find((v) => v instanceof Unread && this.problems.includes(v.error) && /Sequential|net|model/i.test(v.error.message));
    const failed = this.problems.find(({ line }) => /Sequential/.test(this.lineText(line)));
    if (failed) throw failed;
    const different = new Set(nets.map(([, value]) => value));
    if (different.size > 1) {
      const names = nets.map(([name]) => name);
      throw new Unreadable(`There are ${different.size} networks, ${names.join(" and ")}: paste one.`);
    }
    if (different.size) return nets[0][1];
    const containers = this.loose.filter((value) => value instanceof Container);
    if (containers.length > 1) throw new Unreadable(`There are ${containers.length} networks: paste one.`);
    if (containers.length) return containers[0];
    if (classes.length) return this.call(classes.at(-1), [], [], classes.at(-1).node);
    if (spoiled) throw spoiled.error;
    if (this.problems.length) throw this.problems[0];
    if (this.loose.length) return new Container(this.loose.map((value, i) => [String(i), value]));
    if (roots.length === 1) return roots[0][1];
    throw new Unreadable("There is no network in it: paste an nn.Sequential(…), an nn.Module class, or what print(net) shows.");
  }

  lineText(line) {
    return this.source.text.split("\n")[line - 1] ?? "";
  }

  /** The shape of the last tensor that the text makes, or undefined. */
  input() {
    const tensors = [...this.scope.values()].filter((value) => value instanceof Tensor);
    const { shape } = tensors.at(-1) ?? {};
    return shape?.length && shape.every((d) => Number.isSafeInteger(d) && d >= 0) ? shape : undefined;
  }
}

