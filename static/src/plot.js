// A canvas with two axes: steps along x, values up y. It knows the places of both in
// pixels of the page, and draws its axes; what stands between them is told in strokes.js.

import { linearTicks, logTicks } from "./scale.js";
import { colours } from "./theme-colours.js";
import { number } from "./words.js";
import { reach } from "./zoom.js";

/** From an axis to its numbers, in pixels. */
const GAP = 6;

/** Size of words on charts, in em; style/charts.css says the same. */
export const SIZE = 0.8571;

/** What the numbers of the axes and the labels above take, in em. */
const [LEFT, BOTTOM, TOP] = [3.3, 1.9, 1.2];

/** Canvases that are wider have room for more numbers, in em. */
const WIDE = 36;

/** More values in a column of pixels are drawn as what can be seen of them: to join two lines takes a browser longer than to draw them. */
const CROWDED = 1;

export class Plot {
  canvas = document.createElement("canvas");
  /** Between the axes, in pixels of the page. */
  box = { left: 0, top: 0, width: 0, height: 0 };
  /** The first and the last step that have a place; the last is 0 where nothing has been drawn. */
  first = 0;
  steps = 0;
  /** @type {[number, number]} */
  range = [0, 1];
  /** From where to where each number of the x axis reaches. @type {[number, number][]} */
  numbers = [];
  /** The lower end and the length of the y axis, as logarithms where that is one. */
  #low = 0;
  #span = 1;
  #wide = false;

  /** @type {CanvasRenderingContext2D | undefined} */
  #ctx;

  /** @param {boolean} log whether the y axis is logarithmic */
  constructor(log) {
    this.log = log;
  }

  /** Takes some time to make, which a page that loads does not have for all its charts at once. */
  get ctx() {
    return (this.#ctx ??= /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d")));
  }

  /**
   * Clears the canvas for a drawing.
   * @param {number} width of the canvas, in pixels of the page @param {number} height
   * @param {number} room right of the plot
   * @param {[number, number]} steps from the first to the last
   * @param {[number, number]} range of values
   */
  begin(width, height, room, [first, steps], range) {
    const { em } = colours();
    const { canvas, ctx } = this;
    const [w, h] = [width, height].map((n) => Math.round(n * devicePixelRatio));
    if (canvas.width !== w || canvas.height !== h) {
      Object.assign(canvas, { width: w, height: h });
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const [left, top] = [Math.ceil(LEFT * em), Math.ceil(TOP * em)];
    this.box = { left, top, width: Math.max(1, width - left - Math.ceil(room)), height: Math.max(1, height - top - Math.ceil(BOTTOM * em)) };
    this.#wide = width > WIDE * em;
    this.first = first;
    this.steps = steps;
    this.range = range;
    const [lo, hi] = this.log ? range.map(Math.log) : range;
    [this.#low, this.#span] = [lo, hi - lo];
  }

  /** Where a step is. @param {number} step */
  x(step) {
    return this.box.left + (this.box.width * (step - this.first)) / (this.steps - this.first);
  }

  /** Where a value is; what has no logarithm lies below the plot. @param {number} v */
  y(v) {
    const up = this.log ? Math.log(Math.max(v, this.range[0] / 10)) : v;
    return this.box.top + this.box.height * (1 - (up - this.#low) / this.#span);
  }

  /** The step at a place, undefined outside the plot. @param {number} x @param {number} y */
  stepAt(x, y) {
    const { left, top, width, height } = this.box;
    const inside = x >= left && x <= left + width && y >= top && y <= top + height;
    return inside ? Math.round(this.first + ((x - left) / width) * (this.steps - this.first)) : undefined;
  }

  /** The step nearest to a place from left to right. @param {number} x */
  nearest(x) {
    const { left, top, width } = this.box;
    return /** @type {number} */ (this.stepAt(Math.max(left, Math.min(left + width, x)), top));
  }

  /** How wide words are in the type of those that stand on charts. @param {string} text */
  measure(text) {
    const { font, em } = colours();
    this.ctx.font = font.replace(/[\d.]+px/, `${SIZE * em}px`);
    return this.ctx.measureText(text).width;
  }

  /** Draws the axes. @param {boolean} blank there is nothing whose values could be read */
  axes(blank) {
    const { ctx } = this;
    const { left, top, width, height } = this.box;
    const { font, muted, hairline } = colours();
    Object.assign(ctx, { font, fillStyle: muted, textAlign: "center", textBaseline: "top" });
    const inside = linearTicks(this.first, this.steps, this.#wide ? 6 : 3).filter(Number.isInteger);
    this.numbers = (inside.length > 1 ? inside : [this.first, ...inside, this.steps]).map((t) => {
      ctx.fillText(String(t), this.x(t), top + height + GAP);
      const half = ctx.measureText(String(t)).width / 2;
      return [this.x(t) - half, this.x(t) + half];
    });
    if (blank) return;
    Object.assign(ctx, { textAlign: "right", textBaseline: "middle" });
    const [lo, hi] = this.range;
    const ticks = this.log ? logTicks(lo, hi) : linearTicks(lo, hi, 4);
    const words = distinct(ticks);
    for (const [i, t] of ticks.entries()) {
      const y = this.y(t);
      ctx.fillStyle = muted;
      ctx.fillText(words[i], left - GAP, y);
      ctx.fillStyle = hairline;
      ctx.fillRect(left, Math.round(y * devicePixelRatio) / devicePixelRatio, width, 1);
    }
  }

  /** Adds a line through values to a path. @param {Path2D} path @param {Values} values @param {boolean} [back] from the last to the first */
  trace(path, values, back = false) {
    const [from, to] = reach(values, this.first, this.steps);
    const some = from > 0 || to < values.length - 1 ? values.slice(from, to + 1) : values;
    const last = some.length - 1;
    trace(path, back ? some.toReversed() : some, (i) => this.x(from + (back ? last - i : i)), (v) => this.y(v), some.length > CROWDED * this.box.width * devicePixelRatio ? devicePixelRatio : 0);
    return path;
  }
}

/** Numbers of an axis in words, with as many digits as tell them apart. @param {number[]} ticks */
function distinct(ticks) {
  const words = ticks.map(number);
  if (new Set(words).size === words.length) return words;
  const digits = Math.max(0, Math.ceil(-Math.log10(ticks[1] - ticks[0]) - 1e-9));
  return ticks.map((t) => t.toFixed(Math.min(20, digits)).replace("-", "−"));
}

/** One for each step; null or NaN where nothing was measured. @typedef {(number | null | undefined)[]} Values */

/**
 * A line through values, straight over those that are missing. Where many share a column
 * of pixels the line goes to the first of them, over the least and the largest to the last.
 * @param {{ lineTo(x: number, y: number): void }} path
 * @param {Values} values @param {(i: number) => number} x @param {(v: number) => number} y
 * @param {number} columns a pixel of x has, 0 where every value is drawn
 */
export function trace(path, values, x, y, columns) {
  let column = NaN;
  let lo = 0;
  let hi = 0;
  let end = 0;
  let at = 0;
  const leave = () => {
    if (lo < hi) for (const v of [lo, hi, end]) path.lineTo(at, y(v));
  };
  values.forEach((v, i) => {
    if (v === null || v === undefined || Number.isNaN(v)) return;
    const place = x(i);
    const here = columns ? Math.floor(place * columns) : i;
    if (here === column) {
      lo = Math.min(lo, v);
      hi = Math.max(hi, v);
    } else {
      leave();
      column = here;
      lo = hi = v;
      path.lineTo(place, y(v));
    }
    end = v;
    at = place;
  });
  leave();
}
