// What draws a part of the page each. What the reader does is drawn everywhere with the
// next frames; records that keep coming at a beat, and out of sight only now and then.

import { idle, paint, paintFirst } from "./painter.js";

/** Records that keep coming are drawn so often, in milliseconds: as often as a server sends them. What is out of sight comes with every so many of these drawings. */
const BEAT = 50;
const FAR = 20;

/** What draws a part of the page as it is when it is called, and the figure that it stands in. @typedef {{ draw: () => void, figure?: Element }} Part */

export class Parts {
  /** Figures out of sight. @type {Set<Element>} */
  #away = new Set();
  /** The drawing of records that is due, when the next may be, and how many there have been. */
  #beat = 0;
  #next = 0;
  #beats = 0;

  /** @param {() => void} words says everything that is said, and steers the rest @param {Part[]} parts */
  constructor(words, parts) {
    this.words = words;
    this.parts = parts;
    const drawing = new Map(parts.map((p) => [p.figure, p.draw]));
    const near = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        if (!isIntersecting) this.#away.add(target);
        else if (this.#away.delete(target)) paint(/** @type {() => void} */ (drawing.get(target)));
      }
    }, { rootMargin: "25%" });
    for (const { figure } of parts) if (figure) near.observe(figure);
  }

  /** Whether all that has come is drawn. */
  get done() {
    return !this.#beat && idle();
  }

  /** Draws everything with the next frames. */
  draw() {
    paintFirst(this.words);
    paint(...this.parts.map((p) => p.draw));
  }

  /** Draws the records of a run that goes on: not each by itself, and out of sight only now and then. */
  follow() {
    this.#beat ||= window.setTimeout(() => {
      this.#beat = 0;
      const all = this.#beats++ % FAR === 0;
      paintFirst(this.words);
      this.#next = performance.now() + BEAT;
      paint(...this.parts.filter((p) => all || !p.figure || !this.#away.has(p.figure)).map((p) => p.draw));
    }, Math.max(0, this.#next - performance.now()));
  }
}
