// What a change of the form makes of lanes, and where a lane can branch.

import assert from "node:assert/strict";
import { test } from "node:test";

import { branched, obstacle } from "../src/branch.js";
import { after } from "../src/changes.js";
import { Lane } from "../src/lane.js";

/** @param {string} query @param {number} [length] steps of its run that are here */
const lane = (query, length = 0) => ({ query, log: { length } });

/** @param {[string, string][]} settings */
const told = (settings) => new Lane({ letter: "A", title: "", query: "", settings, resolved: [["steps", "100"], ...settings], run: "", state: "", classes: [] }, undefined);

test("what has begun stays beside what it becomes, and what has not is replaced", () => {
  const [other, fresh, begun, next] = [lane("a", 5), lane("b"), lane("c", 5), lane("d")];
  assert.deepEqual(after([other, fresh], [fresh], [next]), [other, next]);
  assert.deepEqual(after([other, begun], [begun], [next]), [other, begun, next]);
});

test("a control that is turned on makes one lane, though that has begun", () => {
  const [other, begun, next] = [lane("a", 5), lane("b", 5), lane("c")];
  assert.deepEqual(after([other, begun], [begun], [next], false, true), [other, next]);
});

test("a lane that comes again stands where it stood, and behind the others where it runs anew", () => {
  const [first, second] = [lane("a", 5), lane("b", 5)];
  const again = lane("a");
  assert.deepEqual(after([first, second], [second], [again]), [first, second]);
  assert.deepEqual(after([first, second], [second], [again], true), [second, again]);
});

test("what has not begun goes when it becomes a lane that is there", () => {
  const [first, second, fresh] = [lane("a", 5), lane("b", 5), lane("c")];
  assert.deepEqual(after([first, second, fresh], [fresh], [lane("a")]), [first, second]);
});

test("seeds stand together, though one of them was there", () => {
  const [one, ...others] = [lane("v=1", 3), lane("lr=1&v=1", 3), lane("lr=1&seed=2&v=1", 3)];
  const next = [lane("v=1"), lane("seed=2&v=1")];
  assert.deepEqual(after([one, ...others], others, next), [...others, ...next]);
});

test("seeds of one lane change together", () => {
  const seeds = [lane("v=1", 3), lane("seed=2&v=1", 3)];
  const next = [lane("lr=1&v=1"), lane("lr=1&seed=2&v=1")];
  assert.deepEqual(after(seeds, seeds, next), [...seeds, ...next]);
});

test("a branch begins within the run, and a run changes once", () => {
  const plain = told([]);
  assert.equal(obstacle(plain, 50, false), "");
  assert.match(obstacle(plain, 0, false), /step 1 or later/);
  assert.match(obstacle(plain, 100, true), /^Lane A ends at step 99/);
  const before = told([["at", "40"], ["then.lr", "1"]]);
  assert.match(obstacle(before, 50, false), /has branched at step 40/);
  assert.equal(obstacle(before, 40, false), "");
});

test("a branch keeps how long the run takes, and nothing else of what came later", () => {
  const settings = new Map([["lr", "0.1"], ["at", "40"], ["then.lr", "1"], ["then.steps", "200"]]);
  assert.deepEqual([...branched(settings, 20, "tau", "0.5")], [["lr", "0.1"], ["then.steps", "200"], ["at", "20"], ["then.tau", "0.5"]]);
});
