// The network in the sizes that were counted by hand, and which of them are wrong now.
import { button, h, listing } from "./dom.js";
import { byHand, cascade } from "./nn/cascade.js";
import { FAMILIES, isLazy } from "./nn/layers.js";
import { call, python } from "./python.js";
import { attempt, error } from "./words.js";

/** Layer and size that fits, where the size that is written there is another. */
export const wrongSizes = (items) =>
  items.map(({ layer, size, counted }) => {
    const given = isLazy(layer) ? counted : layer[FAMILIES[layer.type]?.size];
    const wrong = ![given, size].includes(undefined) && python(given) !== python(size);
    return wrong ? size : undefined;
  });

export function countedView(network, countAgain) {
  const { items, input } = network;
  const net = items.map(({ layer, counted }) =>
    isLazy(layer) && counted !== undefined ? byHand(layer, counted) : layer,
  );
  const wrong = wrongSizes(items);
  // A size that nobody could count so far, as nothing reaches its layer
  const written = (layer) =>
    isLazy(layer) ? call(byHand(layer, NaN)).replace("NaN", "?") : call(layer);
  const bad = attempt(() => cascade(net, input)).error;
  const where =
    bad && (bad.layer < 0 ? " The input cannot be made:" : ` Layer ${bad.layer + 1} raises:`);
  return [
    listing(
      "Network counted by hand",
      ...net.map((layer, i) =>
        wrong[i] === undefined
          ? h("span", {}, `nn.${written(layer)},\n`)
          : h("mark", {}, `nn.${written(layer)},  # wrong: ${python(wrong[i])} now\n`),
      ),
    ),
    h(
      "p",
      { role: "status" },
      `Numbers that are wrong now: ${wrong.filter((size) => size !== undefined).length || "none"}.${where ?? ""}`,
    ),
    ...(bad ? [error(bad)] : []),
    button("Count again", countAgain),
  ];
}
