// The names that live.js uses, as window.liveParts.
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { python } from "@codemirror/lang-python";
export { indentUnit, syntaxHighlighting } from "@codemirror/language";
export { EditorState, Prec } from "@codemirror/state";
export { EditorView, keymap } from "@codemirror/view";
export { KernelAPI, KernelConnection } from "@jupyterlab/services/lib/kernel";
export { ServerConnection } from "@jupyterlab/services/lib/serverconnection";
export { classHighlighter } from "@lezer/highlight";
export { default as purify } from "dompurify";
