// The correlation of the two views, with the channels by their numbers or, as a
// choice, in an order in which those that are correlated lie together.

import { HeatMap } from "./heatmap.js";
import { element, grid } from "./numbers.js";
import { number } from "./words.js";

/** @typedef {import("./wire.js").Frame} Frame */

/** The functions by which alike channels are put together (seriation.js), loaded when somebody wants it. @typedef {Pick<import("./lazy.js").Module, "seriation" | "permuted">} Arranger */

export class Correlation extends HeatMap {
  /** Puts alike channels together; undefined: they stand by their numbers. @type {Arranger | undefined} */
  arranger;
  /** The channel of each row and column of the picture. @type {number[]} */
  order = [];

  /** @param {Frame} f */
  arranged(f) {
    this.order = this.arranger ? this.arranger.seriation(f) : Array.from({ length: f.rows }, (_, i) => i);
    return this.arranger ? this.arranger.permuted(f, this.order) : f;
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

/** The button that puts alike channels together, in the figure of the maps. */
export class OrderButton {
  /** @type {Arranger | undefined} */
  #arranger;

  /**
   * @param {HTMLElement} figure
   * @param {() => HeatMap[]} maps
   * @param {() => Promise<Arranger>} load
   * @param {() => void} changed called when the maps are to be drawn in another order
   */
  constructor(figure, maps, load, changed) {
    this.figure = figure;
    this.maps = maps;
    this.load = load;
    this.changed = changed;
    this.button = /** @type {HTMLElement} */ (figure.querySelector("[data-order]"));
  }

  /** @param {boolean} alike whether alike channels are to lie together */
  async take(alike) {
    this.button.setAttribute("aria-pressed", String(alike));
    const arranger = alike ? await this.load() : undefined;
    if (alike !== (this.button.getAttribute("aria-pressed") === "true")) return; // changed back meanwhile
    this.#arranger = arranger;
    this.apply();
    this.changed();
  }

  /** Gives the maps that there are now their order. */
  apply() {
    for (const m of this.maps()) {
      if (!(m instanceof Correlation) || m.arranger === this.#arranger) continue;
      m.arranger = this.#arranger;
      m.again();
    }
  }
}
