// A cell's source as an editor.
import { make } from "./dom.js";

const RING = ".1875rem solid var(--link)";
const TOKENS = [
  "keyword",
  "bool",
  "string",
  "string2",
  "number",
  "comment",
  "operator",
  "definition",
];

/** The page's colors and sizes, so that nothing moves when a cell becomes an editor. */
const LOOK = {
  "&": { fontSize: ".875rem", color: "var(--ink)" },
  "&.cm-focused": { outline: RING, outlineOffset: "-.1875rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { padding: ".75rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1rem" },
  ...Object.fromEntries(
    TOKENS.map((name) => [`.tok-${name}`, { color: `var(--live-${name.replace("2", "")})` }]),
  ),
};

/** A key's command that leaves nothing for others to do. */
const handled = (action) => () => {
  action();
  return true;
};

/**
 * Puts an editor before the `source`, which stays for paper and for the copy button.
 * @param {HTMLElement} source  the cell's `pre`
 * @param {{label: string, run: () => void, leave: () => void, changed: () => void}} options
 * @returns {() => string} what the editor holds
 */
export function edit(source, { label, run, leave, changed }) {
  const { EditorState, EditorView, Prec, keymap, ...parts } = window.liveParts;
  const home = make("div", { class: "live-editor" });
  source.before(home);
  source.classList.add("live-source");
  // The page takes "/" and the arrows for its own where it sees no field.
  home.addEventListener("keydown", (event) => event.stopPropagation());
  const keys = [
    { key: "Shift-Enter", run: handled(run) },
    { key: "Mod-Enter", run: handled(run) },
    { key: "Escape", run: handled(leave) },
  ];
  const attributes = { "aria-label": label, spellcheck: "false", autocapitalize: "off" };
  const editor = new EditorView({
    root: home.attachShadow({ mode: "open" }), // there the page's policy lets it have its styles
    parent: home.shadowRoot,
    state: EditorState.create({
      doc: source.textContent.replace(/\n$/, ""),
      extensions: [
        Prec.highest(keymap.of(keys)),
        parts.history(),
        keymap.of([...parts.defaultKeymap, ...parts.historyKeymap]),
        parts.indentUnit.of("    "),
        parts.python(),
        parts.syntaxHighlighting(parts.classHighlighter),
        EditorView.theme(LOOK),
        EditorView.contentAttributes.of(attributes),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (!docChanged) return;
          source.textContent = state.doc.toString();
          changed();
        }),
      ],
    }),
  });
  return () => editor.state.doc.toString();
}
