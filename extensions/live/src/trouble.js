// What can go wrong, and how long it may take until it has.

/** What went wrong, in words for the reader. */
export class Trouble extends Error {}

/** How long to wait, in seconds. */
export const SECONDS = { binderFirst: 60, binderNext: 600, server: 90, kernel: 60 };

/** Rejects when `promise` takes longer than `seconds`, or when `signal` aborts. */
export function within(seconds, promise, message, signal) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Trouble(message)), seconds * 1000);
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
