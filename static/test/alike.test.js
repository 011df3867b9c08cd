// What two lanes have in common: asked for one pair at a time, and each step once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Agreements } from "../src/alike.js";

/** A lane whose neighbours were measured last at a step. @param {string} id @param {() => number} measured */
const lane = (id, measured) => /** @type {any} */ ({ run: { id, url: `/runs/${id}` }, log: { last: () => ({ step: measured(), value: 0.5 }) } });

/** Lets everything that has been answered be taken in. */
const settle = () => new Promise((done) => setImmediate(done));

test("what is known is not asked for again, and one answer is awaited at a time", async (t) => {
  /** @type {{ url: string, answer: (steps: number[]) => void, fail: () => void, refuse: (status: number) => void }[]} */
  const asked = [];
  t.mock.method(globalThis, "fetch", (/** @type {string} */ url) => new Promise((resolve, reject) => {
    const steps = (/** @type {number[]} */ list) => list.map((step) => ({ step, cka: 0.5, overlap: 0.1 }));
    asked.push({ url, answer: (list) => resolve({ ok: true, json: async () => ({ steps: steps(list) }) }), fail: () => reject(new TypeError("no connection")), refuse: (status) => resolve({ ok: false, status }) });
  }));
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 100;
  const [a, b, c] = ["a", "b", "c"].map((id) => lane(id, () => now));
  const all = new Agreements(() => void look()); // as the page is drawn anew, which is the only look that runs that have ended get
  const look = () => [all.between(a, b)?.step, all.between(a, c)?.step];

  look();
  look();
  await settle();
  assert.deepEqual(asked.map((q) => q.url), ["/runs/a/compare/b?from=0"], "the second pair waits");
  asked[0].answer([0, 100]);
  await settle();
  assert.deepEqual(look(), [100, undefined]);
  assert.equal(asked[1].url, "/runs/a/compare/c?from=0");
  asked[1].fail();
  await settle();
  look();
  await settle();
  assert.equal(asked.length, 2, "without a connection it is not asked again at once");
  t.mock.timers.tick(10_000);
  await settle();
  assert.equal(asked[2].url, "/runs/a/compare/c?from=0", "in a while it is, though nobody looks");
  asked[2].refuse(503);
  await settle();
  t.mock.timers.tick(10_000);
  await settle();
  assert.equal(asked[3].url, "/runs/a/compare/c?from=0", "as it is where the server was not able to answer");
  asked[3].answer([0, 100]);
  await settle();

  now = 200;
  look();
  await settle();
  assert.equal(asked[4].url, "/runs/a/compare/b?from=101", "only what is new");
  asked[4].answer([200]);
  await settle();
  assert.equal(asked[5].url, "/runs/a/compare/c?from=101");
  asked[5].refuse(404);
  await settle();
  t.mock.timers.tick(10_000);
  await settle();
  assert.deepEqual(look(), [200, 100]);
  assert.equal(all.between(a, b, 150)?.step, 100, "at a step of the past what was known there");
  assert.equal(asked.length, 6, "what the server refuses is not asked for again");
});
