// Follows a Python program line by line, as far as it builds a network. Nothing is executed. The
// names that an unreadable line sets are unreadable; only what needs one of them is an error.
import { Expressions, is, path, unreadable } from "./expressions.js";
import { argumentNodes, children, parts } from "./tree.js";
import { Trouble } from "./trouble.js";

/** A subscript that is no slice. */
const SINGLE = /^\[[^:]+\]$/;

export class Program extends Expressions {
  /** Why the last line that could not be read could not. */
  trouble;

  /** Follow the program. */
  program() {
    for (const node of children(this.source.top)) {
      try {
        this.statement(node, this.globals);
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        this.trouble = error;
        this.spoil(node, this.globals, error);
      }
    }
  }

  /** What a statement that cannot be followed may have changed is unreadable from here on. */
  spoil(node, scope, trouble) {
    // A network that such a line changes is not the one that is meant; what a call wraps may be.
    const set = (target, wraps = false) => {
      if (target?.name === "VariableName") {
        const name = this.source.words(target);
        if (!wraps) this.networks.delete(scope.get(name));
        scope.set(name, unreadable(trouble));
      } else if (target?.name === "MemberExpression") {
        const [base, ...rest] = parts(target);
        const self = scope.get(this.source.words(base));
        if (is(self, "instance") && rest[0]?.name === "PropertyName")
          self.attributes.set(this.source.words(rest[0]), unreadable(trouble));
        else set(base);
      } else if (target) for (const child of parts(target)) set(child, wraps);
    };
    node.cursor().iterate(({ name, node: each }) => {
      if (name === "AssignStatement" || name === "UpdateStatement")
        for (const child of children(each)) {
          if (/^(Assign|Update)Op$/.test(child.name)) break;
          set(child, each.lastChild.name === "CallExpression");
        }
      if (name === "DeleteStatement") for (const child of parts(each)) set(child);
      if (/^(Class|Function)Definition$/.test(name) && each.from === node.from)
        set(each.getChild("VariableName"));
      if (name === "ForStatement") set(parts(each)[1]);
      if (name === "CallExpression" && each.firstChild.name === "MemberExpression") {
        const [base, property] = parts(each.firstChild);
        if (
          /^(append|extend|insert|add_module|pop|remove|clear)$/.test(
            this.source.words(property ?? base),
          )
        )
          set(base);
      }
    });
  }

  /** Follow a body; the value that it returns. */
  body(node, scope, strict) {
    for (const each of children(node)) {
      if (each.name === ":") continue;
      if (each.name === "ReturnStatement") {
        const [, value] = parts(each);
        return value ? this.value(value, scope) : null;
      }
      try {
        this.statement(each, scope);
      } catch (error) {
        if (strict || !(error instanceof Trouble)) throw error;
        this.spoil(each, scope, error);
      }
    }
    return null;
  }

  statement(node, scope) {
    const { source } = this;
    switch (node.name) {
      case "ImportStatement":
        return this.imports(node, scope);
      case "AssignStatement":
        return this.assign(node, scope);
      case "UpdateStatement": {
        const [target, sign, value] = parts(node);
        const [now, more] = [this.value(target, scope), this.value(value, scope)];
        if (source.words(sign) !== "+=" || !Array.isArray(now) || !Array.isArray(more))
          throw this.fail(node, `${source.quote(node)} cannot be read here.`);
        now.push(...more);
        return;
      }
      case "ExpressionStatement": {
        const value = parts(node)[0];
        if (value.name === "String") return;
        if (/^(print|assert|repr)\b/.test(source.words(value))) {
          for (const one of argumentNodes(value.lastChild)) this.value(one.value, scope);
          return;
        }
        const found = this.value(value, scope);
        if (scope === this.globals) this.keep(found, node);
        return;
      }
      case "FunctionDefinition":
      case "ClassDefinition": {
        const name = source.words(node.getChild("VariableName"));
        const kind = node.name === "ClassDefinition" ? "class" : "function";
        const made = { kind, name, node };
        if (kind === "class") {
          made.methods = new Map();
          for (const each of children(node.getChild("Body")))
            if (each.name === "FunctionDefinition")
              made.methods.set(source.words(each.getChild("VariableName")), each);
          made.bases = parts(node.getChild("ArgList") ?? node.getChild("Body")).map((base) =>
            source.words(base).split(".").at(-1),
          );
        }
        scope.set(name, made);
        return;
      }
      case "ForStatement":
        return this.loop(node, scope);
      case "PassStatement":
      case "AssertStatement":
      case "Comment":
      case ";":
        return;
    }
    const what = { WhileStatement: "a while loop", IfStatement: "an if" }[node.name];
    throw this.fail(node, `${what ?? source.quote(node)} cannot be read: write its lines out.`);
  }

  loop(node, scope) {
    for (const _ of this.turns(node, parts(node), scope))
      if (this.body(node.getChild("Body"), scope, true) !== null)
        throw this.fail(node, "a loop that returns cannot be read.");
  }

  imports(node, scope) {
    const words = this.source.words(node).replace(/[()\\\n]/g, " ");
    const [, from, what] = /^(?:from\s+([\w.]+)\s+)?import\s+(.*)$/.exec(words) ?? [];
    for (const part of what?.split(",") ?? []) {
      const [name, alias] = part.trim().split(/\s+as\s+/);
      if (name === "*" || !name) continue;
      const whole = from ? `${from}.${name}` : alias ? name : name.split(".")[0];
      scope.set(alias ?? (from ? name : whole), path(whole));
    }
  }

  assign(node, scope) {
    const all = children(node);
    const sides = [[]];
    for (const child of all) {
      if (child.name === "AssignOp") sides.push([]);
      else if (![",", "TypeDef", "Comment"].includes(child.name)) sides.at(-1).push(child);
    }
    const right = sides.pop();
    if (!sides.length) return; // a name with its type alone
    const values = right.map((child) => this.value(child, scope));
    for (const targets of sides) {
      const spread =
        targets.length > 1 && values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
      if (targets.length === 1) this.set(targets[0], values.length > 1 ? values : values[0], scope);
      else if (targets.length === spread.length)
        for (const [i, target] of targets.entries()) this.set(target, spread[i], scope);
      else throw this.fail(node, `${this.source.quote(node)} cannot be read here.`);
    }
  }

  /** A network may be the one that is meant; an unknown object alone is none. */
  keep(value, node) {
    if (this.isNetwork(value) && value.layer?.type !== "Unknown") this.networks.set(value, node);
  }

  /** Assign; a network that a line of the program keeps may be the one that is meant. */
  set(target, value, scope, keeps = scope === this.globals) {
    if (target.name === "VariableName") {
      const name = this.source.words(target);
      if (keeps) this.networks.delete(scope.get(name));
      scope.set(name, value);
      if (keeps) this.keep(value, target);
      return;
    }
    if (target.name === "TupleExpression" && value?.length === parts(target).length) {
      for (const [i, one] of parts(target).entries()) this.set(one, value[i], scope, keeps);
      return;
    }
    const [base, property] = parts(target);
    const self = target.name === "MemberExpression" && this.value(base, scope);
    if (is(self, "net") && SINGLE.test(this.after(target)) && this.isNetwork(value)) {
      const i = this.value(property, scope);
      const child = Number.isInteger(i) && self.children.at(i);
      if (!child) throw this.fail(target, `${this.source.quote(target)} has no value.`);
      child[1] = value;
      this.used.add(value);
      return;
    }
    if (!is(self, "instance") || property?.name !== "PropertyName")
      throw this.fail(target, `${this.source.quote(target)} cannot be read here.`);
    const name = this.source.words(property);
    self.attributes.set(name, value);
    if (value && typeof value === "object" && !value.kind?.match(/flow|batch/)) {
      value.label ??= name;
      this.used.add(value);
    }
  }
}
