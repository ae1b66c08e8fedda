// A network from a text: code, or what print(net) shows.
import { Flow, pass } from "./flow.js";
import { isPrinted, readPrinted } from "./printed.js";
import { Program } from "./program.js";
import { Source } from "./tree.js";
import { Trouble } from "./trouble.js";

const LONGEST = 100_000;

/** A notebook's or a console's text as plain code. */
function plain(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n");
  const prompted = lines.some((line) => /^>>> /.test(line));
  const clean = prompted
    ? lines.map((line) => (/^(>>>|\.\.\.) ?/.test(line) ? line.slice(4) : ""))
    : lines;
  const indent = Math.min(...clean.filter((l) => l.trim()).map((l) => l.search(/\S/)));
  return clean.map((line) => line.slice(indent)).join("\n");
}

/**
 * The network that a program is about: what it calls, the only one that is in no other, or what
 * its last class or function makes.
 */
function chosen(reader) {
  if (reader.called) return reader.called;
  const tops = [...reader.networks.keys()].filter((net) => !reader.used.has(net));
  if (tops.length > 1) {
    const lines = tops.map((net) => reader.source.line(reader.networks.get(net)));
    throw new Trouble(
      `There are ${tops.length} networks, on lines ${lines.join(", ")}. Keep only one.`,
    );
  }
  if (tops.length) return tops[0];
  const types = [...reader.globals.values()].filter(
    (v) => v?.kind === "class" && v.bases.some((b) => /^(Module|Sequential)$/.test(b)),
  );
  const type = types.at(-1);
  if (type) return reader.instance(type, [], {}, type.node);
  const builder = [...reader.globals.values()].findLast((v) => v?.kind === "function");
  const net = builder && !reader.trouble && reader.run(builder.node, [], {}, builder.node, true);
  if (reader.isNetwork(net)) return net;
  throw (
    reader.trouble ??
    new Trouble(
      "There is no network in this text. Paste an nn.Sequential, its printout, or a class with a forward.",
    )
  );
}

/**
 * @param {string} text
 * @returns {{items: {layer, name}[], input: number[] | undefined, notes: string[]}}
 * @throws {Trouble}
 */
export function readNetwork(text) {
  if (!text.trim()) throw new Trouble("There is nothing to read yet.");
  if (text.length > LONGEST) throw new Trouble("The text is too long. Paste only the network.");
  if (isPrinted(text)) {
    const { items, notes } = readPrinted(text);
    return { items: named(items), notes };
  }
  const reader = new Program(new Source(plain(text)));
  reader.program();
  const net = chosen(reader);
  const start = new Flow();
  const where = reader.networks.get(net) ?? net.type?.node ?? reader.source.top;
  pass(reader, net, start, where);
  if (!start.items.length) throw new Trouble("The network has no layers.");
  return { items: named(start.items), input: reader.input, notes: [...reader.notes] };
}

/** Numbers are no names, and a name holds letters, digits and dots. */
function named(items) {
  const plainly = items.every(
    ({ name }, i) => name === undefined || name === String(i) || name === "",
  );
  const seen = new Set();
  return items.map(({ layer, name }) => {
    const good = !plainly && /^[\w.]+$/.test(name ?? "") && !seen.has(name);
    seen.add(name);
    return good ? { layer, name } : { layer };
  });
}
