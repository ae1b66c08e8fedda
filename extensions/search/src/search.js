// The search page. The sections of the book come with the first search; from a folder, too,
// because a script may be loaded there, while a file may not be fetched.
import { words } from "./clean.js";
import { Finder } from "./find.js";

const SCRIPT = document.currentScript.src;
const CONTEXT = 180; // characters
const SHOWN = 30; // results
const field = document.querySelector(".search input");
const status = document.getElementById("search-status");
const list = document.getElementById("search-results");
let finder;

function load() {
  finder ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT.replace(/search\.js/, "sections.js");
    script.onload = () => resolve(new Finder(globalThis.bookSections));
    script.onerror = () => reject(new Error("The book's sections could not be loaded."));
    document.head.append(script);
  });
  return finder;
}

/** A text as nodes, with each word that begins with one of `sought` marked. */
function marked(text, sought) {
  const pieces = text.split(/([\p{L}\p{N}_]+)/u);
  return pieces.map((piece) => {
    const [word] = words(piece);
    if (
      !word ||
      !sought.some((s) => s.length > 1 && (s.length > 3 ? word.startsWith(s) : word === s))
    )
      return piece;
    const mark = document.createElement("mark");
    mark.textContent = piece;
    return mark;
  });
}

/** The part of a text where most of the words are close together. */
function context(text, sought) {
  const places = [];
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}_]+/gu)) {
    const [w] = words(word);
    const which = sought.findIndex((s) => w && (s.length > 3 ? w.startsWith(s) : w === s));
    if (which >= 0) places.push({ index, which });
  }
  let best = { start: 0, count: 0 };
  for (const { index: start } of places) {
    const near = places.filter(({ index }) => index >= start && index < start + CONTEXT * 0.7);
    const count = new Set(near.map(({ which }) => which)).size;
    if (count > best.count) best = { start, count };
  }
  const from = best.start < 40 ? 0 : text.lastIndexOf(" ", best.start - 30) + 1;
  const to = from + CONTEXT < text.length ? text.lastIndexOf(" ", from + CONTEXT) : text.length;
  return `${from ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
}

function item({ section, wording }, sought) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  link.href = section.url;
  link.append(...marked(section.title, sought));
  row.append(link);
  if (section.page !== section.title) row.append(` · ${section.page}`);
  const line = document.createElement("p");
  line.append(...marked(wording ?? context(section.text, sought), sought));
  row.append(line);
  return row;
}

function says({ known, error, results }) {
  if (error && !results.length) return "This book does not know this message.";
  if (!results.length) return "Nothing found. Try fewer or different words.";
  if (known && results.length > SHOWN) return `${results.length} sections; the first ${SHOWN}:`;
  if (known) return results.length === 1 ? "1 section" : `${results.length} sections`;
  if (error) return "This book does not know this message. The nearest sections:";
  return "No section has all of these words. The nearest:";
}

async function show() {
  const query = new URLSearchParams(location.hash.slice(1) || location.search).get("q") ?? "";
  field.value = query;
  list.replaceChildren();
  status.textContent = query.trim() ? "Searching …" : "";
  if (!query.trim()) return;
  try {
    const found = (await load()).find(query);
    status.textContent = says(found);
    list.replaceChildren(
      ...found.results.slice(0, SHOWN).map((result) => item(result, found.words)),
    );
  } catch (error) {
    finder = undefined;
    status.textContent = `${error.message} Reload the page to try again.`;
  }
}

addEventListener("hashchange", show);
show();
