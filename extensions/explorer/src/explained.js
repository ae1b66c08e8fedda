// Where the book explains an error.

// The page gives the script the patterns of the messages that its sections explain, the longest
// first, with the sections' addresses.
const sections = JSON.parse(document.currentScript?.dataset.messages ?? "[]");

/** The address of the section that explains an error, if there is one. */
export const explained = (said) =>
  sections.find(([pattern]) => new RegExp(pattern, "s").test(said))?.[1];
