// The frames of a run over time: what is kept, what is due, and what is fetched.

import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../src/history.js";
import { RunLog } from "../src/log.js";
import { Recall } from "../src/recall.js";
import { decodeAll } from "../src/wire.js";
import { bytes } from "./golden.js";

/** A frame of 744 bytes, 1000 with what surrounds it. @param {number} step @param {string} [name] @returns {import("../src/wire.js").Frame} */
const frame = (step, name = "c") => ({ kind: "frame", step, name, rows: 1, cols: 744, of: 744, scale: 1, data: new Int8Array(744).fill(step % 100) });

test("the frame at a step is the last one before it", () => {
  const h = new History();
  for (const s of [20, 0, 40, 10]) h.add(frame(s));
  assert.deepEqual(h.steps("c"), [0, 10, 20, 40]);
  assert.deepEqual([-1, 0, 9, 10, 39, 40, Infinity].map((s) => h.at("c", s)?.step), [undefined, 0, 0, 10, 20, 40, 40]);
  assert.equal(h.at("other", 40), undefined);
  const again = frame(20);
  h.add(again);
  assert.equal(h.at("c", 20), again, "a frame takes the place of the one of its step");
  assert.equal(h.steps("c").length, 4);
});

test("too many frames are thinned out evenly, first and last stay", () => {
  const h = new History(50_000);
  for (let s = 0; s <= 3000; s++) {
    h.add(frame(s));
    if (s % 7 === 0) h.add(frame(s, "other"));
    assert.equal(h.at("c", Infinity)?.step, s);
  }
  for (const name of ["c", "other"]) {
    const steps = h.steps(name);
    assert.equal(steps.length, 50, "as many as fit");
    assert.equal(steps[0], 0);
    assert.equal(steps.at(-1), name === "c" ? 3000 : 2996);
    const gaps = steps.slice(1).map((s, i) => s - steps[i]).slice(0, -1); // the newest has only just come
    assert.ok(Math.max(...gaps) <= 4 * (3000 / 50), `the widest gap is ${Math.max(...gaps)}`);
    assert.ok(Math.max(...gaps) <= 4 * Math.min(...gaps), `gaps from ${Math.min(...gaps)} to ${Math.max(...gaps)}`);
  }
});

test("a frame that has been asked for is not the one that goes", () => {
  const h = new History(10_000);
  for (let s = 0; s < 100; s += 10) h.add(frame(s));
  h.add(frame(31));
  assert.equal(h.at("c", 35)?.step, 31);
  assert.equal(h.steps("c").length, 10);
});

test("frames that stand behind each other are read apart", () => {
  const one = new Uint8Array(bytes("frame"));
  const two = new Uint8Array(2 * one.length);
  two.set(one);
  two.set(one, one.length);
  const frames = decodeAll(two.buffer);
  assert.deepEqual(frames.map((f) => [f.name, f.step, [...f.data]]), Array(2).fill(["corr", 8, [127, -32, 32, 127]]));
  assert.notEqual(frames[0].data.buffer, frames[1].data.buffer);
  assert.deepEqual(decodeAll(new ArrayBuffer(0)), []);
  assert.throws(() => decodeAll(two.buffer.slice(0, -1)), /cut off/);
  assert.throws(() => decodeAll(bytes("steps")));
});

/** A log of 60 steps; frames of c were measured at every tenth, of rare at every thirtieth. */
function measured() {
  const log = new RunLog();
  log.reset({ fields: [{ name: "loss", title: "", doc: "", every: 1 }], frames: [{ name: "c", title: "", every: 2 }, { name: "rare", title: "", every: 4 }] });
  const has = Uint8Array.from({ length: 60 }, (_, s) => 1 | (s % 10 ? 0 : 2) | (s % 30 ? 0 : 4));
  log.append({ kind: "steps", first: 0, n: 60, m: 1, has, values: new Float32Array(60) });
  return log;
}

test("the log knows which frame is due at a step", () => {
  const log = measured();
  assert.deepEqual([0, 9, 10, 59, Infinity].map((s) => log.due("c", s)), [0, 0, 10, 50, 50]);
  assert.equal(log.due("rare", 59), 30);
  assert.equal(log.due("nothing", 59), undefined);
});

/** Wants a step until nothing more is asked for. @param {RunLog} log */
function recalling(log) {
  let draws = 0;
  let told = () => {};
  const recall = new Recall("/runs/X", log, () => {
    draws++;
    told();
  });
  /** @param {number} step @param {unknown[]} asked what has been asked for */
  const settle = async (step, asked) => {
    for (;;) {
      const before = asked.length;
      const answered = new Promise((/** @type {(v?: unknown) => void} */ done) => (told = done));
      recall.want(step);
      if (asked.length === before) return draws;
      await answered;
    }
  };
  return settle;
}

test("what is due and not here is fetched, once, with what comes next", async (t) => {
  const log = measured();
  log.append(frame(50));
  /** @type {string[]} */
  const asked = [];
  /** @type {Record<string, number[]>} */
  const there = { c: [0, 10, 30, 40, 50], rare: [0, 30] }; // no frame at step 20: a number was not finite
  t.mock.method(globalThis, "fetch", async (/** @type {string} */ url) => {
    asked.push(url);
    const q = new URL(url, "http://x").searchParams;
    const blocks = Object.entries(there).flatMap(([name, steps]) => steps.filter((s) => s >= Number(q.get("from")) && s <= Number(q.get("to"))).map((s) => block(s, name)));
    return new Response(new Blob(blocks));
  });
  const settle = recalling(log);
  assert.equal(await settle(25, asked), 2);
  assert.deepEqual(asked, ["/runs/X/frames?from=20&to=50", "/runs/X/frames?from=0&to=30"]);
  assert.equal(log.frame("c", 25)?.step, 10, "where there is none, the one before is shown");
  assert.equal(log.frame("rare", 25)?.step, 0);
  await settle(25, asked);
  await settle(45, asked);
  assert.equal(asked.length, 2, "what has come, or is known not to be there, is not asked for again");
});

test("a server that does not answer, or asks to be left alone, is left alone for a while", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  for (const status of [503, 429, 408]) {
    /** @type {string[]} */
    const asked = [];
    t.mock.method(globalThis, "fetch", async (/** @type {string} */ url) => {
      asked.push(url);
      return new Response("", { status });
    });
    const settle = recalling(measured());
    await settle(25, asked);
    assert.equal(asked.length, 1);
    now += 1999;
    await settle(25, asked);
    assert.equal(asked.length, 1, `status ${status} is asked again too soon`);
    now += 2;
    const drawn = await settle(25, asked);
    assert.equal(asked.length, 2, `status ${status} is never asked again`);
    t.mock.timers.tick(2050);
    assert.equal(await settle(25, asked), drawn + 2, "each time it is drawn once more, which asks again");
  }
});

test("a server that has none of a run is not asked again before the run begins anew", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  /** @type {string[]} */
  const asked = [];
  t.mock.method(globalThis, "fetch", async (/** @type {string} */ url) => {
    asked.push(url);
    return new Response("", { status: 404 });
  });
  const log = measured();
  const settle = recalling(log);
  await settle(25, asked);
  const { length } = asked;
  now += 60_000;
  t.mock.timers.tick(60_000);
  await settle(25, asked);
  assert.equal(asked.length, length);
  log.reset({ fields: log.fields, frames: log.matrices });
  log.append({ kind: "steps", first: 0, n: 1, m: 1, has: Uint8Array.of(7), values: new Float32Array(1) });
  await settle(0, asked);
  assert.equal(asked.length, length + 1);
});

/** The bytes of a frame of one element. @param {number} step @param {string} name */
function block(step, name) {
  const b = new Uint8Array(20 + ((name.length + 3) & ~3) + 1);
  const v = new DataView(b.buffer);
  b.set([0x47, 1, 2, 0]);
  v.setUint32(4, step, true);
  for (const at of [8, 10, 12]) v.setUint16(at, 1, true);
  b[14] = name.length;
  v.setFloat32(16, 1, true);
  b.set(new TextEncoder().encode(name), 20);
  return b;
}
