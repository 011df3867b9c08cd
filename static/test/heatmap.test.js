// The crosshair of a map.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HeatMap } from "../src/heatmap.js";

/** As much of an element as a map asks of it. */
function element() {
  const listeners = new EventTarget();
  return Object.assign(listeners, {
    style: {}, classList: { toggle() {}, contains: () => false, remove() {} }, said: "", textContent: "",
    append() {}, setAttribute() {}, replaceChildren(/** @type {unknown[]} */ ...parts) { this.said = String(parts.at(-1)); },
    getContext: () => ({ createImageData: (/** @type {number} */ w, /** @type {number} */ h) => ({ data: new Uint8ClampedArray(4 * w * h) }), putImageData() {} }),
  });
}

/** A frame of so many rows and columns. @param {number} n @param {number} step @returns {import("../src/wire.js").Frame} */
const frame = (n, step) => ({ kind: "frame", step, name: "correlation", rows: n, cols: n, of: n, scale: 0.01, data: Int8Array.from({ length: n * n }, (_, k) => k) });

test("the crosshair stays within a smaller frame", (t) => {
  const made = /** @type {ReturnType<typeof element>[]} */ ([]);
  Object.assign(globalThis, { document: { createElement: () => made[made.push(element()) - 1] }, ResizeObserver: class { observe() {} }, devicePixelRatio: 1 });
  t.after(() => ["document", "ResizeObserver", "devicePixelRatio"].forEach((name) => Reflect.deleteProperty(globalThis, name)));
  const map = new HeatMap(() => {});
  const press = (/** @type {string} */ key) => map.surface.dispatchEvent(Object.assign(new Event("keydown"), { key }));
  const said = () => made.map((e) => e.said).find((text) => text.startsWith("channels"));
  map.draw(frame(4, 0), "", undefined);
  press("End");
  assert.equal(said(), "channels (3, 3): 0.15");
  map.draw(frame(4, 1), "", undefined);
  assert.deepEqual(map.at, [3, 3]);
  map.draw(frame(2, 2), "", undefined);
  assert.deepEqual([map.at, said()], [[1, 1], "channels (1, 1): 0.03"]);
  press("ArrowLeft");
  assert.equal(said(), "channels (1, 0): 0.02");
});
