// What curves take of a stretch of a chart, and where words are free of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { about, AIR, courses, free } from "../src/room.js";

/** A plot of ten pixels a step, whose values are heights. */
const plot = /** @type {any} */ ({ x: (/** @type {number} */ step) => 10 * step, y: (/** @type {number} */ v) => v, nearest: (/** @type {number} */ x) => Math.round(x / 10) });

/** @param {(number | null)[]} values @param {(number | null)[]} [low] @param {(number | null)[]} [high] */
const curve = (values, low = [], high = []) => /** @type {any} */ ({ values, low, high });

/** @param {number} left @param {number} right @param {number} top @param {number} bottom */
const box = (left, right, top, bottom) => ({ left, right, top, bottom });

test("a curve takes what it passes between two places, and the edges on its way", () => {
  const list = [curve([0, 50, 20, 80, 10])];
  assert.deepEqual(courses(plot, list, 10, 20), [about(box(10, 20, 20, 50))]);
  assert.deepEqual(courses(plot, list, 12, 18), [about(box(12, 18, 26, 44))], "between two steps");
  assert.deepEqual(courses(plot, list, 25, 35), [about(box(25, 35, 45, 80))]);
});

test("a line leads over steps without a value, and takes nothing before and behind it", () => {
  const list = [curve([null, 0, null, null, 30, null, null])];
  assert.deepEqual(courses(plot, list, 20, 30), [about(box(20, 30, 10, 20))]);
  assert.deepEqual(courses(plot, list, 0, 5), []);
  assert.deepEqual(courses(plot, list, 45, 60), []);
});

test("a band takes what is between its edges", () => {
  assert.deepEqual(courses(plot, [curve([50, 50], [40, 30], [60, 70])], 0, 10), [about(box(0, 10, 30, 70))]);
});

test("words are free of what only touches them", () => {
  const words = box(0, 20, 0, 10);
  assert.ok(free(words, [box(20, 30, 0, 10), box(0, 20, 10, 20)]));
  assert.ok(!free(words, [box(19, 30, 9, 20)]));
  assert.ok(!free(about(words), [box(20 + AIR / 2, 30, 0, 10)]));
});
