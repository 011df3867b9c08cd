// What the page makes of frames: a curve of one row, words and inks of a comparison.

import assert from "node:assert/strict";
import { test } from "node:test";

import { RunLog } from "../src/log.js";
import { unrolled } from "../src/unrolled.js";

test("a row becomes a curve, a sample in its place", () => {
  const log = new RunLog();
  log.reset({ fields: [], frames: [{ name: "spectrum", title: "Spectrum", every: 1, marks: [{ label: "even sphere", value: -2 }] }] });
  const lane = { letter: "A", title: "SimCLR", log, steps: 300 };
  assert.equal(unrolled(lane, "spectrum").log.length, 0);
  log.append({ kind: "frame", step: 40, name: "spectrum", rows: 1, cols: 4, of: 8, scale: 0.5, data: Int8Array.of(-2, -4, -6, -20) });
  const line = unrolled(lane, "spectrum");
  assert.equal(line.steps, 8);
  assert.deepEqual([...Array(9).keys()].map((k) => line.log.at("spectrum", k)), [NaN, -1, NaN, -2, NaN, -3, NaN, -10, NaN]);
  assert.equal(line.log.mark("spectrum", "even"), -2);
});

test("labels are those of the frame's step", () => {
  const log = new RunLog();
  log.reset({ fields: [], frames: [{ name: "e", title: "", every: 1, labels: ["a"] }, { name: "e", title: "", every: 1, from: 5, labels: ["b"] }] });
  const at = (/** @type {number} */ step) => log.matrix({ kind: "frame", step, name: "e", rows: 1, cols: 1, of: 1, scale: 1, data: Int8Array.of(0) })?.labels;
  assert.deepEqual([0, 4, 5, 9].map(at), [["a"], ["a"], ["b"], ["b"]]);
});
