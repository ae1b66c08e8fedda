// Reads the network in a pasted text. This file is a bundle of its own, loaded when it is needed.
import { looksPrinted, readPrinted } from "./printed.js";
import { Program } from "./program.js";
import { Unreadable } from "./tree.js";
import { layersOf } from "./values.js";

const LINES = 5000;
const LAYERS = 500;

/** The code without prompts, fences and what all lines are indented by. */
function cleaned(text) {
  const lines = text
    .replace(/\r\n?/g, "\n")
    .replace(/[\u00a0\u2028\ufeff]/g, " ")
    .split("\n")
    .map((line) => (/^\s*```/.test(line) ? "" : line.replace(/^\s*(>>>|\.\.\.) ?/, "")));
  const indents = lines.filter((line) => line.trim()).map((line) => /^\s*/.exec(line)[0].length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(Math.min(indent, /^\s*/.exec(line)[0].length)).trimEnd()).join("\n");
}

/**
 * @param {string} text  an nn.Sequential(…), an nn.Module class, or what print(net) shows
 * @returns {{layers: object[], input: number[] | undefined, notes: string[]}}
 * @throws {Unreadable} one sentence that says what is not read, and where
 */
export function readNetwork(text) {
  if (!text.trim()) throw new Unreadable("Paste the code of a network first.");
  if (text.split("\n").length > LINES) throw new Unreadable(`These are more than ${LINES} lines: paste the network alone.`);
  const code = cleaned(text);
  let result;
  if (looksPrinted(code)) {
    const { network, notes } = readPrinted(code);
    result = { layers: layersOf(network), notes };
  } else {
    const program = new Program(code);
    result = { layers: layersOf(program.network()), input: program.input(), notes: [] };
  }
  if (!result.layers.length) throw new Unreadable("The network has no layers.");
  if (result.layers.length > LAYERS) throw new Unreadable(`The network has more than ${LAYERS} layers.`);
  return result;
}
