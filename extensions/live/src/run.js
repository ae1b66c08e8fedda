// Runs cells one after the other.
import { cells, mark } from "./cells.js";
import { kernel, restartKernel } from "./kernel.js";
import { receiver } from "./outputs.js";
import { say } from "./panel.js";

let queue = Promise.resolve();
let round = 0; // cells of an earlier round are run no more

const sentence = (words) => say(words[0].toUpperCase() + words.slice(1));

async function runOne(cell, mine) {
  if (mine !== round) return mark(cell, "");
  const { code } = cell;
  mark(cell, "running");
  const screen = cell.box && receiver(cell);
  if (cell.box) {
    cell.original ??= code;
    cell.changed = code !== cell.original;
  }
  const future = kernel.requestExecute({ code, allow_stdin: false, stop_on_error: false });
  if (screen) future.onIOPub = screen.take;
  const { content } = await future.done;
  if (mine !== round) return;
  screen?.clear();
  cell.ran = true;
  mark(cell, content.status === "ok" ? "done" : "error");
  if (cell.code !== code) mark(cell, "edited");
  cell.box?.dispatchEvent(new Event("toggle")); // book.js: keys reach what is too wide
  return content;
}

function unmark(waiting) {
  for (const cell of waiting) if (cell.state === "waiting") mark(cell, "");
}

/** Shows a cell's outputs where they are folded. */
function openFolds({ box, output }) {
  const folds = [output.closest("details"), ...box.querySelectorAll("details.below-input")];
  for (const fold of folds) if (fold) fold.open = true;
}

async function runInOrder(todo, opened, mine) {
  for (const [n, cell] of todo.entries()) {
    if (mine !== round) return;
    if (opened(cell)) openFolds(cell);
    say(`Running ${cell.name}.`);
    let answer;
    try {
      answer = await runOne(cell, mine);
    } catch {
      // The kernel has gone; whoever noticed tells the reader.
      if (mine === round) mark(cell, "");
    }
    if (!answer || mine !== round) return unmark(todo.slice(n));
    const { status, ename = "an error", evalue = "" } = answer;
    const raised = status !== "ok" && `${ename}: ${evalue.split("\n")[0].slice(0, 120)}`;
    if (raised && (!cell.raises || cell.changed) && n < todo.length - 1) {
      unmark(todo.slice(n + 1));
      return sentence(`${cell.name} raised ${raised}. The cells after it were not run.`);
    }
    sentence(`${cell.name} ${raised ? `raised ${raised}` : "ran"}.`);
  }
  if (todo.length > 2 && todo.at(-1) === cells.at(-1)) say("All cells ran.");
}

/** Runs cells until one raises that does not raise on the page; folds of `opened` ones open. */
function run(some, opened) {
  const mine = round;
  const todo = some.filter((cell) => cell.state !== "waiting");
  for (const cell of todo) mark(cell, "waiting");
  queue = queue.then(() => runInOrder(todo, opened, mine));
}

/** Runs a cell, and before it those above that it may need and that have not been run. */
export function runTo(cell) {
  if (!kernel || cell.button.getAttribute("aria-disabled")) return;
  const above = cells.slice(0, cells.indexOf(cell)).filter((c) => !c.ran);
  run([...above, cell], (c) => c === cell);
}

export const runAll = () => run(cells, (cell) => Boolean(cell.box));

function newRound() {
  round += 1;
  queue = Promise.resolve();
}

/** Forgets what was run: Python is new. */
export function forget() {
  newRound();
  for (const cell of cells) {
    cell.ran = false;
    mark(cell, "");
  }
}

/** Restarts Python; `lost(error)` if it does not come back. */
export async function restart(lost) {
  forget();
  say("Python is restarting…");
  const mine = round;
  try {
    await restartKernel();
    if (mine === round) say("Python has restarted. Its variables are gone: run the cells again.");
  } catch (error) {
    lost(error);
  }
}

/** Stops the cell that runs, and those that wait. */
export function interrupt() {
  newRound();
  for (const cell of cells) if (["waiting", "running"].includes(cell.state)) mark(cell, "");
  say("Stopped.");
  kernel.interrupt().catch(() => {});
}
