// How much the gradients of all methods agree on one batch: a heat map with a name
// at each row, its number at each column, and the value in each cell.

import { element, keep, say } from "./elements.js";
import { HeatMap } from "./heatmap.js";
import { scrolling } from "./numbers.js";
import { diverging, divergingAt } from "./palette.gen.js";
import { value } from "./wire.js";
import { number } from "./words.js";

/** @typedef {import("./wire.js").Frame} Frame */

/** A cosine with two digits and a true minus sign. @param {number} v */
export function cosine(v) {
  return v.toFixed(2).replace(/^-(?!0\.00)/, "−").replace("-", "");
}

/** Whether white stands out more than black on the map's colour of v. @param {number} v */
export function dark(v) {
  const at = 3 * divergingAt(v);
  const [r, g, b] = [0, 1, 2].map((c) => (diverging[at + c] / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.179;
}

export class Comparison extends HeatMap {
  subject = "Every method on this batch";
  over = "pairs of gradients";
  /** @type {string[]} */
  labels = [];
  /** log10 of the lengths' ratios. @type {Frame | undefined} */
  ratios;
  #names = element("div", "names");
  #numbers = element("div", "column-numbers");
  #values = element("div", "cells");
  /** @type {Frame | undefined} */
  #written;
  #named = "";

  /** @param {(text: string) => void} say */
  constructor(say) {
    super(say);
    this.root.classList.add("labelled");
    this.surface.classList.remove("room");
    const scroll = element("div", "named");
    scroll.append(this.#numbers, this.#names, this.surface);
    this.root.prepend(scroll);
    for (const e of [this.#names, this.#numbers, this.#values]) e.setAttribute("aria-hidden", "true"); // the keyboard and the table say it
    this.surface.append(this.#values);
  }

  /** The cells are as wide as there is room. */
  fit() {}

  extent() {
    return "cosine of the gradients";
  }

  /**
   * @param {Frame | undefined} frame
   * @param {Frame | undefined} ratios
   * @param {string[]} labels
   * @param {string} name of the lane, for several
   */
  compare(frame, ratios, labels, name) {
    this.ratios = ratios?.step === frame?.step ? ratios : undefined;
    if (frame !== this.#written) this.labels = Array.from({ length: frame?.rows ?? 0 }, (_, i) => labels[i] ?? `row ${i + 1}`);
    this.draw(frame, name, undefined);
    if (frame === this.#written) return;
    this.#written = frame;
    const named = this.labels.join();
    if (named !== this.#named) {
      this.#named = named;
      this.#names.replaceChildren(...this.labels.map((l, i) => element("span", "", `${i + 1} ${l}`)));
      this.#numbers.replaceChildren(...this.labels.map((_, i) => element("span", "", String(i + 1))));
    }
    this.#values.style.gridTemplateColumns = `repeat(${frame?.cols ?? 1}, 1fr)`;
    const cells = keep(this.#values, frame?.data.length ?? 0, () => element("span", ""));
    if (frame) cells.forEach((cell, k) => {
      const v = frame.scale * frame.data[k];
      cell.className = dark(v) ? "on-dark" : "";
      say(cell, cosine(v));
    });
  }

  /** Which two are most and least alike. */
  sentence() {
    const f = this.frame;
    if (!f) return "Not measured yet.";
    if (f.rows < 2) return "only one gradient";
    let most = [1, 0];
    let least = [1, 0];
    for (let i = 0; i < f.rows; i++) {
      for (let j = 0; j < i; j++) {
        if (value(f, i, j) > value(f, most[0], most[1])) most = [i, j];
        if (value(f, i, j) < value(f, least[0], least[1])) least = [i, j];
      }
    }
    const pair = (/** @type {number[]} */ [i, j]) => `${this.labels[j]} and ${this.labels[i]}, cosine ${cosine(value(f, i, j))}`;
    return `most alike are ${pair(most)}; least alike ${pair(least)}`;
  }

  /** @param {Frame} f @param {[number, number]} at */
  element(f, [i, j]) {
    return `${this.labels[i]} and ${this.labels[j]}: cosine ${cosine(value(f, i, j))}; ${this.#length(i, j)}`;
  }

  /** @param {number} i @param {number} j */
  #length(i, j) {
    const log = this.ratios ? value(this.ratios, i, j) : NaN;
    if (Number.isNaN(log)) return "lengths not measured";
    if (Math.abs(log) > 9.9) return "one of them vanishes";
    return `the first is ${number(10 ** log)} times as long`;
  }

  /** All cosines and lengths as a table. */
  table() {
    const f = this.frame;
    if (!f) return element("div", "scroll");
    const { scroll, table: t } = scrolling(`Numbers: ${this.subject}${this.name ? `, ${this.name}` : ""}`);
    t.createCaption().textContent = `${this.name ? `${this.name}: ` : ""}cosine, and in brackets length of the row's gradient over the column's, step ${f.step}`;
    const head = t.createTHead().insertRow();
    head.append(...["gradient", ...this.labels].map((l) => heading(l, "col")));
    const body = t.createTBody();
    this.labels.forEach((label, i) => {
      const row = body.insertRow();
      row.append(heading(label, "row"));
      this.labels.forEach((_, j) => {
        const log = this.ratios ? value(this.ratios, i, j) : NaN;
        const length = Math.abs(log) > 9.9 ? "–" : number(10 ** log);
        row.insertCell().textContent = `${cosine(value(f, i, j))} (${length})`;
      });
    });
    return scroll;
  }
}

/** @param {string} text @param {"row" | "col"} scope */
function heading(text, scope) {
  const th = document.createElement("th");
  th.scope = scope;
  th.textContent = text;
  return th;
}
