// Bundles the scripts that pages load, and copies reveal.js. Building the book needs no Node: the
// outputs, */dist/, are in the repository, and bundles.sha256 says which sources they are made of.
// All are classic scripts, for a browser loads no module from a file.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const BUNDLES = {
  "explorer/dist": [
    "explorer/src/explorer.js",
    "explorer/src/listings.js",
    "explorer/src/paste/paste.js",
    "explorer/src/explorer.css",
    "explorer/src/paste/paste.css",
  ],
  "live/dist": ["live/src/live.js", "live/src/vendor.js"],
  "search/dist": ["search/src/search.js"],
  "slides/dist": [],
};
const COPIES = {
  "slides/dist": [
    "node_modules/reveal.js/dist/reveal.js",
    "node_modules/reveal.js/dist/reveal.css",
  ],
};
const GLOBALS = {
  "explorer/src/listings.js": "explorerListings",
  "explorer/src/paste/paste.js": "explorerPaste",
  "live/src/vendor.js": "liveParts",
}; // where a bundle puts what it exports

/** The licenses of the packages that `inputs` are from; Jupyter's packages come without a file. */
function licenses(inputs) {
  const folders = inputs.map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
  const texts = [...new Set(folders.filter(Boolean))].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
    if (!file && !/^@(jupyterlab|lumino)\//.test(name)) throw new Error(`${name} has no license`);
    const text = readFileSync(file ? `${folder}/${file}` : "live/src/LICENSE.jupyter", "utf8");
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

async function bundle(entry, outdir) {
  const { metafile } = await build({
    entryPoints: [entry],
    outdir,
    bundle: true,
    minify: true,
    charset: "utf8",
    legalComments: "none", // all of them are in LICENSES.txt
    format: "iife",
    globalName: GLOBALS[entry],
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

const sources = new Set(["build.js", "package.json", "package-lock.json"]);
const outputs = [];
for (const [outdir, entries] of Object.entries(BUNDLES)) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir);
  const copies = COPIES[outdir] ?? [];
  for (const path of copies) copyFileSync(path, join(outdir, path.split("/").at(-1)));
  const inputs = (await Promise.all(entries.map((entry) => bundle(entry, outdir)))).flat();
  for (const path of inputs) if (!path.startsWith("node_modules/")) sources.add(path);
  const texts = licenses([...inputs, ...copies]);
  if (texts) writeFileSync(`${outdir}/LICENSES.txt`, texts);
  outputs.push(...readdirSync(outdir).map((name) => `${outdir}/${name}`));
}
const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const lines = [...sources, ...outputs].sort().map((path) => `${digest(path)}  ${path}\n`);
writeFileSync("bundles.sha256", lines.join(""));
