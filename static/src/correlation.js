// The correlation of the two views, with the channels by their numbers or, as a
// choice, in an order in which those that are correlated lie together.

import { HeatMap } from "./heatmap.js";
import { element, grid } from "./numbers.js";
import { permuted, seriation } from "./seriation.js";
import { number } from "./words.js";

/** @typedef {import("./wire.js").Frame} Frame */

export class Correlation extends HeatMap {
  /** Whether alike channels lie together. */
  together = false;
  /** The channel of each row and column of the picture. @type {number[]} */
  order = [];

  /** @param {Frame} f */
  arranged(f) {
    this.order = this.together ? seriation(f) : Array.from({ length: f.rows }, (_, i) => i);
    return this.together ? permuted(f, this.order) : f;
  }

  /** @param {Frame} f @param {[number, number]} at */
  element(f, [i, j]) {
    return super.element(f, [this.order[i], this.order[j]]);
  }

  /** Each channel, from top to bottom, with the one that repeats it most. */
  table() {
    const f = this.frame;
    if (!f) return element("div", "scroll");
    const value = (/** @type {number} */ i, /** @type {number} */ j) => f.scale * f.data[i * f.cols + j];
    const rows = this.order.map((i) => {
      const others = this.order.filter((j) => j !== i);
      const most = others.reduce((a, b) => (Math.abs(value(i, b)) > Math.abs(value(i, a)) ? b : a), others[0]);
      const mean = others.reduce((sum, j) => sum + Math.abs(value(i, j)), 0) / Math.max(1, others.length);
      return [i, number(value(i, i)), most ?? "", most === undefined ? "" : number(value(i, most)), number(mean)].map(String);
    });
    const head = ["channel", "with itself", "most with", "correlation", "mean |correlation|"];
    return grid(`Numbers: ${this.subject}${this.name ? `, ${this.name}` : ""}`, head, rows);
  }
}

/**
 * The button that puts alike channels together, in the figure of the maps.
 * @param {HTMLElement} root
 * @param {() => import("./heatmap.js").HeatMap[]} maps
 * @param {boolean} together at first
 * @param {(together: boolean) => void} changed
 */
export function orderButton(root, maps, together, changed) {
  const button = /** @type {HTMLElement} */ (root.querySelector("[data-order]"));
  const show = (/** @type {boolean} */ on) => {
    button.setAttribute("aria-pressed", String(on));
    for (const m of maps()) {
      if (!(m instanceof Correlation) || m.together === on) continue;
      m.together = on;
      m.again();
    }
  };
  let on = together;
  button.addEventListener("click", () => {
    on = !on;
    show(on);
    changed(on);
  });
  return { show: () => show(on), take: (/** @type {boolean} */ to) => show((on = to)) };
}
