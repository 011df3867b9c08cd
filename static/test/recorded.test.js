import assert from "node:assert/strict";
import { test } from "node:test";
import { Recorded } from "../src/recorded.js";

const RECORDS = Array.from({ length: 100 }, (_, step) => JSON.stringify({ step, loss: step / 8 })).join("\n") + "\n";
const SCHEMA = { fields: [{ name: "loss", every: 1 }], matrices: [] };

/** A page whose settings are those of the recording; frame() runs a frame that many milliseconds later. */
function page({ still = false, text = RECORDS, ok = true } = {}) {
  let now = performance.now();
  /** @type {FrameRequestCallback | undefined} */
  let due;
  globalThis.requestAnimationFrame = (f) => ((due = f), 1);
  globalThis.matchMedia = /** @type {any} */ (() => ({ matches: still }));
  globalThis.fetch = /** @type {any} */ (async () => ({ ok, text: async () => text }));
  const label = /** @type {any} */ ({ dataset: { recorded: JSON.stringify(["v=1", "method=byol&v=1"].map((query) => ({ query, records: "/recorded/first/records", schema: SCHEMA }))) }, hidden: false });
  let here = () => {};
  const came = new Promise((resolve) => (here = () => resolve(undefined)));
  const lanes = /** @type {any[]} */ ([{ run: undefined, query: "v=1", letter: "A", title: "SimCLR" }, { run: undefined, query: "method=byol&v=1", letter: "B", title: "BYOL" }]);
  let grown = 0;
  const recorded = new Recorded(label, /** @type {any} */ ({ classList: { toggle() {} } }), here, () => grown++);
  recorded.of(lanes);
  return {
    label, came, shown: () => /** @type {import("../src/curves.js").LaneView} */ (recorded.of(lanes)?.[1]), other: () => recorded.of([...lanes].reverse()), grown: () => grown,
    frame(/** @type {number} */ later) {
      const f = due;
      due = undefined;
      f?.((now += later));
      return due !== undefined;
    },
  };
}

test("the curves of a recording come by and by, on the axis that they will have", async () => {
  const p = page();
  await p.came;
  assert.equal(p.shown().log.length, 0);
  assert.equal(p.shown().steps, 100);
  /** @type {number[]} */
  const lengths = [];
  while (p.frame(400)) lengths.push(p.shown().log.length); // frames that come late take it no further than one of 100 ms
  assert.ok(lengths.length >= 39 && lengths.length <= 41, `${lengths.length} frames`);
  assert.ok(lengths.every((n, i) => n - (lengths[i - 1] ?? 0) <= 3), lengths.join());
  assert.equal(p.shown().log.length, 100);
  assert.equal(p.grown(), lengths.length + 1);
  assert.equal(p.shown().letter, "B");
  assert.equal(p.other(), undefined); // the lanes in another order are others
});

test("where nothing may move they are there at once", async () => {
  const p = page({ still: true });
  await p.came;
  assert.equal(p.shown().log.length, 100);
  assert.equal(p.frame(16), false);
});

test("what cannot be had is not spoken of", async () => {
  const p = page({ ok: false });
  await p.came;
  assert.equal(p.shown(), undefined);
  assert.equal(p.label.hidden, true);
});
