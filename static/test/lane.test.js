// A run as a lane of the page has it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Run } from "../src/lane.js";

test("the speed is that of the attempt that runs", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  /** @type {any} */
  let on;
  const Source = /** @type {any} */ (class {
    constructor(/** @type {unknown[]} */ ...[, , listener]) {
      on = listener;
    }
  });
  const run = new Run("X", () => {}, "/runs/X", Source);
  const fields = [{ name: "loss", title: "", doc: "", every: 1 }];
  const come = (/** @type {number} */ n) => {
    run.log.append({ kind: "steps", first: run.log.length, n, m: 1, has: new Uint8Array(n).fill(1), values: new Float32Array(n) });
    on.records();
  };
  run.log.reset({ fields });
  on.manifest({ state: "running", steps: 2000, done: 0 });
  assert.equal(run.speed, 0, "nothing has come");
  come(500);
  now = 1000;
  come(100);
  assert.equal(run.speed, 100);

  run.log.reset({ fields });
  assert.equal(run.speed, 0, "of the new attempt nothing has come");
  now = 1400;
  come(10);
  assert.equal(run.speed, 0, "its first records say no speed");
  now = 2400;
  come(50);
  assert.equal(run.speed, 50);
});
