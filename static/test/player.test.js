// Playing moves at the chosen pace, and without motion in jumps.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Player } from "../src/player.js";

/**
 * Plays for some time and tells the moves. Time is the test's.
 * @param {import("node:test").TestContext} t @param {number} pace @param {boolean} still @param {number} ms
 */
function played(t, pace, still, ms) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.window = /** @type {any} */ (globalThis);
  globalThis.matchMedia = /** @type {any} */ (() => ({ matches: still }));
  /** @type {number[]} */
  const moves = [];
  const player = new Player(() => pace, (steps) => moves.push(steps));
  player.play();
  player.play(); // once is enough
  for (let at = 0; at < ms; at++) t.mock.timers.tick(1);
  player.pause();
  for (let at = 0; at < ms; at++) t.mock.timers.tick(1);
  assert.equal(player.playing, false);
  return moves;
}

const sum = (/** @type {number[]} */ moves) => moves.reduce((a, b) => a + b, 0);

test("slow play goes step by step", (t) => assert.deepEqual(played(t, 2, false, 3000), [1, 1, 1, 1, 1, 1]));

test("fast play takes several steps at once, and as many a second", (t) => {
  const moves = played(t, 160, false, 2000);
  assert.ok(Math.abs(sum(moves) - 320) <= 8, `${sum(moves)} steps in two seconds`);
  assert.ok(moves.length <= 50, "at most 25 drawings a second");
});

test("without motion it jumps once a second", (t) => assert.deepEqual(played(t, 40, true, 3500), [40, 40, 40]));
