// The cursor that all charts share.

import assert from "node:assert/strict";
import { test } from "node:test";

import { choose, join, listen, pin, rest, share, tell } from "../src/cursor.js";

/** @type {(number | undefined)[][]} */
const seen = [[], []];
for (const steps of seen) join({ follow: (step) => steps.push(step) });

test("all charts follow, and go back to the step that the page shows", () => {
  share(7);
  share(undefined);
  pin(3);
  share(0);
  share(undefined);
  assert.equal(rest(), 3);
  pin(undefined);
  for (const steps of seen) assert.deepEqual(steps, [7, undefined, 3, 0, 3, undefined]);
});

test("what is chosen and said goes to those who listen", () => {
  /** @type {(string | number)[]} */
  const heard = [];
  listen((text) => heard.push(text), (step) => heard.push(step));
  tell("Step 4");
  choose(4);
  assert.deepEqual(heard, ["Step 4", 4]);
});
