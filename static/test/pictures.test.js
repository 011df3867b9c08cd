// How the images of a run are fetched.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Pictures } from "../src/pictures.js";

/** A server whose answers are given by hand. */
function server() {
  /** @type {{ path: string, answer(status: number): void }[]} */
  const asked = [];
  /** @type {(() => void)[]} */
  const waiting = [];
  Object.assign(globalThis, {
    fetch: (/** @type {string} */ path) =>
      new Promise((done) => {
        asked.push({ path, answer: (status) => done({ ok: status < 400, status, json: async () => ({ sprite: `${path}.png`, kinds: [], images: [] }) }) });
        waiting.splice(0).forEach((w) => w());
      }),
    Image: class {
      src = "";
      async decode() {}
    },
  });
  /** Answers the last request; comes back when the pictures have taken it in. @param {Pictures} p @param {number} status */
  const answer = (p, status = 200) =>
    new Promise((done) => {
      p.changed = () => done(undefined);
      asked[asked.length - 1].answer(status);
    });
  return { asked: () => asked.map((a) => a.path), answer };
}

test("a sheet is asked for once, and is there when it has come", async () => {
  const s = server();
  const p = new Pictures("/runs/x", () => {});
  assert.equal(p.batch(3, 0), undefined);
  assert.equal(p.batch(3, 0), undefined);
  await s.answer(p);
  assert.equal(p.batch(3, 0)?.list.sprite, "/runs/x/views.json?step=3&from=0&n=32.png");
  assert.equal(p.came, 1);
  assert.deepEqual(s.asked(), ["/runs/x/views.json?step=3&from=0&n=32"]);
});

test("who scrubs gets the step that he is at first, and not all that he passed", async () => {
  const s = server();
  const p = new Pictures("/runs/x", () => {});
  for (let step = 0; step < 20; step++) p.batch(step, 0);
  for (let i = 0; i < 5; i++) await Promise.race([s.answer(p), new Promise((done) => setImmediate(done))]);
  const steps = s.asked().map((path) => Number(path.match(/step=(\d+)/)?.[1]));
  assert.equal(steps[1], 19);
  assert.ok(steps.length <= 4, `${steps}`);
});

test("what is refused is not asked for again", async () => {
  const s = server();
  const p = new Pictures("/runs/x", () => {});
  p.heldOut();
  await s.answer(p, 409);
  assert.equal(p.heldOut(), undefined);
  assert.equal(p.batch(1, 0), undefined);
  assert.deepEqual(s.asked(), ["/runs/x/heldout.json", "/runs/x/views.json?step=1&from=0&n=32"]);
});
