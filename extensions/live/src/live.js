// "Run in this page": the page's cells become editable and run on a Jupyter server.
//
// Pages load this script when the button is used, and vendor.js (CodeMirror, Jupyter's client,
// DOMPurify) when the reader has chosen a server and started. Nothing leaves the page before that.
import { cells, enable, prepare } from "./cells.js";
import { askConsent } from "./consent.js";
import { make, press } from "./dom.js";
import { drop, findTrouble, host, kernel } from "./kernel.js";
import { button } from "./page.js";
import { focusTitle, hasFocus, isOpen, place, say, show, showFailure } from "./panel.js";
import { forget, interrupt, restart, runAll, runTo } from "./run.js";
import { start } from "./start.js";
import { Trouble } from "./trouble.js";

const consent = () =>
  askConsent((where, server) =>
    start(where, server, {
      ready,
      cancelled: consent,
      failed: (error) => showFailure(error, consent),
    }),
  );

/** The kernel has gone for good. */
function lost(error) {
  if (!kernel) return;
  drop();
  forget();
  enable(false);
  const held = hasFocus();
  showFailure(error, consent, "Python is gone", true); // readers stay where they are
  if (held) focusTitle();
}

/** Follows a kernel, and tells the reader when it goes. */
function follow(mine) {
  mine.connectionStatusChanged.connect(async (_, status) => {
    if (mine !== kernel || status === "connected") return;
    const trouble = await findTrouble(mine);
    if (trouble && mine === kernel) lost(trouble);
  });
  mine.statusChanged.connect((_, status) => {
    if (mine !== kernel || !["autorestarting", "dead"].includes(status)) return;
    forget();
    say("Python has died, perhaps for lack of memory, and is restarting. Its variables are lost.");
    if (status === "dead") lost(new Trouble("Python has died and does not restart."));
  });
}

/** The kernel is there. */
function ready() {
  if (!cells.length) prepare(runTo);
  forget();
  enable(true);
  follow(kernel);
  const buttons = [
    press("Run all", runAll, { class: "live-go" }),
    press("Stop", interrupt),
    press("Restart", () => restart(lost)),
  ];
  show(`Running on ${host()}`, [make("p", { class: "live-buttons" }, ...buttons)], true);
  say("Python is ready. Edit and run the cells: Shift+Enter runs one, Escape leaves it.");
  focusTitle();
}

const open = () => (isOpen() ? focusTitle() : consent());
button.addEventListener("click", open);
place().then(open);
