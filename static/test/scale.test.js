import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { linearTicks, logTicks, position, range, spread, valueAt } from "../src/scale.js";

const twins = JSON.parse(readFileSync(new URL("./twins.json", import.meta.url), "utf8"));

test("sliders stand where the server's ticks do", () => {
  for (const c of twins.position) assert.ok(Math.abs(position(c.v, c.lo, c.hi, c.log, c.whole) - c.at) < 1e-9, JSON.stringify(c));
});

test("a slider reaches both ends and comes back to round values", () => {
  for (const [lo, hi, log, whole] of /** @type {[number, number, boolean, boolean][]} */ ([
    [0, 8, false, true], [8, 16384, true, true], [0, 10, true, false], [0, 1, false, false], [0.01, 10, true, false], [0, 100000, true, true],
  ])) {
    assert.equal(valueAt(0, lo, hi, log, whole), lo);
    assert.equal(valueAt(1, lo, hi, log, whole), hi);
    for (let p = 0; p <= 1; p += 0.01) {
      const v = valueAt(p, lo, hi, log, whole);
      if (whole) assert.equal(v, Math.round(v));
      const again = valueAt(position(v, lo, hi, log, whole), lo, hi, log, whole);
      assert.ok(Math.abs(again - v) <= 1e-9 * Math.abs(v), `${v} becomes ${again} on ${lo}..${hi}`);
    }
  }
  assert.equal(valueAt(position(192, 8, 16384, true, true), 8, 16384, true, true), 192);
});

test("ticks are round and inside", () => {
  assert.deepEqual(linearTicks(0, 1, 4), [0, 0.5, 1]);
  assert.deepEqual(linearTicks(-0.68, 0, 4), [-0.6, -0.4, -0.2, 0]);
  assert.deepEqual(logTicks(0.02, 30), [0.1, 1, 10]);
  assert.deepEqual(logTicks(0.2, 0.8), [0.2, 0.3, 0.5]);
  assert.ok(logTicks(1e-5, 200).length >= 3 && logTicks(1e-5, 200).length <= 6);
});

test("rounding noise does not stretch a logarithmic axis", () => {
  assert.deepEqual(range([[0.1, 10], [1e-9]], true), [0.1 / 1.1, 10 * 1.1]);
  assert.deepEqual(range([[0, -1]], true), [0.1, 1]);
  assert.deepEqual(range([], false), [0, 1]);
  assert.deepEqual(range([[null, 2], [4, null]], false), [2, 4]);
  const flat = range([[5, 5]], true);
  assert.ok(flat[0] < 3 && flat[1] > 9, "a flat line stays in the middle");
  const level = range([[3, 3]], false);
  assert.ok(level[0] < 3 && level[1] > 3);
});

test("labels keep their order and their distance", () => {
  assert.deepEqual(spread([10, 50], 0, 100, 15), [10, 50]);
  const ys = spread([20, 21, 22, 80], 0, 100, 15);
  for (let i = 1; i < ys.length; i++) assert.ok(ys[i] - ys[i - 1] >= 15 - 1e-9);
  assert.equal((ys[0] + ys[2]) / 2, 21, "a block stands about its middle");
  assert.deepEqual(spread([-5, 110], 0, 100, 15), [0, 100]);
  assert.deepEqual(spread([], 0, 100, 15), []);
});
