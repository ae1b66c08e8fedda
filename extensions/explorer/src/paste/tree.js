// Python source as lezer's tree. Nothing in it is ever run.
import { parser } from "@lezer/python";

/** Why a text cannot be read, in words for the reader, with its line if there is one. */
export class Unreadable extends Error {
  constructor(reason, line) {
    super(line ? `Line ${line}: ${reason}` : reason);
    this.line = line;
  }
}

const PUNCTUATION = new Set(["(", ")", "[", "]", "{", "}", ",", ":", ".", "Comment", ";"]);
const PAIRS = { "(": ")", "[": "]", "{": "}" };

/** A parsed text: its statements, and what the other modules ask about a node. */
export class Source {
  constructor(text) {
    this.text = text;
    this.root = parser.parse(text).topNode;
    this.check();
  }

  of(node) {
    return this.text.slice(node.from, node.to);
  }

  /** A node's text on one line, cut where it is long. */
  short(node) {
    const text = this.of(node).replace(/\s+/g, " ");
    return text.length > 60 ? `${text.slice(0, 59)}…` : text;
  }

  line(position) {
    return this.text.slice(0, position).split("\n").length;
  }

  fail(node, reason) {
    throw new Unreadable(reason, this.line(node.from));
  }

  /** A node's children without punctuation and comments. */
  children(node) {
    const all = [];
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (!PUNCTUATION.has(child.name)) all.push(child);
    }
    return all;
  }

  /** Raise if it is not Python. */
  check() {
    let bad;
    this.root.cursor().iterate((node) => {
      if (node.type.isError) bad ??= node.from;
      return bad === undefined;
    });
    if (bad === undefined) return;
    const open = this.unclosed();
    if (open >= 0) {
      const sign = this.text[open];
      throw new Unreadable(`“${sign}” is never closed: is the end of the code missing?`, this.line(open));
    }
    const line = this.line(bad);
    const text = this.text.split("\n")[line - 1].trim().slice(0, 40);
    throw new Unreadable(text ? `“${text}” is not Python.` : "this is not Python.", line);
  }

  /** Where a bracket opens that is never closed, or -1. */
  unclosed() {
    const open = [];
    this.root.cursor().iterate((node) => {
      const sign = this.text[node.from];
      if (node.name in PAIRS) open.push(node.from);
      else if (Object.values(PAIRS).includes(node.name) && node.to > node.from && sign === node.name) open.pop();
    });
    return open.length ? open[0] : -1;
  }
}
