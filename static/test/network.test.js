import assert from "node:assert/strict";
import { test } from "node:test";

import { bytes, events } from "../src/events.js";
import { Network } from "../src/network.js";
import { decode } from "../src/wire.js";
import { golden } from "./golden.js";

test("the next way is taken after two failures in a row, or one that says enough", () => {
  const n = new Network();
  assert.equal(n.way, "socket");
  n.failed("socket", false);
  n.worked("socket");
  n.failed("socket", false);
  assert.equal(n.way, "socket", "one failure after a success");
  n.failed("socket", false);
  assert.equal(n.way, "events");
  n.failed("socket", false); // of another lane, which is late
  n.failed("events", true);
  assert.equal(n.way, "poll");
  n.failed("poll", true);
  assert.equal(n.way, "poll", "there is none behind it");
});

test("a page keeps connections for its buttons", () => {
  const n = new Network();
  const releases = [];
  while (n.room) releases.push(n.hold());
  assert.equal(releases.length, 4);
  releases[0]();
  assert.ok(n.room);
});

/** @param {string} text @param {number} size @returns {ReadableStream<Uint8Array>} */
function inPieces(text, size) {
  const all = new TextEncoder().encode(text);
  return new ReadableStream({
    start(c) {
      for (let i = 0; i < all.length; i += size) c.enqueue(all.slice(i, i + size));
      c.close();
    },
  });
}

test("an event stream is read in whatever pieces it comes", async () => {
  for (const size of [1, 7, 100000]) {
    const got = [];
    for await (const e of events(inPieces(`:\n\n${golden("events")}\ndata: cut off`, size))) got.push(e);
    assert.deepEqual(got.map((e) => e.type), ["", "block", "block", "message"]);
    const steps = decode(bytes(got[1].data));
    assert.ok(steps.kind === "steps" && steps.first === 7 && steps.n === 2);
    const frame = decode(bytes(got[2].data));
    assert.ok(frame.kind === "frame" && frame.name === "corr");
    assert.equal(JSON.parse(got[3].data).retry_ms, 1200);
  }
});
