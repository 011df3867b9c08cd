// The correlation of the two views, with the channels by their numbers or, as a
// choice, in an order in which those that are correlated lie together.

import { HeatMap } from "./heatmap.js";

/** @typedef {import("./wire.js").Frame} Frame */

/** The functions by which alike channels are put together (seriation.js), loaded when somebody wants it. @typedef {Pick<import("./lazy.js").Module, "seriation" | "permuted">} Arranger */

export class Correlation extends HeatMap {
  /** Puts alike channels together; undefined: they stand by their numbers. @type {Arranger | undefined} */
  arranger;

  /** @param {Frame} f */
  arranged(f) {
    if (!this.arranger) return super.arranged(f);
    this.order = this.arranger.seriation(f);
    return this.arranger.permuted(f, this.order);
  }

  /** @param {Frame} f @param {[number, number]} at */
  element(f, [i, j]) {
    return super.element(f, [this.order[i], this.order[j]]);
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

  /** Fails, with the channels by their numbers, where what orders them does not load. @param {boolean} alike whether alike channels are to lie together */
  async take(alike) {
    this.#press(alike);
    let arranger;
    try {
      arranger = alike ? await this.load() : undefined;
    } catch (cause) {
      if (!this.#pressed) return; // nobody wants it any more
      this.#press(false);
      throw new Error("Alike channels were not put together: the part of the page that does it did not load.", { cause });
    }
    if (alike !== this.#pressed) return; // changed back meanwhile
    this.#arranger = arranger;
    this.apply();
    this.changed();
  }

  /** @param {boolean} alike */
  #press(alike) {
    this.button.setAttribute("aria-pressed", String(alike));
  }

  get #pressed() {
    return this.button.getAttribute("aria-pressed") === "true";
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
