// The network as PyTorch code, lazy and eager.
import { copyButton, listing } from "./dom.js";

/** Layers {layer, name} as a tree, as dots in their names say: [name, layer or tree] each. */
function tree(items) {
  const found = [];
  for (const { layer, name } of items) {
    const [, head, rest] = /^([^.]*)\.(.+)$/.exec(name ?? "") ?? [];
    if (rest === undefined) found.push([name ?? String(found.length), layer]);
    else {
      if (found.at(-1)?.[0] !== head || !Array.isArray(found.at(-1)[1])) found.push([head, []]);
      found.at(-1)[1].push({ layer, name: rest });
    }
  }
  return found;
}

/** The lines inside a Sequential's parentheses. */
function lines(items, call, indent) {
  const children = tree(items);
  const named = children.some(([name], i) => name !== String(i));
  const inside = `${indent}    `;
  const text = children.map(([name, child]) => {
    const [before, after] = named ? [`("${name}", `, ")"] : ["", ""];
    if (Array.isArray(child))
      return `${inside}${before}nn.Sequential(${lines(child, call, inside)})${after},\n`;
    if (child.type === "Unknown" && !/^nn\.[A-Z]/.test(child.code))
      return `${inside}# ${child.code} goes here\n`;
    return `${inside}${before}${child.type === "Unknown" ? "" : "nn."}${call(child)}${after},\n`;
  });
  return named ? `OrderedDict([\n${text.join("")}${indent}])` : `\n${text.join("")}${indent}`;
}

/** A program that builds the network and runs it. */
export function program(items, input, { call, python }) {
  const net = `nn.Sequential(${lines(items, call, "")})`;
  const head = net.includes("OrderedDict") ? "from collections import OrderedDict\n\n" : "";
  const long = items[0]?.layer.type === "Embedding" ? ", dtype=torch.long" : "";
  return `${head}import torch\nfrom torch import nn\n\nnet = ${net}\nprint(net(torch.zeros(${python(input)}${long})).shape)\n`;
}

export function codeView(network, nn) {
  const { items, input } = network;
  const forms = { lazy: ({ layer }) => nn.makeLazy(layer), eager: (_, i) => network.sized(i) };
  return Object.entries(forms).flatMap(([form, to]) => {
    const all = items.map((item, i) => ({ ...item, layer: to(item, i) }));
    const text = program(all, input, nn);
    return [listing(`${form} network`, text), copyButton(`Copy ${form}`, () => text)];
  });
}
