// How a run is followed where sockets do not get through.

import assert from "node:assert/strict";
import { test } from "node:test";

import { RunLog } from "../src/log.js";
import { golden } from "./golden.js";

/** Blocks as the events have them: two steps, and a frame. */
const [steps, frame] = golden("events").split("\n\n");

/** Lets everything that has come be taken in. */
const settle = async () => {
  for (let i = 0; i < 5; i++) await new Promise((done) => setImmediate(done));
};

/**
 * A page that reads an event stream. What is sent comes with the one answer that stays open.
 * @param {import("node:test").TestContext} t
 */
async function page(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {string[]} */
  const reported = [];
  /** @type {ReadableStreamDefaultController[]} */
  const open = [];
  class WebSocket {
    onclose() {}
    constructor() {
      setImmediate(() => this.onclose());
    }
    close() {}
  }
  Object.assign(globalThis, {
    window: globalThis, WebSocket, location: { href: "http://lab/" },
    reportError: (/** @type {Error} */ e) => reported.push(e.message),
    fetch: async (/** @type {string} */ url) => ({ ok: true, status: 200, body: url.includes("/events") ? new ReadableStream({ start: (c) => void open.push(c) }) : null }),
  });
  const { Stream } = await import("../src/stream.js");
  /** @param {import("../src/stream.js").Listener} on */
  const follow = async (on) => {
    open.length = 0;
    reported.length = 0;
    const stream = new Stream("/runs/x", new RunLog(), on);
    for (let tries = 0; tries < 3 && !open.length; tries++) { // until the sockets are given up
      await settle();
      t.mock.timers.tick(1000);
    }
    await settle();
    return stream;
  };
  /** Comes back when it is read, and when anybody who wants to has come back for more. @param {string[]} said */
  const send = async (...said) => {
    for (const text of said) open.at(-1)?.enqueue(new TextEncoder().encode(`${text}\n\n`));
    await settle();
    t.mock.timers.tick(10_000);
    await settle();
  };
  /** The network fails. */
  const cut = async () => {
    open.at(-1)?.error(new TypeError("network error"));
    await send();
  };
  return { follow, send, cut, reported, answers: () => open.length };
}

const hello = `data: ${JSON.stringify({ type: "hello", run: { id: "x", state: "running", attempt: 1, steps: 10, done: 7, schema: { fields: [] } } })}`;

test("an event stream is left where it is cut, and only there", async (t) => {
  const { follow, send, cut, reported, answers } = await page(t);
  /** @type {string[]} */
  const heard = [];
  const on = { manifest: () => heard.push("manifest"), records: () => heard.push("records"), link: (/** @type {string} */ state) => heard.push(state) };

  const broken = { ...on, records: () => { throw new Error("a listener's fault"); } };
  let stream = await follow(broken);
  heard.length = 0;
  await send(hello, frame, frame);
  assert.deepEqual([heard, reported, answers()], [["open", "manifest"], ["a listener's fault", "a listener's fault"], 1], "what a listener throws is no cut");
  await cut();
  assert.deepEqual([heard.slice(2), answers()], [["reconnecting", "reconnecting"], 2]);
  stream.close();

  stream = await follow(on);
  heard.length = 0;
  await send(hello, steps);
  assert.deepEqual([heard, answers()], [["open", "manifest", "outdated"], 1], "steps that are not of the run's fields are of another version");
  assert.match(reported.join(), /^steps of \d+ values for 0 fields$/);
});
