// Python's syntax tree, from @lezer/python. Nothing here evaluates anything.
import { parser } from "@lezer/python";
import { Trouble } from "./trouble.js";

/** A text with its tree. */
export class Source {
  constructor(text) {
    this.text = text;
    this.top = parser.parse(text).topNode;
    const cursor = this.top.cursor();
    do {
      if (cursor.type.isError)
        throw new Trouble("this is not Python, or something is missing here.", this.line(cursor));
    } while (cursor.next());
  }

  line({ from }) {
    return this.text.slice(0, from).split("\n").length;
  }

  words({ from, to }) {
    return this.text.slice(from, to);
  }

  /** The text of a node, short enough to quote. */
  quote(node) {
    const words = this.words(node).replace(/\s+/g, " ");
    return `“${words.length > 40 ? `${words.slice(0, 40)}…` : words}”`;
  }

  trouble(node, reason) {
    return new Trouble(reason, this.line(node));
  }
}

const MARKS = new Set("( ) [ ] { } , : . = AssignOp Comment".split(" "));
export function children(node) {
  const found = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}
/** A node's children without marks and comments. */
export const parts = (node) => children(node).filter(({ name }) => !MARKS.has(name));

/** The arguments of a call or parameters of a function: {name, star, value} each. */
export function argumentNodes(list) {
  const found = [];
  let one = {};
  for (const child of children(list)) {
    if (child.name === "Comment" || child.name === "(" || child.name === "TypeDef") continue;
    if (child.name === "," || child.name === ")") {
      if (one.value || one.star) found.push(one);
      one = {};
    } else if (child.name === "*" || child.name === "**") one.star = child.name;
    else if (child.name === "AssignOp") one = { name: one.value };
    else one.value = child;
  }
  return found;
}
