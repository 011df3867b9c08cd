// The steps that charts show.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Curves } from "../src/curves.js";
import { RunLog } from "../src/log.js";
import { about, between, holding, onZoom, reach, within, zoom } from "../src/zoom.js";

test("two steps are a range in either order, inside the run and not too short", () => {
  assert.deepEqual(between(40, 10, 100), [10, 40]);
  assert.deepEqual(between(-5, 40, 100), [0, 40]);
  assert.deepEqual(between(7, 7, 100), [7, 9]);
  assert.deepEqual(between(100, 99, 100), [98, 100]);
  assert.equal(between(0, 100, 100), undefined);
  assert.equal(between(0, 1, 2), undefined);
});

test("fewer and more steps about one, which keeps its place", () => {
  assert.deepEqual(about([0, 100], 60, 0.5, 100), [30, 80]);
  assert.deepEqual(about([30, 80], 60, 2, 100), undefined);
  assert.deepEqual(about([0, 100], 100, 0.5, 100), [50, 100]);
  assert.deepEqual(about([10, 12], 11, 0.5, 100), [11, 13]);
});

test("a range goes along with a step that leaves it", () => {
  assert.deepEqual(holding([10, 20], 15), [10, 20]);
  assert.deepEqual(holding([10, 20], 21), [11, 21]);
  assert.deepEqual(holding([10, 20], 0), [0, 10]);
});

test("a shorter run shows what it has of a range, or all", () => {
  let called = 0;
  onZoom(() => called++);
  zoom([20, 60]);
  zoom([20, 60]);
  assert.equal(called, 1);
  assert.deepEqual(within(100), [20, 60]);
  assert.deepEqual(within(40), [20, 40]);
  assert.equal(within(21), undefined);
  zoom(undefined);
  assert.equal(within(100), undefined);
});

test("lines go on to the next measured value on both sides", () => {
  const values = [1, null, null, 4, NaN, null, 7, 8];
  assert.deepEqual(reach(values, 4, 5), [3, 6]);
  assert.deepEqual(reach(values, 3, 6), [3, 6]);
  assert.deepEqual(reach(values, 0, 7), [0, 7]);
  assert.deepEqual(reach([], 4, 5), [0, -1]);
  assert.deepEqual(reach([1, 2], 4, 9), [1, 1]);
});

test("the axis of values holds what is shown, and between two measurements where the line comes from and goes to", () => {
  const log = new RunLog();
  log.reset({ fields: [{ name: "loss", title: "Loss", doc: "", every: 1, marks: [] }] });
  for (const v of [9, 3, NaN, NaN, 1, 5, 2]) log.append({ kind: "steps", first: log.length, n: 1, m: 1, has: Uint8Array.of(Number.isNaN(v) ? 0 : 1), values: Float32Array.of(v) });
  const curves = new Curves({ title: "Loss", lines: [{ field: "loss" }] }, [{ letter: "A", title: "", log, steps: 7 }]);
  curves.grow();
  assert.deepEqual(curves.range(), [1, 9]);
  assert.deepEqual(curves.range([4, 6]), [1, 5]);
  assert.deepEqual(curves.range([2, 3]), [1, 3]);
});
