// What a reader pasted, made into words to look for.

const ERROR = /(?:[\w.]+\.)?\w*(?:Error|Exception|Warning|Unsupported)\b(?=:)/g;

/** The text on one line, with straight quotes; what is only decoration in a traceback is gone. */
export function plain(text) {
  return (
    text
      .replace(/[‘’‚′`´]/g, "'")
      .replace(/[“”„″]/g, '"')
      .replace(/\u00a0/g, " ")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colors start with one
      .replace(/\u001b\[[\d;]*m/g, "")
      .replace(/Traceback \(most recent call last\):?/g, " ")
      .replace(/File "[^"]*", line \d+(, in \S+)?/g, " ")
      .replace(/[~^]{2,}/g, " ")
      .replace(/\s+/g, " ")
      .trim()
  );
}

/** The last error in a plain text, without the name in front of its message; else all of it. */
export function message(text) {
  const last = [...text.matchAll(ERROR)].at(-1);
  return last ? text.slice(last.index + last[0].length + 1).trim() : text;
}

/** Whether a plain text is an error and not words to look up. */
export const isMessage = (text) => text.search(ERROR) >= 0;

/** A message without what differs between two of the same kind: numbers, shapes, addresses. */
export function withoutValues(text) {
  return text
    .replace(/0x[\da-f]+/gi, " ")
    .replace(/\b\d+(?:[x.]\d+)*\b/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** The words of a text in lower case. `in_features` is one word, and so is `LazyLinear`. */
export const words = (text) =>
  (text.match(/[\p{L}\p{N}_]+/gu) ?? []).map((word) => word.replace(/^_+|_+$/g, "").toLowerCase());
