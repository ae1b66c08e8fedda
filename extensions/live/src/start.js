// The second step: gets a server and a kernel, and says how far it is.
import { make, press } from "./dom.js";
import { drop, kernel, startKernel } from "./kernel.js";
import { BINDER, fileBeside } from "./page.js";
import { focusTitle, say, show } from "./panel.js";
import { askBinder, memory, stillRuns } from "./servers.js";
import { Trouble } from "./trouble.js";

/** The list of stages on the panel; `enter(name)` marks one as the current one. */
function showStages(names, cancel) {
  const items = names.map((name) => make("li", {}, name));
  const detail = make("p", { class: "live-detail" });
  const clock = make("span", { "aria-hidden": "true" });
  const began = Date.now();
  const ticking = setInterval(() => {
    const s = Math.round((Date.now() - began) / 1000);
    clock.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  }, 1000);
  show("Starting", [
    make("ol", { class: "live-stages" }, ...items),
    detail,
    make("p", { class: "live-buttons" }, press("Cancel", cancel), clock),
  ]);
  focusTitle();
  return {
    enter(name) {
      const current = names.indexOf(name);
      if (items[current].getAttribute("aria-current")) return;
      items.forEach((item, i) => {
        item.className = i < current ? "live-done" : "";
        if (i === current) item.setAttribute("aria-current", "step");
        else item.removeAttribute("aria-current");
      });
      detail.textContent = "";
      say(`${name}…`);
    },
    tell: (words) => (detail.textContent = words),
    stop: () => clearInterval(ticking),
  };
}

/** Loads the editor and Jupyter's client, once. */
function loadParts() {
  if (window.liveParts) return;
  return new Promise((resolve, reject) => {
    const onerror = () => reject(new Trouble("The editor could not be loaded."));
    document.head.append(
      make("script", { src: fileBeside("vendor.js"), onload: resolve, onerror }),
    );
  });
}

/** Binder's server of this tab if it still runs, or a new one. */
async function serverFromBinder(stages, signal) {
  const known = memory();
  if (known.where === "binder" && known.binder === BINDER && (await stillRuns(known))) {
    return { url: known.url, token: known.token };
  }
  stages.enter("Ask Binder for a server");
  const server = await askBinder((phase, message) => {
    if (phase !== "waiting") stages.enter("Binder starts the server");
    stages.tell(message.split("\n").pop().slice(0, 200));
  }, signal);
  stages.enter("Binder starts the server");
  return server;
}

/** Starts Python; then calls `ready()`, `cancelled()` or `failed(error)`. */
export async function start(where, server, { ready, cancelled, failed }) {
  const { signal, abort } = abortable();
  const binder = ["Ask Binder for a server", "Binder starts the server"];
  const names = ["Load the editor", ...(where === "binder" ? binder : []), "Start Python"];
  const stages = showStages(names, abort);
  try {
    stages.enter("Load the editor");
    await loadParts();
    signal.throwIfAborted();
    if (where === "binder") server = await serverFromBinder(stages, signal);
    stages.enter("Start Python");
    await startKernel(server, signal);
    memory({ where, ...server, binder: BINDER });
    ready();
  } catch (error) {
    kernel?.shutdown().catch(() => {});
    drop();
    if (signal.aborted) cancelled();
    else failed(error);
    focusTitle();
  } finally {
    stages.stop();
  }
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
