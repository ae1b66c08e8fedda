// Which servers a page may use, and how to get one.
import { BINDER } from "./page.js";
import { SECONDS, Trouble } from "./trouble.js";

const KEY = "live-server"; // in this tab: a server that was started serves the next page, too

/** The server of the tab's last page, `{where, url, token, binder}` or `{}`; keeps `value`. */
export function memory(value) {
  try {
    if (value) sessionStorage.setItem(KEY, JSON.stringify(value));
    return JSON.parse(sessionStorage.getItem(KEY)) || {};
  } catch {
    return {}; // this browser keeps nothing
  }
}

/** The server that an address names, `{url, token}`: this computer's, or any if it is `trusted`. */
export function serverAt(text, trusted = false) {
  let url;
  try {
    url = new URL(text.trim());
  } catch {
    throw new Trouble(
      "This is not an address: copy the one that Jupyter prints, http://localhost:8888/lab?token=…",
    );
  }
  // A policy cannot name [::1], and localhost leads there, too.
  if (url.hostname === "[::1]") url.hostname = "localhost";
  const local = url.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  if (!trusted && !local) {
    throw new Trouble(
      "Only a server on this computer is accepted: an address with http:// and localhost, " +
        "127.0.0.1 or [::1].",
    );
  }
  const path = url.pathname.replace(/\/(lab|tree|doc|notebooks)(\/.*)?$/, "/");
  return {
    url: url.origin + path.replace(/\/*$/, "/"),
    token: url.searchParams.get("token") || "",
  };
}

/** Whether the server of an earlier page still answers. */
export async function stillRuns({ url, token }) {
  const headers = { Authorization: `token ${token}` };
  return (await fetch(`${url}api/status`, { headers }).catch(() => null))?.ok ?? false;
}

/** Asks Binder for a server, `{url, token}`; `tell` gets its phases and messages. */
export function askBinder(tell, signal) {
  const host = new URL(BINDER).host;
  return new Promise((resolve, reject) => {
    const events = new EventSource(BINDER);
    let timer;
    const end = (how, value) => {
      clearTimeout(timer);
      events.close();
      how(value);
    };
    const fail = (words) => end(reject, new Trouble(`${host} ${words}`));
    const wait = (seconds) => {
      clearTimeout(timer);
      const time = seconds === 60 ? "a minute" : `${seconds / 60} minutes`;
      timer = setTimeout(fail, seconds * 1000, `has not answered for ${time}.`);
    };
    signal.addEventListener("abort", () => end(reject, signal.reason));
    events.onerror = () => fail("cannot be reached, or refused the request.");
    events.onmessage = ({ data }) => {
      wait(SECONDS.binderNext);
      try {
        const { phase, message = "", url, token } = JSON.parse(data);
        const why = message.trim() || "it does not say why";
        if (phase === "failed") fail(`could not start a server: ${why}`);
        else if (phase === "ready") end(resolve, { url, token });
        else tell(phase || "", message.trim());
      } catch {
        fail("does not answer as Binder does.");
      }
    };
    wait(SECONDS.binderFirst);
  });
}
