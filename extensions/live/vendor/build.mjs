// Bundles entry.mjs into vendor.js, and the licences of all that is in it into LICENSES.txt.
// A classic script, for a browser loads no module from file://.
import { build } from "esbuild";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const { metafile } = await build({
  entryPoints: ["entry.mjs"],
  outfile: "vendor.js",
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none", // all of them are in LICENSES.txt
  format: "iife",
  globalName: "liveParts",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  banner: { js: `/* ${Object.entries(dependencies).map((d) => d.join(" ")).join(", ")}; licences in LICENSES.txt */` },
  metafile: true,
});
const folders = new Set(Object.keys(metafile.inputs).map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
const licences = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  // Jupyter's packages come without theirs.
  const text = readFileSync(file ? `${folder}/${file}` : "LICENSE.jupyter", "utf8").trim();
  if (!file && !/^@(jupyterlab|lumino)\//.test(name)) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync("LICENSES.txt", licences.join(`\n${"-".repeat(80)}\n\n`));
