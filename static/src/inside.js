// What the lab page loads when somebody wants it: the images of the batch, nearest
// neighbours, a step in slow motion, and the order of alike channels. A bundle of its
// own: what it needs of the page is handed to it.

import { Neighbours } from "./neighbours.js";
import { Slow } from "./slow.js";
import { Strips } from "./strips.js";

export { permuted, seriation } from "./seriation.js";

/**
 * What the page does for it: reads text aloud, goes to a step, keeps the stage and what else is seen in the link, brings the numbers behind a figure up to it.
 * @typedef {{ say(text: string): void, go(step: number): void, stage(name: string | undefined): void, keep(said: import("./view.js").View): void, drawn(figure: HTMLElement): void, spheres: import("./spheres.js").Spheres | undefined }} Page
 */

export class Inside {
  /** @param {HTMLElement} main @param {Page} page */
  constructor(main, page) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
    this.page = page;
    this.strips = new Strips(find("[data-batch]"), page);
    this.neighbours = new Neighbours(find("[data-neighbours]"), page);
    this.slow = new Slow(find("[data-slow]"), main, page);
  }

  /** Shows what a link says. @param {import("./view.js").View} view */
  take({ stage, images, near }) {
    this.slow.take(stage ?? "");
    this.strips.take(images ?? 0);
    this.neighbours.take(near);
  }

  /** Whose images stand in a figure. @param {HTMLElement} figure */
  in(figure) {
    return [this.strips, this.neighbours].find((f) => f.figure === figure);
  }

  /**
   * Brings everything up to the lanes.
   * @param {import("./lane.js").Lane[]} lanes
   * @param {import("./lane.js").Lane | undefined} last the one of them that the stages are of
   * @param {number | undefined} step that the page shows; undefined: the newest
   * @param {number} shown that step
   */
  draw(lanes, last, step, shown) {
    this.strips.draw(lanes, step === undefined, shown);
    this.neighbours.draw(lanes, shown, this.page.spheres?.list[0]);
    if (shown >= 0) this.slow.draw(last, lanes.length > 1, shown);
  }
}
