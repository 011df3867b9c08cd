// A frame of one row as a curve: what a chart draws of a log, with the places of
// the row in place of the steps.

import { RunLog } from "./log.js";

/** @typedef {import("./wire.js").Frame} Frame */

/** What a frame says at each place of its full row; NaN at those that a sample leaves out, and before the first. @param {Frame} f */
function row(f) {
  const values = new Float32Array(f.of + 1).fill(NaN);
  for (let i = 0; i < f.cols; i++) values[Math.floor((i * f.of) / f.cols) + 1] = f.scale * f.data[i];
  return values;
}

/** How many elements of a row of decimal logarithms are at least a hundredth of the largest. @param {Frame} f */
function large(f) {
  const values = [...row(f)].filter((v) => !Number.isNaN(v));
  return values.filter((v) => v >= Math.max(...values) - 2).length;
}

/**
 * The frame of that name at a step, or the last before it, as a lane of a chart. Element k of the full row
 * becomes the value at k + 1; what a sample leaves out was not measured.
 * @param {{ letter: string, title: string, log: RunLog }} lane
 * @param {string} name
 * @param {number} [step]
 * @param {Frame[]} [earlier] that stand behind it
 * @returns {import("./curves.js").LaneView}
 */
export function unrolled({ letter, title, log }, name, step, earlier = []) {
  const f = log.frame(name, step);
  const line = new RunLog();
  if (f) {
    const values = row(f);
    line.reset({ fields: [{ name, title: name, doc: "", every: 1, marks: log.matrix(f)?.marks }] });
    line.append({ kind: "steps", first: 0, n: values.length, m: 1, has: new Uint8Array(values.length).fill(1), values });
  }
  const view = { letter, title, log: line, steps: f?.of ?? 1 };
  if (!f || !earlier.length) return view;
  const counts = [...earlier, f].map((e) => `${large(e)} at step ${e.step}`).join(", ");
  return { ...view, before: earlier.map((e) => ({ step: e.step, values: [...row(e)] })), note: `${letter ? `${letter}: of` : "Of"} ${f.cols} directions so many have at least a hundredth of the largest variance: ${counts}.` };
}
