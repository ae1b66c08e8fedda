// The wording of a message, as a page lists it.

const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** A wording as a pattern: `…` is anything, a space any space. */
export function pattern(wording) {
  const pieces = wording.split("…").map((piece) => literal(piece.trim()).replace(/ /g, "\\s+"));
  return new RegExp(pieces.join(".*?"), "s");
}
