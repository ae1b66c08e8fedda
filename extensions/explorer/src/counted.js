// The network in the sizes that were counted by hand, and which of them are wrong now.
import { button, h, listing } from "./dom.js";

export function countedView(network, nn, countAgain) {
  const { attempt, byHand, call, cascade, error, isLazy, python } = nn;
  const { items, input } = network;
  const net = items.map(({ layer, counted }) =>
    isLazy(layer) && counted !== undefined ? byHand(layer, counted) : layer,
  );
  const wrong = items.map((item) => network.misfit(item));
  // A size that nobody could count so far, as nothing reaches its layer
  const written = (layer) =>
    isLazy(layer) ? call(byHand(layer, NaN)).replace("NaN", "?") : call(layer);
  const bad = attempt(() => cascade(net, input)).error;
  const where =
    bad &&
    (bad.layer < 0 ? " The input cannot be created:" : ` Layer ${bad.layer + 1} raises an error:`);
  return [
    listing(
      "Network counted by hand",
      ...net.map((layer, i) =>
        wrong[i] === undefined
          ? h("span", {}, `nn.${written(layer)},\n`)
          : h("mark", {}, `nn.${written(layer)},  # should be ${python(wrong[i])} now\n`),
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
