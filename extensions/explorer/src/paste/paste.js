// Reads a network that a reader pastes: code or a printout. Loaded when the dialog opens.

import { readClass } from "./forward.js";
import { isPrinted, readPrinted } from "./printed.js";
import { brief, PasteError, parse } from "./tree.js";
import { Evaluator, Layers, Unreadable } from "./values.js";

/** The most that is read: more is no network that one steps through. */
const MOST = { lines: 2000, layers: 200 };

/** What makes a layer of a call: arguments by name, in PyTorch's order. */
const layerMaker = (argumentsOfType, printed) => (node, type, given, named) => {
  const names = argumentsOfType(type);
  if (!names) node.fail(`the explorer does not know ${brief(type)}`);
  // A printout of a lazy layer begins with the size that is not known yet, 0.
  const unknown = printed && type.startsWith("Lazy");
  const rest = unknown && given.length ? given.slice(1) : given;
  const args = {};
  const put = (name, part, value) => {
    if (unknown && ["in_features", "in_channels", "num_features"].includes(name)) return;
    // An Identity takes whatever it is given.
    if (!names.includes(name) && type !== "Identity") part.fail(`${type} has no argument ${brief(name)}`);
    if (name in args) part.fail(`${type} is given ${name} twice`);
    if (value instanceof Layers) part.fail(`${name} is a layer here, and not a number`);
    args[name] = value;
  };
  rest.forEach(([part, value], i) => {
    if (i >= names.length) part.fail(`${type} takes ${names.length} arguments, not ${rest.length}`);
    put(names[i], part, value);
  });
  for (const [name, [part, value]] of Object.entries(named)) put(name, part, value);
  return { type, ...args };
};

/** Reads code: assignments, an nn.Sequential, or a class. */
function readCode(text, layer) {
  const names = new Map();
  const evaluator = new Evaluator(layer, names);
  let last;
  let trouble;
  for (const statement of parse(text).children) {
    if (statement.name === "ClassDefinition") {
      if (/\bModule\b/.test(statement.child("ArgList")?.text ?? "")) {
        last = readClass(statement, layer, names);
        trouble = null;
      }
      continue;
    }
    const isAssignment = statement.name === "AssignStatement";
    const value = isAssignment ? statement.children.at(-1) : statement.children[0];
    if (!value || !(isAssignment || statement.name === "ExpressionStatement")) continue;
    let read;
    try {
      read = evaluator.evaluate(value);
    } catch (error) {
      if (!(error instanceof PasteError)) throw error;
      read = new Unreadable(error);
      if (/\bSequential\s*\(/.test(value.text)) trouble = error;
    }
    if (isAssignment) names.set(statement.children[0].text, read);
    if (read instanceof Layers) {
      last = read;
      trouble = null;
    }
  }
  if (trouble) throw trouble;
  if (!last)
    throw new PasteError(0, "There is no nn.Sequential, no class and no printout in this text.");
  return last;
}

/**
 * Reads a network.
 * @param {string} text  code in Python, or what print(net) shows; it is never run
 * @param {(type: string) => string[]|null} argumentsOfType  the arguments of a layer, in order
 * @returns {object[]} the layers
 * @throws {PasteError} that says in which line is what cannot be read, and why
 */
export function read(text, argumentsOfType) {
  if (!text.trim())
    throw new PasteError(0, "Paste the code of a network, or what print(net) shows.");
  if (text.split("\n").length > MOST.lines)
    throw new PasteError(0, `This is longer than ${MOST.lines} lines: paste the network alone.`);
  const printed = isPrinted(text);
  const layer = layerMaker(argumentsOfType, printed);
  const { list } = (printed ? readPrinted : readCode)(text, layer);
  if (!list.length) throw new PasteError(0, "The network has no layers.");
  const again = list.find((one, i) => list.indexOf(one) < i && /Linear|Conv|Norm/.test(one.type));
  if (again)
    throw new PasteError(0, `A ${again.type} is used twice: shared layers cannot be shown.`);
  if (list.length > MOST.layers)
    throw new PasteError(
      0,
      `The network has ${list.length} layers, and ${MOST.layers} are the most.`,
    );
  return list;
}
