// A frame of one row as a curve: what a chart draws of a log, with the places of
// the row in place of the steps.

import { RunLog } from "./log.js";

/**
 * The frame of that name at a step, or the last before it, as a lane of a chart. Element k of the full row
 * becomes the value at k + 1; what a sample leaves out was not measured.
 * @param {{ letter: string, title: string, log: RunLog }} lane
 * @param {string} name
 * @param {number} [step]
 * @returns {import("./curves.js").LaneView}
 */
export function unrolled({ letter, title, log }, name, step) {
  const f = log.frame(name, step);
  const line = new RunLog();
  if (f) {
    const values = new Float32Array(f.of + 1).fill(NaN);
    for (let i = 0; i < f.cols; i++) values[Math.floor((i * f.of) / f.cols) + 1] = f.scale * f.data[i];
    line.reset({ fields: [{ name, title: name, doc: "", every: 1, marks: log.matrix(f)?.marks }] });
    line.append({ kind: "steps", first: 0, n: values.length, m: 1, has: new Uint8Array(values.length).fill(1), values });
  }
  return { letter, title, log: line, steps: f?.of ?? 1 };
}
