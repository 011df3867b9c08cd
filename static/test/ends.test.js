import assert from "node:assert/strict";
import { test } from "node:test";

import { labelled, stacked } from "../src/ends.js";

/** The ends of some lanes' lines. @param {number} lanes @param {import("../src/curves.js").Line[]} lines */
const ends = (lanes, lines) => Array.from({ length: lanes }, (_, lane) => lines.map((line) => ({ curve: /** @type {any} */ ({ lane, line }) }))).flat();

/** What is labelled, in letters. @param {ReturnType<typeof ends>} list */
const said = (list) => list.map(({ curve }) => `${"ABCDEF"[curve.lane]} ${curve.line.label}`).join();

test("where not all lines have room for a label, one of each lane has it", () => {
  /** @type {import("../src/curves.js").Line[]} */
  const norms = [{ field: "p", label: "positive", sign: "positive" }, { field: "n", label: "negative", sign: "negative", dash: true }, { field: "t", label: "total" }];
  assert.equal(labelled(ends(3, norms), 9, "").length, 9);
  assert.equal(said(labelled(ends(3, norms), 8, "")), "A total,B total,C total");
  assert.equal(said(labelled(ends(3, norms), 8, "negative")), "A negative,B negative,C negative", "of the sign that is looked at");
  assert.equal(said(labelled(ends(6, norms), 4, "")), "A total,B total,C total,D total");
  assert.equal(said(labelled(ends(2, norms.slice(0, 2)), 3, "")), "A positive,B positive", "of two signs the first");
  assert.equal(said(labelled(ends(2, [{ field: "u", label: "untrained", dash: true }, { field: "k", label: "trained" }]), 3, "")), "A trained,B trained", "a line that is drawn through");
});

test("labels stand closer where they would not fit", () => {
  assert.deepEqual(stacked([0, 1, 90], 0, 100, 15), [0, 15, 90]);
  assert.deepEqual(stacked([50, 50, 50], 0, 20, 15), [0, 10, 20]);
  assert.deepEqual(stacked([120], 0, 100, 15), [100]);
});
