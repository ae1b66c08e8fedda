// The network as PyTorch code, lazy and eager.
import { copyButton, listing } from "./dom.js";
import { makeLazy } from "./nn/cascade.js";
import { call, python } from "./python.js";

/** A program that builds the network and runs it. */
export function program(layers, names, input) {
  const named = names.some(Boolean);
  const lines = layers.map((layer, i) =>
    named ? `    ("${names[i] ?? i}", nn.${call(layer)}),\n` : `    nn.${call(layer)},\n`,
  );
  const [head, open, close] = named
    ? ["from collections import OrderedDict\n\n", "OrderedDict([", "])"]
    : ["", "", ")"];
  return `${head}import torch\nfrom torch import nn\n\nnet = nn.Sequential(${open}\n${lines.join("")}${close}${named ? ")" : ""}\nprint(net(torch.zeros(${python(input)})).shape)\n`;
}

export function codeView({ items, layers, input }, sized) {
  const names = items.map(({ name }) => name);
  const forms = { lazy: layers.map(makeLazy), eager: layers.map((_, i) => sized(i)) };
  return Object.entries(forms).flatMap(([form, all]) => {
    const text = program(all, names, input);
    return [listing(`${form} network`, text), copyButton(`Copy ${form}`, () => text)];
  });
}
