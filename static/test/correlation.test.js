// The button that puts alike channels together.

import assert from "node:assert/strict";
import { test } from "node:test";

import { OrderButton } from "../src/correlation.js";

/** A button whose order is loaded as it is told. @param {() => Promise<any>} load */
function order(load) {
  let pressed = "false";
  let drawn = 0;
  const button = { setAttribute: (/** @type {string} */ _, /** @type {string} */ value) => (pressed = value), getAttribute: () => pressed };
  const made = new OrderButton(/** @type {any} */ ({ querySelector: () => button }), () => [], load, () => drawn++);
  return { take: (/** @type {boolean} */ alike) => made.take(alike), seen: () => [pressed, drawn] };
}

test("an order that does not load leaves the channels and the button as they were, and says so", async () => {
  const { take, seen } = order(() => Promise.reject(new TypeError("no connection")));
  await assert.rejects(take(true), /did not load/);
  assert.deepEqual(seen(), ["false", 0]);
});

test("who has changed back while it loads sees nothing of it, whether it came or not", async () => {
  for (const end of /** @type {const} */ (["come", "fail"])) {
    /** @type {Record<"come" | "fail", () => void>} */
    let on = { come() {}, fail() {} };
    const { take, seen } = order(() => new Promise((resolve, reject) => (on = { come: () => resolve({}), fail: () => reject(new TypeError("no connection")) })));
    const first = take(true);
    await take(false);
    on[end]();
    await first;
    assert.deepEqual(seen(), ["false", 1]);
  }
});
