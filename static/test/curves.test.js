// The curves of a chart, brought up to logs that grow.

import assert from "node:assert/strict";
import { test } from "node:test";

import { views } from "../src/band.js";
import { summary, valuesAt } from "../src/chartwords.js";
import { Curves, end, measured } from "../src/curves.js";
import { RunLog } from "../src/log.js";

const panel = { title: "Loss", lines: [{ field: "loss", label: "loss" }, { field: "other" }] };

/** A log of one field, with marks. @param {number[]} values @param {{ label: string, value: number }[]} [marks] */
function log(values, marks = []) {
  const l = new RunLog();
  l.reset({ fields: [{ name: "loss", title: "Loss", doc: "", every: 1, marks }] });
  append(l, values);
  return l;
}

/** NaN is not measured. @param {RunLog} l @param {number[]} values */
function append(l, values) {
  for (const v of values) l.append({ kind: "steps", first: l.length, n: 1, m: 1, has: Uint8Array.of(Number.isNaN(v) ? 0 : 1), values: Float32Array.of(v) });
}

/** @param {RunLog} l @param {string} [letter] */
const view = (l, letter = "A") => ({ letter, title: "SimCLR", log: l, steps: 10 });

test("a curve for each line that a lane has measured", () => {
  const curves = new Curves(panel, [view(log([])), view(log([]), "B")]);
  assert.deepEqual(curves.list.map((c) => [c.line.field, c.lane]), [["loss", 0], ["loss", 1]]);
  assert.equal(curves.blank, true);
  assert.equal(curves.steps, 10);
});

test("what comes is appended, and a shorter lane's padding is replaced when it grows", () => {
  const [long, short] = [log([1, NaN, 3]), log([5])];
  const curves = new Curves(panel, [view(long), view(short, "B")]);
  curves.grow();
  assert.deepEqual(curves.list.map((c) => c.values), [[1, null, 3], [5, null, null]]);
  assert.deepEqual(end(curves.list[0], 1), { step: 0, value: 1 });
  append(short, [4, 2]);
  append(long, [9]);
  curves.grow();
  assert.equal(curves.length, 4);
  assert.deepEqual(curves.list.map((c) => c.values), [[1, null, 3, 9], [5, 4, 2, null]]);
  assert.deepEqual(curves.range(), [1, 9]);
  assert.deepEqual(end(curves.list[1]), { step: 2, value: 2 });
});

test("a run that begins anew has none of its old values", () => {
  const l = log([1, 100, 3]);
  const curves = new Curves(panel, [view(l)]);
  curves.grow();
  l.reset({ fields: l.fields });
  append(l, [2, 4]);
  curves.grow();
  assert.deepEqual(curves.list[0].values, [2, 4]);
  assert.deepEqual(curves.range(), [2, 4]);
});

test("nor has one that has outgrown its old length before anybody looked", () => {
  const [l, other] = [log([1, 100]), log([5, 5])];
  for (const lanes of [[view(l)], views([view(l), view(other, "B")], [[0, 1]])]) {
    const curves = new Curves(panel, lanes);
    curves.grow();
    l.reset({ fields: l.fields });
    append(l, [5, 5, 5]);
    curves.grow();
    assert.deepEqual(curves.list[0].values, [5, 5, 5]);
    assert.deepEqual(curves.range(), [4.5, 5.5]);
  }
});

test("other logs of the same lanes are begun with", () => {
  const curves = new Curves(panel, [view(log([1, 2, 3]))]);
  curves.grow();
  curves.take([view(log([7]))]);
  assert.equal(curves.blank, true);
  curves.grow();
  assert.deepEqual(curves.list[0].values, [7]);
});

test("on a logarithmic axis what is not positive has no place", () => {
  const curves = new Curves({ ...panel, log: true }, [view(log([0, 10, -1, 1000]))]);
  curves.grow();
  assert.deepEqual(curves.list[0].values, [null, 10, null, 1000]);
  const [lo, hi] = curves.range();
  assert.ok(lo > 0 && lo <= 10 && hi >= 1000);
});

test("a zero that was measured is said, though a logarithmic axis has no place for it", () => {
  const curves = new Curves({ ...panel, log: true }, [view(log([8, 4, NaN, 0]))]);
  curves.grow();
  assert.deepEqual(measured(curves.list[0]), { step: 3, value: 0, seeds: [] });
  assert.deepEqual(measured(curves.list[0], 2), { step: 1, value: 4, seeds: [] });
  assert.deepEqual(end(curves.list[0]), { step: 1, value: 4 });
  assert.equal(valuesAt(curves, 3), "Step 3: loss 0");
  assert.equal(valuesAt(curves, 2), "Step 2: loss 4");
  const band = new Curves({ ...panel, log: true }, views([view(log([8, 0])), view(log([6, 2]), "B"), view(log([4, 0]), "C")], [[0, 1, 2]]));
  band.grow();
  assert.equal(valuesAt(band, 1), "Step 1: loss 0 (3 seeds, 0 to 2)");
  assert.match(summary(band), / There 3 seeds go from 0 to 2\.$/);
});

test("a band goes from the least to the largest of the seeds", () => {
  const seeds = [log([1, 2]), log([3, NaN]), log([2, 8])];
  const curves = new Curves(panel, views(seeds.map((l, i) => view(l, "ABC"[i])), [[0, 1, 2]]));
  curves.grow();
  const [c] = curves.list;
  assert.deepEqual([c.values, c.low, c.high, c.count], [[2, 5], [1, 2], [3, 8], [3, 2]]);
  assert.equal(curves.seeds, 3);
  assert.deepEqual(curves.range(), [1, 8]);
  assert.equal(valuesAt(curves, 1), "Step 1: loss 5 (2 seeds, 2 to 8)");
  assert.match(summary(curves), /^Lines are medians of 3 seeds.* There 2 seeds go from 2 to 8\.$/);
});

test("a channel's spread is read in units of the isotropic one", () => {
  const l = new RunLog();
  l.reset({ fields: [{ name: "channel_std", title: "", doc: "", every: 1, marks: [{ label: "isotropic", value: 0.25 }] }] });
  append(l, [0.125]);
  const curves = new Curves({ title: "Spread", lines: [{ field: "channel_std" }] }, [view(l)]);
  curves.grow();
  assert.deepEqual(curves.list[0].values, [0.5]);
  assert.deepEqual(curves.references, [{ label: "isotropic", value: 1, letters: ["A"] }]);
});

test("reference values stand once, with letters where lanes differ", () => {
  const same = [{ label: "chance", value: 2 }];
  const curves = new Curves(panel, [view(log([1], same)), view(log([1], same), "B"), view(log([1], [{ label: "chance", value: 3 }]), "C")]);
  curves.grow();
  assert.deepEqual(curves.references.map((m) => [m.label, m.value]), [["A, B chance", 2], ["C chance", 3]]);
  assert.deepEqual(curves.range(), [1, 3]);
  const [one, two, three, other] = [log([1], same), log([1], same), log([1], same), log([1], [{ label: "chance", value: 3 }])];
  const bands = new Curves(panel, views([view(one), view(two, "B"), view(three, "C"), view(other, "D")], [[0, 1], [2], [3]]));
  bands.grow();
  assert.deepEqual(bands.references.map((m) => m.label), ["A–B, C chance", "D chance"]);
});
