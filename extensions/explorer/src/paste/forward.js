// An nn.Module class whose forward is a straight line through its layers.
import { brief } from "./tree.js";
import { argumentsOf, Evaluator, Layers, Unreadable } from "./values.js";

/** Functions that do what a layer does, by the layer: torch.X, F.X, and methods of a tensor. */
const FUNCTIONS = {
  relu: "ReLU",
  sigmoid: "Sigmoid",
  tanh: "Tanh",
  gelu: "GELU",
  silu: "SiLU",
  elu: "ELU",
  leaky_relu: "LeakyReLU",
  softmax: "Softmax",
  log_softmax: "LogSoftmax",
  max_pool1d: "MaxPool1d",
  max_pool2d: "MaxPool2d",
  avg_pool1d: "AvgPool1d",
  avg_pool2d: "AvgPool2d",
  adaptive_avg_pool2d: "AdaptiveAvgPool2d",
  flatten: "Flatten",
};

const method = (body, name) =>
  body.children.find(
    (part) => part.name === "FunctionDefinition" && part.child("VariableName")?.text === name,
  );

/** The statements of a function's body. */
const statements = (fn) => fn.child("Body").children;

/** The layers that a class gives itself in __init__, by name. */
function attributes(init, layer, names) {
  const found = new Map(names);
  const evaluator = new Evaluator(layer, found);
  for (const statement of statements(init)) {
    if (statement.name !== "AssignStatement") continue;
    const [target, , value] = statement.children;
    try {
      found.set(target.text, evaluator.evaluate(value));
    } catch (error) {
      found.set(target.text, new Unreadable(error));
    }
  }
  return found;
}

/** Reads a class: the layers in the order in which forward calls them. */
export function readClass(definition, layer, names) {
  const body = definition.child("Body");
  const [init, forward] = [method(body, "__init__"), method(body, "forward")];
  const title = definition.child("VariableName").text;
  if (!init || !forward) definition.fail(`${title} needs an __init__ and a forward`);
  const known = attributes(init, layer, names);
  const inputs = forward.child("ParamList").children.filter((part) => part.name === "VariableName");
  if (inputs.length !== 2) forward.fail("forward is read with one input besides self");
  const line = new Line(layer, known, inputs[1].text);
  for (const statement of statements(forward)) {
    if (statement.name === "ExpressionStatement" && statement.child("String")) continue; // its docstring
    if (statement.name === "ReturnStatement") {
      return new Layers(line.follow(statement.children.at(-1)));
    }
    if (statement.name !== "AssignStatement" || statement.children.length !== 3)
      statement.fail(`forward is read as a straight line, without this: ${brief(statement.text)}`);
    const [target, , value] = statement.children;
    line.step(target, value);
  }
  return forward.fail("forward returns nothing");
}

/** A value on its way through forward. */
class Line {
  constructor(layer, known, input) {
    Object.assign(this, { layer, known, name: input, done: [] });
    this.evaluator = new Evaluator(layer, known);
  }

  /** name = value: the value continues under this name, or it is one that layers need. */
  step(target, value) {
    if (!this.uses(value)) {
      this.known.set(target.text, this.evaluator.evaluate(value));
      return;
    }
    this.done = this.follow(value);
    this.name = target.text;
  }

  uses(node) {
    return (
      (node.name === "VariableName" && node.text === this.name) ||
      node.children.some((child) => this.uses(child))
    );
  }

  /** All layers up to the value of an expression. */
  follow(node) {
    if (node.name === "ParenthesizedExpression") return this.follow(node.children[0]);
    if (node.name === "VariableName" && node.text === this.name) return this.done;
    if (node.name !== "CallExpression")
      node.fail(`forward is read as a straight line, without this: ${brief(node.text)}`);
    const [callee, list] = node.children;
    const parts = callee.name === "MemberExpression" ? callee.children : [];
    const owner = parts[0];
    const word = parts.at(-1)?.text;
    if (owner?.text === "self" && parts.length === 2) return this.throughLayer(node, callee, list);
    if (owner && this.uses(owner)) return this.throughMethod(node, owner, word, list);
    return this.throughFunction(node, callee, word ?? callee.text, list);
  }

  throughLayer(node, callee, list) {
    const [input, ...more] = list.children;
    if (!input || more.length) node.fail("a layer is called with one value");
    const value = this.known.get(callee.text);
    if (value instanceof Unreadable) throw value.error;
    if (!(value instanceof Layers)) node.fail(`${callee.text} is not a layer that __init__ makes`);
    return [...this.follow(input), ...value.list];
  }

  throughFunction(node, callee, word, list) {
    const type = FUNCTIONS[word];
    const isKnown = /^(F|torch|torch\.nn\.functional|nn\.functional)\.\w+$/.test(callee.text);
    if (!type || !isKnown) node.fail(`this function cannot be read: ${brief(callee.text)}`);
    const [input] = list.children;
    if (!input) node.fail(`${callee.text} is called without a value`);
    return [...this.follow(input), this.made(node, type, list, input)];
  }

  throughMethod(node, owner, word, list) {
    const before = this.follow(owner);
    if (["view", "reshape"].includes(word)) {
      const rows = `${owner.text}.size(0)|${owner.text}.shape[0]|len(${owner.text})`.split("|");
      const [first, second, ...more] = list.children.map((part) => part.text.replace(/\s/g, ""));
      if (rows.includes(first) && second === "-1" && !more.length)
        return [...before, this.layer(node, "Flatten", [], {})];
      node.fail(`only ${owner.text}.${word}(${owner.text}.size(0), -1) is read as Flatten`);
    }
    if (!FUNCTIONS[word]) node.fail(`this method cannot be read: ${brief(word)}`);
    return [...before, this.made(node, FUNCTIONS[word], list)];
  }

  /** The layer that does what a function does with its arguments but the first. */
  made(node, type, list, input) {
    const evaluate = (part) =>
      input && part.node.from === input.node.from ? null : this.evaluator.evaluate(part);
    const { given, named } = argumentsOf(list, evaluate);
    const rest = input ? given.slice(1) : given;
    if (type !== "Flatten") return this.layer(node, type, rest, named);
    // A function flattens from axis 0 on, a layer from axis 1.
    const start = rest.length || named.start_dim ? {} : { start_dim: [node, 0] };
    return this.layer(node, type, rest, { ...start, ...named });
  }
}
