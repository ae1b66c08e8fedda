// The page's cells, in the order in which they run.
import { make, press } from "./dom.js";
import { edit } from "./editor.js";
import { button } from "./page.js";

const STATES = {
  "": "not run yet",
  waiting: "waiting",
  running: "running …",
  done: "ran",
  error: "raised an error",
  edited: "edited, not run",
};

/**
 * Each is `{name, code, state}`; one that is on the page has `box`, `output`, `button` and `note`
 * as well. Empty before `prepare`.
 */
export const cells = [];

/** Sets a cell's state, one of STATES, and shows it. */
export function mark(cell, state) {
  cell.state = state;
  if (!cell.box) return;
  cell.note.textContent = STATES[state];
  cell.box.dataset.live = state || "new";
}

/** Makes the page's cells editable; `run(cell)` is what their buttons and keys do. */
export function prepare(run) {
  // {place in the order: code} of cells that are not on the page
  const hidden = new Map(JSON.parse(button.dataset.cells));
  const boxes = [...document.querySelectorAll("article div.cell:not(.output-only)")];
  for (let shown = 0; hidden.has(cells.length) || boxes[shown]; ) {
    if (hidden.has(cells.length)) {
      cells.push({ name: "set-up", code: hidden.get(cells.length), state: "" });
    } else {
      cells.push(shownCell(boxes[shown], `cell ${shown + 1}`, run));
      shown += 1;
    }
  }
}

function shownCell(box, name, run) {
  const input = box.querySelector(".cell_input");
  const cell = { name, box, state: "" };
  cell.button = press("Run", () => run(cell), { "aria-label": `Run ${name}` });
  cell.note = make("span");
  const bar = make("div", { class: "live-cell" }, cell.button, cell.note);
  // Next to the code, and in reach where that is folded; in the fold where all of the cell is
  const fold = box.classList.contains("tag_hide-cell") ? null : input.closest("details");
  (fold || input).after(bar);
  // A guess keeps its cells' outputs in its answer.
  const { cell: number = "" } = box.dataset;
  const output =
    box.querySelector(".cell_output") ??
    document.querySelector(`article .output-only[data-cell="${number}"] .cell_output`);
  cell.output = output || make("div", { class: "cell_output docutils container" });
  if (!output) bar.after(cell.output);
  cell.raises = Boolean(cell.output.querySelector(".traceback"));
  const code = edit(input.querySelector("pre"), {
    label: `Code of ${name}`,
    run: () => run(cell),
    leave: () => cell.button.focus(),
    changed: () => ["running", "waiting"].includes(cell.state) || mark(cell, "edited"),
  });
  return Object.defineProperty(cell, "code", { get: code });
}

/** Whether the cells can be run now. */
export function enable(yes) {
  for (const { button } of cells) {
    if (yes) button?.removeAttribute("aria-disabled");
    else button?.setAttribute("aria-disabled", "true");
  }
}
