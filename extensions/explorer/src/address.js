// A figure's set-up in the page's address: ?cascade=, and ?cascade2= for a page's second figure.
import { attempt } from "./words.js";

/** The set-up in the address, or null. */
export const find = (key) => new URLSearchParams(location.search).get(key);

/** The page's address with this set-up, or with none. */
export function addressWith(key, line) {
  const parts = location.search
    .slice(1)
    .split("&")
    .filter((part) => part && !part.startsWith(`${key}=`));
  if (line !== null) parts.push(`${key}=${line.replace(/[^\w,;:()=.-]/g, encodeURIComponent)}`);
  return `${location.pathname}${parts.length ? "?" : ""}${parts.join("&")}${location.hash}`;
}

/** Keep the set-up in the address; a page opened as a file may not change its own. */
export const keep = (key, line) =>
  attempt(() => history.replaceState(history.state, "", addressWith(key, line)));
