// Where words have room on a chart: boxes in its pixels, and what curves take of a
// stretch of it.

import { reach } from "./zoom.js";

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */

/** About words and lines, in pixels. */
export const AIR = 2;

/** A box with the air about it. @param {Box} b @returns {Box} */
export const about = ({ left, top, right, bottom }) => ({ left: left - AIR, top: top - AIR, right: right + AIR, bottom: bottom + AIR });

/** @param {Box} here @param {Box[]} taken */
export const free = (here, taken) => !taken.some((t) => t.left < here.right && here.left < t.right && t.top < here.bottom && here.top < t.bottom);

/**
 * What curves and the edges of bands take between two places: from the least to the largest height of each.
 * @param {import("./plot.js").Plot} plot @param {import("./curves.js").Curve[]} list
 * @param {number} left @param {number} right
 * @returns {Box[]}
 */
export function courses(plot, list, left, right) {
  const steps = [plot.nearest(left), plot.nearest(right)];
  return list.flatMap(({ values, low, high }) => {
    let [top, bottom] = [Infinity, -Infinity];
    const to = (/** @type {number} */ y) => ([top, bottom] = [Math.min(top, y), Math.max(bottom, y)]);
    for (const series of [values, low, high]) {
      const [first, last] = reach(series, steps[0] - 1, steps[1] + 1);
      let [x0, y0] = [NaN, NaN];
      for (let s = Math.max(0, first); s <= last; s++) {
        const v = series[s];
        if (v === null || v === undefined || Number.isNaN(v)) continue;
        const [x, y] = [plot.x(s), plot.y(v)];
        for (const edge of [left, right]) if (x0 < edge && edge < x) to(y0 + ((y - y0) * (edge - x0)) / (x - x0));
        if (x >= left && x <= right) to(y);
        [x0, y0] = [x, y];
      }
    }
    return top <= bottom ? [about({ left, top, right, bottom })] : [];
  });
}
