// Where the pass is, and the buttons that move it.
import { bar, button } from "./dom.js";
import { PHASES } from "./network.js";

export class Stepping {
  /** How many steps are done; where readers want to be, also when an edit moves the end. */
  at = 0;
  #want = 0;
  #timer;
  #play = button("Play", () => this.play());
  #steps = [
    button("Back", () => this.go(this.at - 1)),
    button("Step", () => this.go(this.at + 1)),
    this.#play,
    button("All at once", () => this.go(Infinity)),
  ];
  bar = bar(...this.#steps);

  /** @param {function} moved  is called after each move */
  constructor(network, moved) {
    this.network = network;
    this.moved = moved;
  }

  get last() {
    return this.network.steps[this.at - 1];
  }

  /** Take up a network that has changed. */
  renew() {
    const { items, steps } = this.network;
    this.at = Math.min(this.#want, steps.length);
    for (const control of this.#steps) control.disabled = !items.length;
  }

  go(at) {
    const end = this.network.steps.length;
    this.#want = at < end ? Math.max(0, at) : Infinity;
    this.at = Math.min(this.#want, end);
    this.#timer = clearInterval(this.#timer);
    this.#play.textContent = "Play";
    this.moved();
  }

  play() {
    if (this.#timer) return this.go(this.at);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.go(Infinity);
    this.go(this.at === this.network.steps.length ? 0 : this.at + 1);
    this.#play.textContent = "Pause";
    this.#timer = setInterval(() => {
      this.#want = this.at += 1;
      this.at < this.network.steps.length ? this.moved() : this.go(this.at);
    }, 1000);
  }

  /** Whether layer i has come through this phase, or is in it. */
  did(i, phase) {
    const { last } = this;
    if (!last || i > last.i) return false;
    return i < last.i || PHASES.indexOf(phase) <= PHASES.indexOf(last.phase);
  }

  /** Whether PyTorch raises at layer i, as far as the pass is by now. */
  failing(i) {
    const { error, steps } = this.network;
    return error.layer === i && (error.stage === "construct" || this.at === steps.length);
  }

  /** What is known of layer i's parameters; those of an eager layer are there from the start. */
  known(i) {
    const { rows, error } = this.network;
    return this.did(i, "fill")
      ? (rows[i] ?? (error.layer === i ? error.row : undefined))
      : undefined;
  }
}
