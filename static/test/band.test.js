// Seeds as a band: who belongs together, and what the band is of records.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Seeds, groups, kin, span, views } from "../src/band.js";
import { RunLog } from "../src/log.js";

/** A log of one field; NaN is not measured, Infinity not finite. @param {number[]} values */
function log(values) {
  const l = new RunLog();
  l.reset({ fields: [{ name: "loss", title: "Loss", doc: "", every: 1, marks: [{ label: "chance", value: 2 }] }] });
  values.forEach((v, s) => l.append({ kind: "steps", first: s, n: 1, m: 1, has: Uint8Array.of(Number.isNaN(v) ? 0 : 1), values: Float32Array.of(v) }));
  return l;
}

test("lanes are of one kin where only the seed differs", () => {
  assert.equal(kin("b=1&seed=7&v=1"), "b=1&v=1");
  assert.equal(kin("seed=7"), "");
  assert.deepEqual(groups([{ query: "v=1" }, { query: "lr=1&v=1" }, { query: "seed=2&v=1" }, { query: "lr=1&seed=2&v=1" }, { query: "lr=2&v=1" }]), [[0, 2], [1, 3], [4]]);
});

test("letters say who is in a band", () => {
  const letters = ["A", "B", "C", "D"];
  assert.equal(span(letters, [1]), "B");
  assert.equal(span(letters, [0, 1, 2]), "A–C");
  assert.equal(span(letters, [0, 2]), "A, C");
});

test("the line is the median of the seeds that have measured a step", () => {
  const seeds = new Seeds([log([1, 5, NaN, 4, Infinity]), log([3, 1, NaN]), log([2, 3, 8, 7, Infinity])]);
  assert.equal(seeds.length, 5);
  assert.deepEqual([0, 1, 2, 3].map((s) => seeds.at("loss", s)), [2, 3, 8, 5.5]);
  assert.ok(Number.isNaN(seeds.at("loss", 4)));
  assert.deepEqual(seeds.values("loss", 1), [1, 3, 5]);
  assert.deepEqual(seeds.last("loss"), { step: 3, value: 5.5 });
  assert.equal(seeds.mark("loss", "chance"), 2);
  assert.equal(seeds.field("none"), undefined);
});

test("a chart sees single lanes as they are, and the others as one", () => {
  const lanes = ["A", "B", "C"].map((letter, i) => ({ letter, title: letter === "B" ? "BYOL" : "SimCLR", log: log([i]), steps: 10 + i }));
  const [band, alone] = views(lanes, [[0, 2], [1]]);
  assert.equal(alone, lanes[1]);
  assert.deepEqual([band.letter, band.title, band.steps, band.log.at("loss", 0)], ["A, C", "SimCLR", 12, 1]);
});
