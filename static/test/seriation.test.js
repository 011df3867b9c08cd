// The order of channels in which those that are correlated lie together.

import assert from "node:assert/strict";
import { test } from "node:test";

import { permuted, seriation } from "../src/seriation.js";

/** @param {number} n @param {(i: number, j: number) => number} at @returns {import("../src/wire.js").Frame} */
const square = (n, at) => ({
  kind: "frame", step: 0, name: "correlation", rows: n, cols: n, of: n, scale: 1 / 127,
  data: Int8Array.from({ length: n * n }, (_, k) => at(Math.floor(k / n), k % n)),
});

/** How many neighbours of an order belong to different blocks. @param {number[]} order @param {(i: number) => number} block */
const breaks = (order, block) => order.slice(1).filter((c, k) => block(c) !== block(order[k])).length;

test("channels of a block lie together, however they are mixed and signed", () => {
  const n = 96;
  const block = (/** @type {number} */ i) => (i * 7) % 6; // six blocks, their channels scattered
  const sign = (/** @type {number} */ i) => (i % 5 < 2 ? -1 : 1);
  const noise = (/** @type {number} */ i, /** @type {number} */ j) => ((i * 31 + j * 17) % 13) - 6;
  const f = square(n, (i, j) => (i === j ? 127 : block(i) === block(j) ? 90 * sign(i) * sign(j) + noise(i, j) : noise(i, j)));
  const order = seriation(f);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
  assert.equal(breaks(order, block), 5);
  assert.deepEqual(seriation(f), order);
});

test("a chain of channels is unrolled", () => {
  const n = 40;
  const place = (/** @type {number} */ i) => (i * 23) % n; // along the chain
  const order = seriation(square(n, (i, j) => Math.max(0, 127 - 30 * Math.abs(place(i) - place(j)))));
  const jumps = order.slice(1).map((c, k) => Math.abs(place(c) - place(order[k])));
  assert.equal(Math.max(...jumps), 1);
});

test("of a matrix without any structure every order does, and it is a permutation", () => {
  for (const at of [() => 0, () => 127, (/** @type {number} */ i, /** @type {number} */ j) => (i === j ? 127 : 0)]) {
    assert.deepEqual([...seriation(square(9, at))].sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  }
  assert.deepEqual(seriation(square(2, () => 5)), [0, 1]);
});

test("rows and columns move together", () => {
  const f = square(4, (i, j) => 10 * i + j);
  const order = [2, 0, 3, 1];
  const p = permuted(f, order);
  for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) assert.equal(p.data[4 * i + j], 10 * order[i] + order[j]);
});
