// The syntax tree of a text in Python, and errors that name the line.
import { parser } from "@lezer/python";

/** An error of a text: `line` is counted from 1. */
export class PasteError extends Error {
  constructor(line, why) {
    super(line ? `Line ${line}: ${why}` : why);
    this.line = line;
  }
}

/** A node of the tree, with the text that it stands for. */
export class Node {
  constructor(node, text, above) {
    Object.assign(this, { node, source: text, above });
    this.name = node.name;
    this.text = text.slice(node.from, node.to);
  }

  /** Its children, without brackets, commas, colons and comments. */
  get children() {
    const found = [];
    for (let child = this.node.firstChild; child; child = child.nextSibling)
      if (!["(", ")", "[", "]", "{", "}", ",", ":", ".", "Comment"].includes(child.name))
        found.push(new Node(child, this.source, this.above));
    return found;
  }

  child(name) {
    return this.children.find((child) => child.name === name);
  }

  get line() {
    return this.above + this.source.slice(0, this.node.from).split("\n").length;
  }

  fail(why) {
    throw new PasteError(this.line, why);
  }
}

/** The first words of a text, to say what is meant. */
export const brief = (text) => {
  const words = text.replace(/\s+/g, " ").trim();
  return words.length > 40 ? `${words.slice(0, 39)}…` : words;
};

/** Parses a text; throws where it is not Python. `above` is the number of lines before it. */
export function parse(text, above = 0) {
  const tree = parser.parse(text);
  const script = new Node(tree.topNode, text, above);
  tree.iterate({
    enter(ref) {
      if (!ref.type.isError) return;
      const line = text.slice(0, ref.from).split("\n").length;
      const shown = brief(text.split("\n")[line - 1]) || "the end of the text";
      throw new PasteError(above + line, `this is not Python that can be read: ${shown}`);
    },
  });
  return script;
}
