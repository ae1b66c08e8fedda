// Python on a Jupyter server.
import { ORIGIN } from "./page.js";
import { SECONDS, Trouble, within } from "./trouble.js";

/** The kernel that runs the cells, or null. */
export let kernel = null;
let settings;

/** The server's name, for the reader. */
export const host = () => new URL(settings.baseUrl).host;

const gone = (words) => new Trouble(`The server ${host()} ${words}`);

/** Whether a Jupyter server answers at all; one that refuses does not say why. */
const answers = (url, how = {}) =>
  fetch(`${url}api`, { credentials: "omit", ...how }).then(
    () => true,
    () => false,
  );

/** Why no kernel was started. */
async function reason(error, url) {
  const { host, origin } = new URL(url);
  const status = error.response?.status;
  if (status && status !== 401 && status !== 403) {
    return `The server ${host} could not start Python: ${error.message}`;
  }
  if (status || (await answers(url))) {
    return `The server ${host} refused the token: copy the whole address that it printed, with ?token=…`;
  }
  if (await answers(url, { mode: "no-cors" })) {
    return `The server ${host} does not let this page in: start it with --ServerApp.allow_origin=${ORIGIN}`;
  }
  return `No answer from ${origin}: is a server running there, and may the browser reach it?`;
}

/** Starts Python on a server. */
export async function startKernel({ url, token }, signal) {
  const { KernelAPI, KernelConnection, ServerConnection } = window.liveParts;
  const { host } = new URL(url);
  const mine = ServerConnection.makeSettings({
    baseUrl: url,
    wsUrl: url.replace(/^http/, "ws"),
    token,
    appendToken: true, // a socket has no headers
    init: { cache: "no-store", credentials: "omit" },
  });
  settings = mine;
  let model;
  try {
    const slow = `The server ${host} has not started Python in ${SECONDS.server} seconds.`;
    const starting = KernelAPI.startNew({ name: "python3" }, mine);
    const shutDown = ({ id }) => KernelAPI.shutdownKernel(id, mine);
    signal.addEventListener("abort", () => starting.then(shutDown).catch(() => {}));
    model = await within(SECONDS.server, starting, slow, signal);
  } catch (error) {
    if (error instanceof Trouble || error === signal.reason) throw error;
    throw new Trouble(await reason(error, url));
  }
  kernel = new KernelConnection({ model, serverSettings: mine });
  const silent = `Python was started on ${host}, but does not answer.`;
  await within(SECONDS.kernel, kernel.info, silent, signal);
}

/** Starts Python anew in the same kernel. */
export async function restartKernel() {
  try {
    await within(SECONDS.kernel, kernel.restart(), "Python does not restart.");
  } catch (error) {
    throw error instanceof Trouble ? error : gone("no longer answers.");
  }
}

/** Asks the server whether the kernel is still there; resolves to what is wrong, if anything. */
export async function findTrouble({ id }) {
  try {
    const url = `${settings.baseUrl}api/kernels/${id}`;
    const answer = await window.liveParts.ServerConnection.makeRequest(url, {}, settings);
    if (!answer.ok)
      return gone("has ended Python. Its variables are lost; your code is still here.");
  } catch {
    return gone("no longer answers. Your code is still here.");
  }
}

/** Lets go of the kernel. */
export function drop() {
  if (kernel && !kernel.isDisposed) kernel.dispose();
  kernel = null;
}

// A kernel takes most of a gigabyte: it ends when its page is left.
addEventListener("pagehide", () => {
  if (!kernel || kernel.isDisposed) return;
  const headers = { Authorization: `token ${settings.token}` };
  fetch(`${settings.baseUrl}api/kernels/${kernel.id}`, {
    method: "DELETE",
    keepalive: true,
    headers,
  });
});
