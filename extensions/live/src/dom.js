// Elements, made in one call.

/** An element; `on…` attributes are listeners, `true` is an attribute without a value. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A button. */
export const press = (text, onclick, attributes = {}) =>
  make("button", { type: "button", onclick, ...attributes }, text);
