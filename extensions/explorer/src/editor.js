// What changes a layer: its type, its arguments, its place.
import { bar, button, field, h } from "./dom.js";
import { argumentsOf, TYPES } from "./nn/layers.js";
import { python, value } from "./python.js";

/** A layer of another type, with the arguments that both have. */
function retyped(layer, type) {
  const made = { type };
  for (const [name, normal] of Object.entries(argumentsOf(type))) {
    if (name in layer) made[name] = layer[name];
    else if (normal === undefined) made[name] = name === "kernel_size" ? 3 : 16;
  }
  return made;
}

/** Put a layer in at i, open it and choose its type. */
export function add(figure, i, layer = { type: "ReLU" }) {
  figure.open = layer;
  figure.edit(() => figure.network.items.splice(i, 0, { layer }));
  figure.focusOn(`type${i}`);
}

function move(figure, i, to, key) {
  const { items } = figure.network;
  figure.open = items[i].layer;
  figure.edit(() => items.splice(to, 0, ...items.splice(i, 1)));
  figure.focusOn(key + to, `edit${to}`);
}

function remove(figure, i) {
  const { items } = figure.network;
  figure.edit(() => items.splice(i, 1));
  figure.focusOn(`edit${Math.min(i, items.length - 1)}`, "Add a layer");
}

/** The fields of layer i's arguments. */
function argumentFields(figure, i) {
  const { layer } = figure.network.items[i];
  const names = Object.entries(argumentsOf(layer.type)).filter(([name]) => name !== "code");
  return names.map(([name, normal]) => {
    const now = layer[name] ?? normal;
    const flag = normal === !!normal;
    const oninput = () =>
      figure.edit(() => {
        layer[name] = flag ? one.control.checked : value(one.control.value);
      }, one);
    const props = flag
      ? { type: "checkbox", checked: now }
      : { size: 6, value: layer.code && !now ? "" : python(now).replace(/'/g, "") };
    const one = field(figure.key, name, `${i}-${name}`, "input", { ...props, oninput });
    return { ...one, i };
  });
}

/** All that changes layer i. */
export function controls(figure, i) {
  const { items } = figure.network;
  const types = items[i].layer.code ? ["Unknown", ...TYPES] : TYPES;
  const options = types.map((t) => h("option", { selected: t === items[i].layer.type }, t));
  const inside = h("div", { className: "cx-arguments" });
  const fill = () => {
    const mine = argumentFields(figure, i);
    figure.rows.setFields(i, mine);
    inside.replaceChildren(...mine.map(({ box }) => box));
  };
  // The list stays while readers type in it: each letter chooses a type, of which the last counts.
  let before = items[i].layer;
  const type = field(figure.key, "layer", `type${i}`, "select", {
    onfocus: () => {
      before = items[i].layer;
    },
    onchange: () =>
      figure.edit(() => {
        figure.open = retyped(before, type.control.value);
        Object.assign(items[i], { layer: figure.open, was: undefined, counted: undefined });
        fill();
      }, type),
  });
  type.control.append(...options);
  fill();
  const last = items.length - 1;
  const copy = () => ({ ...items[i].layer });
  return [
    type.box,
    inside,
    bar(
      ...(i ? [button("Move up", () => move(figure, i, i - 1, "up"), `up${i}`)] : []),
      ...(i < last ? [button("Move down", () => move(figure, i, i + 1, "down"), `down${i}`)] : []),
      button("Add above", () => add(figure, i), `above${i}`),
      button("Add below", () => add(figure, i + 1), `add${i}`),
      button("Duplicate", () => add(figure, i + 1, copy()), `copy${i}`),
      button("Remove", () => remove(figure, i), `remove${i}`),
    ),
  ];
}
