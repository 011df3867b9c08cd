// A line through values: straight over what is missing, and where it is crowded as much of
// it as can be seen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { trace } from "../src/plot.js";

/** The points of a line, with x as the number times a width and y as the value. @param {(number | null)[]} values @param {number} width @param {number} columns */
function drawn(values, width, columns) {
  /** @type {[number, number][]} */
  const points = [];
  trace({ lineTo: (x, y) => points.push([x, y]) }, values, (i) => i * width, (v) => v, columns);
  return points;
}

test("a line goes straight over what was not measured", () => {
  assert.deepEqual(drawn([1, null, NaN, 4], 10, 0), [[0, 1], [30, 4]]);
  assert.deepEqual(drawn([null, null], 10, 0), []);
});

test("a crowded line keeps every column's ends and extremes", () => {
  const values = [5, 1, 9, 4, /* the next column */ 2, 2, 2, 2, 7, /* and the last */ null, 3];
  assert.deepEqual(drawn(values, 0.25, 1), [[0, 5], [0.75, 1], [0.75, 9], [0.75, 4], [1, 2], [2, 7], [2.5, 3], [2.5, 7], [2.5, 3]]);
});

test("a column of pixels costs four points at most, however many values there are", () => {
  const values = Array.from({ length: 100000 }, (_, i) => Math.sin(i));
  const points = drawn(values, 0.005, 2);
  assert.ok(points.length <= 4 * 1000, `${points.length} points`);
  assert.equal(Math.max(...points.map(([, y]) => y)), Math.max(...values));
  assert.equal(Math.min(...points.map(([, y]) => y)), Math.min(...values));
  assert.deepEqual(points[0], [0, values[0]]);
  assert.deepEqual(points.at(-1), [0.005 * 99999, values[99999]]);
});
