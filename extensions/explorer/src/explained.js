// Where the book explains an error.
import { pattern } from "../../search/src/wording.js";

// The page gives the script the wordings that its sections list, with their addresses.
const sections = JSON.parse(document.currentScript?.dataset.messages ?? "[]").flatMap(
  ([wordings, url]) => wordings.map((wording) => ({ wording, url, pattern: pattern(wording) })),
);
sections.sort((a, b) => b.wording.length - a.wording.length);

/** The address of the section that explains an error, if there is one. */
export const explained = (said) => sections.find((section) => section.pattern.test(said))?.url;
