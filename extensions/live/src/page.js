// What the page says to this script.

/** The button "Run in this page". */
export const button = document.getElementById("live-button");

/** Where Binder builds an image of the book's repository, or undefined. */
export const BINDER = button.dataset.binder;

/** A server that the page's own settings name, or undefined. */
export const SITE_SERVER = button.dataset.server;

/** The page's origin as the browser names it to a server. */
export const ORIGIN = location.protocol === "file:" ? "null" : location.origin;

const script = document.currentScript.src;

/** The address of a file in this script's folder; it keeps the build's mark, `?v=…`. */
export const fileBeside = (name) => script.replace("live.js", name);
