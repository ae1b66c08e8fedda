// Elements, in few words.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** A button; the focus finds its successor by `key` when a list is built anew. */
export const button = (text, onclick, key = text) =>
  h("button", { type: "button", "data-key": key, onclick }, text);

export const bar = (...children) => h("div", { className: "cx-bar" }, ...children);
export const code = (...children) => h("code", {}, ...children);
export const listing = (name, ...children) =>
  h("pre", { tabIndex: 0, role: "region", ariaLabel: name }, ...children);

/** A control with its label and a place for what is wrong with it. */
export function field(prefix, name, key, tag, props, ...children) {
  const id = `${prefix}-${key}`;
  const trouble = h("span", { className: "cx-trouble", id: `${id}-trouble`, ariaLive: "polite" });
  const control = h(
    tag,
    {
      id,
      "data-key": key,
      autocomplete: "off",
      spellcheck: false,
      "aria-describedby": trouble.id,
      ...props,
    },
    ...children,
  );
  const label = h("label", { htmlFor: id }, name);
  return {
    name,
    control,
    trouble,
    box: h("div", { className: "cx-field" }, label, control, trouble),
  };
}

/** A button that copies what `text` gives. */
export function copyButton(name, text) {
  const copy = button(name, () => {
    // Old, but it works from a file too.
    const area = h("textarea", { value: text() });
    copy.after(area);
    area.select();
    copy.textContent = document.execCommand("copy") ? "Copied" : "Not copied";
    area.remove();
    copy.focus();
    setTimeout(() => {
      copy.textContent = name;
    }, 3000);
  });
  return copy;
}

const here = document.currentScript?.src;
/** The address of a file, as seen from this script. */
export const beside = (name) => new URL(name, here).href;
const loading = {};
/** Load a script that lies beside this one, once. */
export function load(name) {
  loading[name] ??= new Promise((onload, onerror) => {
    document.head.append(h("script", { src: beside(name), onload, onerror }));
  });
  return loading[name];
}
