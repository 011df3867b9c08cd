// Marks, the step in the address, and branches.

import assert from "node:assert/strict";
import { test } from "node:test";

import { branched, obstacle, reach } from "../src/branch.js";
import { finding, scan } from "../src/findings.js";
import { RunLog } from "../src/log.js";
import { fingerprint, marksOf } from "../src/marks.js";
import { fragmentOf, present, viewOf } from "../src/view.js";

test("a step survives a fragment", () => {
  for (const step of [undefined, 0, 7, 99999]) assert.equal(viewOf(fragmentOf(step === undefined ? {} : { step }))?.step, step);
  assert.deepEqual(viewOf("#"), {});
  for (const other of ["#figures", "#step=", "#step=-1", "#step=1e3", "#step=99999999999999"]) assert.equal(viewOf(other), null, other);
});

test("what a link names and is not there is left out, and said", () => {
  const there = { steps: 60, points: 64, stages: ["views", "loss"] };
  const fits = { step: 59, anchor: [63, -1], stage: "loss", images: 3 };
  assert.deepEqual(present(fits, there), { view: fits, missing: "" });
  assert.deepEqual(present({ step: 60, anchor: [999, 3], stage: "foo", images: 3 }, there), {
    view: { anchor: [-1, 3], images: 3 },
    missing: "the link names what is not there: step 60 of 0–59, anchor 999 of 0–63, stage foo",
  });
});

/** A log with these collapse levels; every tenth step has a rank, every twentieth an accuracy. @param {number[]} levels @param {number} rank */
function log(levels, rank) {
  const l = new RunLog();
  l.reset({
    fields: [["collapse_level", 1], ["effective_rank", 2], ["offdiagonal", 2], ["knn_accuracy", 4]].map(([name, every]) => ({ name: String(name), title: "", doc: "", every: Number(every) })),
  });
  levels.forEach((v, s) =>
    l.append({ kind: "steps", first: s, n: 1, m: 4, has: Uint8Array.of(1 | (s % 10 ? 0 : 2) | (s % 20 ? 0 : 4)), values: Float32Array.of(v, s < 30 ? 20 : rank, 0.99, 0.5) }),
  );
  return l;
}

test("the first collapse is where the words first say so", () => {
  const healthy = Array(60).fill(0.2);
  for (const [name, l] of Object.entries({
    point: log([...Array(37).fill(0.2), ...Array(23).fill(0.9)], 20),
    early: log(Array(60).fill(0.9), 20), // the beginning does not count
    line: log(healthy, 2),
    none: log(healthy, 20),
  })) {
    let first;
    for (let s = 0; s < 60 && first === undefined; s++) if (finding(l, s)) first = s;
    assert.equal(scan(l).collapsed, first, name);
  }
  assert.equal(scan(log([...Array(37).fill(0.2), ...Array(23).fill(0.9)], 20)).collapsed, 37);
  assert.equal(scan(log(healthy, 2)).collapsed, 30);
});

test("a log is scanned on as it grows, and anew when it begins anew", () => {
  const l = log(Array(30).fill(0.2), 20);
  assert.deepEqual([scan(l).collapsed, scan(l).knn], [undefined, [0, 20]]);
  l.append({ kind: "steps", first: 30, n: 1, m: 4, has: Uint8Array.of(5), values: Float32Array.of(0.95, 0, 0, 0.6) });
  assert.deepEqual([scan(l).collapsed, scan(l).knn], [30, [0, 20, 30]]);
  l.reset({ fields: l.fields });
  assert.deepEqual([scan(l).collapsed, scan(l).knn], [undefined, []]);
});

/** @param {string} letter @param {[string, string][]} settings @param {RunLog} records @param {string} [state] */
const lane = (letter, settings, records, state = "finished") => /** @type {any} */ ({ letter, title: "BYOL", settings: new Map(settings), resolved: new Map([["steps", "100"], ...settings]), log: records, state, steps: 100, tone: letter === "A" ? 0 : 1 });

test("marks come by step and say whose they are", () => {
  const a = lane("A", [], log(Array(30).fill(0.2), 20), "diverged");
  const b = lane("B", [["at", "12"], ["then.lr", "0.5"]], log(Array(25).fill(0.9), 20));
  assert.deepEqual(
    marksOf([a, b]).map((m) => [m.step, m.kind, m.text]),
    [
      [0, "knn", "A kNN 0.5"],
      [0, "knn", "B kNN 0.5"],
      [12, "branch", "B branches: lr 0.5"],
      [19, "collapse", "B collapsed"],
      [20, "knn", "A kNN 0.5"],
      [20, "knn", "B kNN 0.5"],
      [29, "diverged", "A diverged"],
    ],
  );
  assert.deepEqual(marksOf([a]).at(-1)?.text, "diverged");
  const longer = lane("A", [["steps", "25"], ["then.steps", "40"]], log(Array(30).fill(0.2), 30));
  assert.deepEqual(marksOf([longer]).filter((m) => m.kind === "branch").map((m) => [m.step, m.text]), [[25, "goes on behind its schedules"]]);

  const prints = new Set([fingerprint([a]), fingerprint([a, b]), fingerprint([b])]);
  assert.equal(fingerprint([a, b]), fingerprint([a, b]));
  a.state = "finished";
  prints.add(fingerprint([a]));
  a.log.append({ kind: "steps", first: 30, n: 1, m: 4, has: Uint8Array.of(1), values: Float32Array.of(0.9, 0, 0, 0) });
  prints.add(fingerprint([a])); // it collapses
  a.log.append({ kind: "steps", first: 31, n: 1, m: 4, has: Uint8Array.of(5), values: Float32Array.of(0.9, 0, 0, 0.7) });
  prints.add(fingerprint([a])); // and its neighbours are measured
  assert.equal(prints.size, 6);
});

test("a branch keeps what came before and drops what came later", () => {
  const settings = new Map([["method", "byol"], ["lr", "0.1"], ["at", "50"], ["then.tau", "1"]]);
  assert.deepEqual(Object.fromEntries(branched(settings, 20, "lr", "0.5")), { method: "byol", lr: "0.1", at: "20", "then.lr": "0.5" });
  assert.equal(settings.get("at"), "50");
  const longer = new Map([["then.steps", "800"]]);
  assert.deepEqual(Object.fromEntries(branched(longer, 20, "lr", "0.5")), { at: "20", "then.steps": "800", "then.lr": "0.5" });
});

test("why a lane cannot branch", () => {
  const plain = lane("A", [], new RunLog());
  const once = lane("B", [["at", "50"], ["then.lr", "1"]], new RunLog());
  assert.match(obstacle(plain, 0, false), /step 1 or later/);
  assert.match(obstacle(plain, 100, false), /^This run ends at step 99/);
  assert.match(obstacle(once, 51, true), /^Lane B has branched at step 50 already/);
  const longer = lane("C", [["then.steps", "90"]], new RunLog());
  longer.resolved.set("steps", "60");
  assert.match(obstacle(longer, 61, true), /^Lane C goes on behind its schedules, which end at step 60/);
  assert.equal(obstacle(longer, 60, true), "");
  assert.deepEqual([plain, once, longer].map(reach), [99, 50, 60]);
  for (const [l, step] of [[plain, 1], [plain, 99], [once, 50], [once, 3]]) assert.equal(obstacle(/** @type {any} */ (l), /** @type {number} */ (step), true), "");
});
