// What is drawn when.

import assert from "node:assert/strict";
import { test } from "node:test";

test("a figure that cannot be drawn leaves the others their turn", async () => {
  /** @type {(() => void)[]} */
  const frames = [];
  Object.assign(globalThis, { document: { hidden: false, addEventListener: () => {} }, requestAnimationFrame: (/** @type {() => void} */ f) => frames.push(f) });
  const { paint, paintFirst } = await import("../src/painter.js");
  /** @type {string[]} */
  const drawn = [];
  const draws = (/** @type {string} */ name) => () => void drawn.push(name);
  const broken = (/** @type {string} */ name) => () => {
    throw new Error(name);
  };
  paintFirst(broken("words"));
  paintFirst(draws("more words"));
  paint(draws("chart"), broken("sphere"), draws("map"));
  const thrown = [];
  for (let frame = frames.shift(); frame; frame = frames.shift()) {
    try {
      frame();
    } catch (e) {
      thrown.push(/** @type {Error} */ (e).message);
    }
  }
  assert.deepEqual(drawn, ["more words", "chart", "map"]);
  assert.deepEqual(thrown, ["words", "sphere"], "each is told of once");
});
