// The cursor as a chart shows it: a line at its step, and a point on each curve that has
// a value there.

import { element, keep } from "./elements.js";
import { colour } from "./strokes.js";

/** Of a point, in pixels. */
const SIZE = 7;

export class Crosshair {
  #line = element("div", "line");
  #root = element("div", "crosshair");

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root.hidden = true;
    root.append(this.#root);
  }

  /** @param {import("./plot.js").Plot} plot @param {import("./curves.js").Curve[]} curves @param {number | undefined} step undefined: nowhere */
  show(plot, curves, step) {
    this.#root.hidden = step === undefined || step < plot.first || step > plot.steps;
    if (step === undefined || this.#root.hidden) return;
    const { top, height } = plot.box;
    const met = curves.flatMap((c) => {
      const v = c.values[step];
      return v === null || v === undefined ? [] : [{ y: plot.y(v), colour: colour(c) }];
    });
    this.#line.remove();
    keep(this.#root, met.length, () => element("div", "point")).forEach((point, i) => {
      point.style.background = met[i].colour;
      point.style.transform = `translate(${plot.x(step) - SIZE / 2}px, ${met[i].y - SIZE / 2}px)`;
    });
    this.#line.style.transform = `translate(${plot.x(step)}px, ${top}px)`;
    this.#line.style.height = `${height}px`;
    this.#root.append(this.#line);
  }
}
