// Which sections answer a query: first those that list the pasted message, then by their words.
import MiniSearch from "minisearch";
import { isMessage, message, plain, withoutValues, words } from "./clean.js";
import { pattern } from "./wording.js";

/** `LazyLinear` and `in_features` are also found by their parts. */
function parts(text) {
  const long = text.match(/[\p{L}\p{N}_]*(?:\p{Ll}\p{Lu}|_)[\p{L}\p{N}_]*/gu) ?? [];
  return words(
    long
      .join(" ")
      .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
      .replace(/_/g, " "),
  );
}

export class Finder {
  /** @param sections a list of {url, page, title, text, wordings} */
  constructor(sections) {
    this.sections = sections;
    this.patterns = sections.flatMap((section, id) =>
      section.wordings.map((wording) => ({
        id,
        wording,
        length: wording.replaceAll("…", "").length,
        pattern: pattern(plain(wording)),
      })),
    );
    this.patterns.sort((a, b) => b.length - a.length);
    this.mini = new MiniSearch({
      fields: ["title", "wordings", "page", "text"],
      tokenize: (text, field) => (field ? [...words(text), ...parts(text)] : words(text)),
      processTerm: (term) => (term.length > 1 ? term : null), // a single letter says too little
      searchOptions: {
        boost: { title: 4, wordings: 3, page: 2 },
        prefix: (term) => term.length > 3,
      },
    });
    this.mini.addAll(
      sections.map((section, id) => ({
        ...section,
        id,
        wordings: plain(section.wordings.join(" ")),
      })),
    );
  }

  /** What was found: `known` is false when the results are only the nearest.
   * @returns {{known: boolean, error: boolean, words: string[], results: {section, wording?}[]}} */
  find(query) {
    const text = plain(query);
    const error = isMessage(text);
    const asked = withoutValues(message(text)) || message(text);
    const found = new Map();
    for (const { id, wording, pattern } of this.patterns)
      if (!found.has(id) && pattern.test(text)) found.set(id, { wording });
    const search = (options) => this.mini.search(asked, options);
    const sought = new Set();
    const add = (results) => {
      for (const { id, terms } of results) {
        if (!found.has(id)) found.set(id, {});
        for (const term of terms) sought.add(term);
      }
    };
    // Part of a message, with or without its numbers
    const part = words(asked).filter((word) => word.length > 1);
    const exact = { combineWith: "AND", prefix: false };
    if (part.length > 2) add(search({ ...exact, fields: ["wordings"] }));
    // One or two words of an error are on many pages, and say nothing about it.
    if (!error) add(search({ combineWith: "AND" }));
    else if (!found.size && part.length > 3) add(search(exact));
    const fuzzy = (term) => (term.length > 5 ? 0.2 : false);
    if (!error && !found.size) add(search({ combineWith: "AND", fuzzy })); // a slip of the keys
    const known = found.size > 0;
    if (!known || error) {
      const boost = { title: 4, wordings: 6, page: 1 };
      add(search({ combineWith: "OR", boost, fuzzy }).slice(0, known ? 3 : 6));
    }
    const results = [...found].map(([id, extra]) => ({ section: this.sections[id], ...extra }));
    return { known, error, words: [...new Set([...part, ...sought])], results };
  }
}
