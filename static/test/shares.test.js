// What the page says of who pushes whom.

import assert from "node:assert/strict";
import { test } from "node:test";

import { half, sample, share } from "../src/shares.js";

/** @param {number} cols @param {number[]} data @returns {import("../src/wire.js").Frame} */
const frame = (cols, data) => ({ kind: "frame", step: 0, name: "shares", rows: data.length / cols, cols, of: cols, scale: 1 / 100, data: Int8Array.from(data) });

test("a share is the square of what the frame holds", () => {
  const f = frame(4, [100, 0, 0, 0, 50, 50, -50, 50]);
  assert.equal(share(f, 0, 0), 1);
  assert.equal(share(f, 1, 2), 0.25);
  assert.deepEqual([half(f, 0), half(f, 1), half(frame(2, [0, 0]), 0)], [1, 2, 0]);
});

test("columns are named as the schema says", () => {
  const f = frame(4, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(sample("both views", f, 1, 0), "image 0 in the other view");
  assert.equal(sample("both views", f, 1, 1), "its own positive");
  assert.equal(sample("both views", f, 1, 3), "itself");
  assert.equal(sample("both views", f, 1, 2), "image 0 in the same view");
  assert.equal(sample("own view", f, 1, 1), "itself");
  assert.equal(sample("own view", f, 1, 3), "image 3 in the same view");
  assert.equal(sample("other view", f, 1, 1), "its own positive");
  assert.equal(sample("bank", f, 1, 0), "member of the bank, number 1 by weight");
});
