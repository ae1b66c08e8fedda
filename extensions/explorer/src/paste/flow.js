// The input's way through the layers.
import { FUNCTIONS, PLAIN } from "./functional.js";
import { layerOf, unknown } from "./layer.js";
import { argumentNodes } from "./tree.js";

/** What arrives at one place of the network; it goes on once, or the way is not straight. */
export class Flow {
  kind = "flow";
  items;
  gone = false;

  constructor(items = []) {
    this.items = items;
  }

  /** Send it through a layer. */
  through(reader, node, layer, name) {
    if (this.gone)
      throw reader.fail(
        node,
        "this value is used twice: the network is not a single chain of layers.",
      );
    this.gone = true;
    this.items.push({ layer, name });
    if (this.items.length > 500) throw reader.fail(node, "the network has more than 500 layers.");
    return new Flow(this.items);
  }

  /** Send x through a function, F.relu(x) or torch.flatten(x, 1). */
  static apply(reader, name, functional, x, node, rest, scope) {
    const found =
      (functional || PLAIN.has(name)) && Object.hasOwn(FUNCTIONS, name) && FUNCTIONS[name];
    if (!found) return x.through(reader, node, unknown(reader.source.words(node)));
    const [type, names, defaults] = found;
    const args = { ...defaults };
    rest.forEach(({ name: key, star, value }, i) => {
      if (star) throw reader.fail(value, `${reader.source.quote(value)} cannot be read here.`);
      const argument = key ? reader.source.words(key) : names[i];
      if (argument === "training" || argument?.startsWith("_")) return;
      if (!argument) throw reader.fail(value, `${name} has no such argument.`);
      args[argument] = reader.value(value, scope);
    });
    return x.through(
      reader,
      node,
      layerOf(type, [], args, (reason) => reader.fail(node, reason)),
    );
  }

  /** Send x through a method, x.relu() or x.view(x.size(0), -1). */
  static method(reader, name, x, node, list, scope) {
    const args = argumentNodes(list);
    if (name === "size") return args.length ? { kind: "batch" } : { kind: "sizes" };
    if (["contiguous", "float", "to", "clone", "detach"].includes(name)) return x;
    if (PLAIN.has(name)) return Flow.apply(reader, name, false, x, node, args, scope);
    if (name === "view" || name === "reshape") {
      const given = args.flatMap(({ value }) => reader.value(value, scope));
      const [batch, rest] = given;
      if (given.length === 2 && batch?.kind === "batch" && (rest === -1 || rest > 0))
        return x.through(reader, node, { type: "Flatten" });
      if (given.length === 2 && batch === -1 && rest > 0) {
        reader.notes.add(
          `Line ${reader.source.line(node)}: ${reader.source.quote(node)} is shown as Flatten(). If ${rest} is wrong, view changes the batch size without an error.`,
        );
        return x.through(reader, node, { type: "Flatten" });
      }
    }
    // Its other arguments must not hold the input again
    for (const { value } of args) reader.value(value, scope);
    return x.through(reader, node, unknown(reader.source.words(node)));
  }
}

/** Send a flow through a layer, a network, or a module of the text's own. */
export function pass(reader, module, x, node, name) {
  const inside = (child) => (name === undefined ? child : `${name}.${child}`);
  if (module.kind === "net") {
    for (const [key, child] of module.children) x = pass(reader, child, x, node, inside(key));
    return x;
  }
  if (module.kind === "layer") {
    if (
      module.passed &&
      Object.keys(module.layer).length > 1 &&
      /Linear|Conv|Norm|Embed|PReLU|Unknown/.test(module.layer.type)
    )
      throw reader.fail(
        node,
        `${module.layer.type} is used twice: layers that share weights cannot be shown.`,
      );
    const again = module.passed;
    module.passed = true;
    return x.through(reader, node, { ...module.layer }, again ? undefined : name);
  }
  if (module.net) return pass(reader, module.net, x, node, name);
  const forward = module.type.methods.get("forward");
  if (!forward) throw reader.fail(module.type.node, `${module.type.name} has no forward.`);
  const from = x.items.length;
  const y = reader.run(forward, [module, x], {}, node, true);
  if (y?.kind !== "flow" || y.gone || y.items !== x.items)
    throw reader.fail(
      forward,
      `${module.type.name}'s forward must return the output of its layers.`,
    );
  if (name !== undefined)
    for (const item of x.items.slice(from)) if (item.name) item.name = `${name}.${item.name}`;
  return y;
}
