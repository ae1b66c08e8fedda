// The forward of an nn.Module class, where it is a straight line through its layers.
import { FAMILIES } from "../nn/layers.js";
import { Container, isNetwork, Layer, makeLayer } from "./values.js";

// F.max_pool2d, torch.relu and x.flatten are layers without parameters under another name.
const FUNCTIONS = new Map(
  Object.entries(FAMILIES)
    .filter(([, family]) => !family.parameters)
    .map(([type]) => [type.toLowerCase(), type]),
);
FUNCTIONS.set("interpolate", "Upsample");
const IGNORED = ["training", "dtype", "_stacklevel", "inplace"];

/** What has happened to the input so far; each state of it may be used once. */
class Flow {
  constructor(items) {
    this.items = items;
  }
}

/** The layers of `self` in the order in which its forward calls them, as a container. */
export class Forward {
  constructor(evaluator, definition, self) {
    this.evaluator = evaluator;
    this.source = evaluator.source;
    this.self = self;
    this.node = definition;
    this.called = new Set();
  }

  run(scope) {
    const names = this.source
      .children(this.node.getChild("ParamList"))
      .filter((n) => n.name === "VariableName");
    if (names.length < 2) this.source.fail(this.node, "forward takes no input.");
    this.scope = new Map(scope);
    this.scope.set(this.source.of(names[0]), this.self);
    this.scope.set(this.source.of(names[1]), new Flow([]));
    for (const statement of this.source.children(this.node.getChild("Body"))) {
      const result = this.statement(statement);
      if (result) return new Container(result.items);
    }
    return this.source.fail(this.node, "forward returns nothing.");
  }

  statement(node) {
    const parts = this.source.children(node);
    if (node.name === "ReturnStatement") {
      const flow = parts[1] && this.flow(parts[1]);
      return flow ?? this.source.fail(node, "what forward returns is not read here.");
    }
    if (node.name === "AssignStatement" && parts.length === 3) {
      const name = this.source.of(parts[0]);
      const flow = this.flow(parts[2]);
      if (parts[0].name === "VariableName" && flow) {
        this.scope.set(name, flow);
        return;
      }
      if (parts[0].name === "VariableName" && this.mentions(parts[2])) return; // a size
    }
    const text = this.source.short(node);
    const harmless = ["PassStatement", "AssertStatement"].includes(node.name) || /^(print\(|["'])/.test(text);
    if (!harmless) this.source.fail(node, `forward is not a straight line here: “${text}”.`);
  }

  /** Whether an expression only asks for the input's size. */
  mentions(node) {
    return /\.(size\(|shape\b)/.test(this.source.of(node));
  }

  /** The flow that an expression is, or null. */
  flow(node) {
    if (node.name === "ParenthesizedExpression") return this.flow(this.source.children(node)[0]);
    if (node.name === "VariableName") {
      const flow = this.scope.get(this.source.of(node));
      if (!(flow instanceof Flow)) return null;
      if (flow.used) this.source.fail(node, `forward is not a straight line: ${this.source.of(node)} is used twice.`);
      flow.used = true;
      return flow;
    }
    if (node.name === "CallExpression") return this.callFlow(node);
    const operator = ["BinaryExpression", "TupleExpression", "MemberExpression"].includes(node.name);
    if (operator && !this.mentions(node)) {
      this.source.fail(node, `forward is not a straight line here: “${this.source.short(node)}”.`);
    }
    return null;
  }

  callFlow(node) {
    const callee = node.firstChild;
    const list = this.source.children(node.getChild("ArgList"));
    const path = this.evaluator.path(callee);
    const own = path && this.scope.get(path[0]) === this.self;
    if (own || (path && isNetwork(this.scope.get(path[0])))) {
      const flow = list.length === 1 ? this.flow(list[0]) : null;
      if (!flow) this.source.fail(node, `“${this.source.short(node)}” is not read here.`);
      return this.apply(flow, node, callee, path.slice(own ? 1 : 0).join("."));
    }
    if (path && !(this.scope.get(path[0]) instanceof Flow)) {
      const flow = list[0] && this.flow(list[0]);
      return flow ? this.named(flow, node, path.at(-1), list.slice(1)) : null;
    }
    if (callee.name !== "MemberExpression" || this.mentions(callee)) return null;
    const flow = this.flow(callee.firstChild);
    return flow && this.named(flow, node, this.source.of(callee.lastChild), list);
  }

  /** self.layer(x) */
  apply(flow, node, callee, name) {
    const value = this.evaluator.value(callee, this.scope);
    if (!isNetwork(value)) this.source.fail(node, `“${this.source.short(callee)}” is no layer.`);
    const again = this.called.has(value);
    const shared = value instanceof Container || FAMILIES[value.layer.type]?.parameters;
    if (again && shared) {
      this.source.fail(node, `${name} is used twice: the explorer has no shared weights.`);
    }
    this.called.add(value);
    return new Flow([...flow.items, [name, value]]);
  }

  /** F.relu(x) or x.flatten(1): a layer, or a box for what is not known. */
  named(flow, node, name, list) {
    const add = (layer) => new Flow([...flow.items, [null, layer]]);
    if (name === "contiguous" || name === "clone") return new Flow(flow.items);
    if (name === "view" || name === "reshape") return add(this.reshaped(node, list));
    const type = FUNCTIONS.get(name.replace(/_$/, "").replace(/_/g, ""));
    if (!type) {
      return add(new Layer({ type: name, source: this.source.of(node).replace(/\s+/g, " ") }));
    }
    const { positional, keywords } = this.arguments(list);
    const given = keywords.filter(([key]) => !IGNORED.includes(key));
    const fail = (reason) => this.source.fail(node, reason);
    if (positional.length > 4) fail(`write the arguments of ${name} with their names.`);
    // torch.flatten begins with the first axis, nn.Flatten with the second.
    if (type === "Flatten" && !positional.length && !given.some(([key]) => key === "start_dim")) {
      positional.push(0);
    }
    return add(makeLayer(type, positional, given, fail));
  }

  arguments(list) {
    const positional = [];
    const keywords = [];
    for (let i = 0; i < list.length; i += 1) {
      if (list[i + 1]?.name === "AssignOp") {
        const name = this.source.of(list[i]);
        if (!IGNORED.includes(name)) keywords.push([name, this.evaluator.value(list[i + 2], this.scope)]);
        i += 2;
      } else {
        positional.push(this.evaluator.value(list[i], this.scope));
      }
    }
    return { positional, keywords };
  }

  /** x.view(x.size(0), -1) is a Flatten; another view may mix the batch with the features. */
  reshaped(node, list) {
    const [first, second] = list.flatMap((n) => (n.name === "TupleExpression" ? this.source.children(n) : [n]));
    const size = first && /^\w+\.(size\(0\)|shape\[0\]|size\(\)\[0\])$/.test(this.source.of(first));
    const batch = size || (first?.name === "VariableName" && !this.scope.has(this.source.of(first)));
    if (batch && second && this.source.of(second) === "-1") return new Layer({ type: "Flatten", args: {} });
    return this.source.fail(
      node,
      `“${this.source.short(node)}” may mix the examples of a batch: write torch.flatten(x, 1).`,
    );
  }
}

