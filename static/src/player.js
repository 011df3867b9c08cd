// Moves through the steps by itself, so many a second.

/** Steps are drawn no faster than this, in milliseconds. */
const FRAME = 40;
/** Where the reader wants no motion: one jump a second. */
const JUMP = 1000;

export class Player {
  playing = false;
  #timer = 0;
  #part = 0; // of a step, left over

  /** @param {() => number} pace steps a second @param {(steps: number) => void} forward */
  constructor(pace, forward) {
    this.pace = pace;
    this.forward = forward;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
  }

  play() {
    if (this.playing) return;
    this.playing = true;
    this.#part = 0;
    this.#tick();
  }

  pause() {
    this.playing = false;
    clearTimeout(this.#timer);
  }

  #tick = () => {
    const wait = this.still.matches ? JUMP : Math.max(FRAME, 1000 / this.pace());
    this.#timer = window.setTimeout(() => {
      this.#part += (this.pace() * wait) / 1000;
      const steps = Math.floor(this.#part + 1e-9);
      this.#part -= steps;
      if (steps > 0) this.forward(steps);
      if (this.playing) this.#tick();
    }, wait);
  };
}
