// What the run bar says aloud, and when.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Bar } from "../src/bar.js";

/** A bar whose time is the test's. @param {import("node:test").TestContext} t */
function bar(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  globalThis.window = /** @type {any} */ (globalThis);
  globalThis.document = /** @type {any} */ ({ activeElement: null });
  const elements = new Map(["[data-status]", "[data-live]", "[data-progress]"].map((selector) => [selector, { textContent: "" }]));
  const b = new Bar(/** @type {any} */ ({ dataset: {}, querySelector: (/** @type {string} */ s) => elements.get(s), querySelectorAll: () => [] }));
  return {
    bar: b,
    /** Shows a run. @param {{ state: string, position?: number, done?: number }} progress @param {string} [link] */
    show: (progress, link = "open") => b.show(/** @type {any} */ ([{ letter: "A", state: progress.state, run: { state: progress.state, link, way: "socket", speed: 0, progress: { steps: 100, ...progress } } }]), undefined),
    /** What is said after some time. @param {number} ms */
    after: (ms) => {
      for (let at = 0; at < ms; at += 100) {
        now += 100;
        t.mock.timers.tick(100);
      }
      return b.live.textContent;
    },
  };
}

const queued = (/** @type {number} */ position) => ({ state: "queued", position });
const paused = { state: "paused", done: 31 };

test("the run is said at once where its state changes, and else every five seconds", (t) => {
  const { show, after } = bar(t);
  show(queued(9));
  assert.equal(after(0), "queued, number 9");
  show(queued(8));
  assert.equal(after(4900), "queued, number 9");
  show(queued(5));
  assert.equal(after(100), "queued, number 5");
  show(paused);
  assert.equal(after(0), "paused after 31 of 100 steps");
});

test("a line that is back before anybody was told that it was away is not said to be away", (t) => {
  const { show, after } = bar(t);
  show(paused);
  show(paused, "reconnecting");
  after(3000);
  show(paused);
  assert.equal(after(20_000), "paused after 31 of 100 steps");
});

test("what the reader asked for is not talked over, and the run is said after it", (t) => {
  const { bar: b, show, after } = bar(t);
  show(queued(9));
  show(queued(8));
  after(4000);
  b.say("Step 0: positive 1");
  assert.equal(after(4900), "Step 0: positive 1");
  b.say("Step 1: positive 1");
  assert.equal(after(4900), "Step 1: positive 1");
  assert.equal(after(100), "queued, number 8");
});
