// What the page loads when somebody wants it, and how the link tells of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nearestTo } from "../src/neighbours.js";
import { arrowsAt } from "../src/slow.js";
import { fragmentOf, viewOf } from "../src/view.js";

test("the view's link reads back", () => {
  for (const step of [undefined, 0, 120]) {
    for (const said of [{}, { stage: "loss" }, { order: /** @type {const} */ ("alike") }, { stage: "ema", order: /** @type {const} */ ("alike") }]) {
      const view = { ...(step === undefined ? {} : { step }), ...said };
      assert.deepEqual(viewOf(fragmentOf(view)), view);
    }
  }
  assert.equal(fragmentOf({ step: 120, stage: "loss" }), "#step=120&stage=loss");
});

test("what is no part of a view is left alone", () => {
  assert.equal(viewOf("#settings"), null);
  assert.equal(viewOf("#order=other"), null);
  assert.deepEqual(viewOf("#step=1&stage=%3Cb%3E&order=other&more=1"), { step: 1 });
});

test("the nearest are the most alike, whatever stands between", () => {
  const f = /** @type {import("../src/wire.js").Frame} */ ({
    kind: "frame", step: 0, name: "likeness", rows: 4, cols: 4, of: 4, scale: 1 / 100,
    data: Int8Array.from([100, 20, -50, 20, 20, 100, 80, 0, -50, 80, 100, 90, 20, 0, 90, 100]),
  });
  assert.deepEqual(nearestTo(f, 0, 3).map((n) => [n.image, n.cosine]), [[1, 0.2], [3, 0.2], [2, -0.5]]);
  assert.deepEqual(nearestTo(f, 2, 2).map((n) => n.image), [3, 1]);
  assert.equal(nearestTo(f, 1).length, 3);
});

test("arrows appear with their stage and stay", () => {
  const stages = ["views", "encoder", "loss", "positive", "negative", "update"];
  const seen = Object.fromEntries(stages.map((s) => [s, arrowsAt(stages, s).join(" ")]));
  assert.deepEqual(seen, { views: "", encoder: "", loss: "", positive: "positive", negative: "positive negative", update: "positive negative" });
  assert.deepEqual(arrowsAt(stages, ""), ["positive", "negative"]);
});
