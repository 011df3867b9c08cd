// What the first page plays: in which time, and what it says of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Reel } from "../src/reel.js";

/** An answer that comes piece by piece. */
function answer() {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const bytes = new TextEncoder();
  return { readable, say: (/** @type {string} */ text) => writer.write(bytes.encode(text)), end: () => writer.close(), fail: () => writer.abort(new TypeError("network error")) };
}

/** A reel that reads an answer; saw tells of the next time that there is more. @param {Reel} reel */
function reading(reel) {
  const body = answer();
  let tell = () => {};
  const over = reel.read(body.readable, () => tell());
  return { ...body, over, saw: () => new Promise((/** @type {(v?: unknown) => void} */ done) => (tell = done)) };
}

/** Lines of so many steps. @param {number} from @param {number} to */
const lines = (from, to) => Array.from({ length: to - from }, (_, i) => `{"step":${from + i}}\n`).join("");

test("a recorded run plays at its own speed, rests, and plays again", async () => {
  const reel = new Reel(80, false, false);
  const { say, end, over } = reading(reel);
  void say(lines(0, 80));
  void end();
  await over;
  assert.equal(reel.words, "recorded, 0 of 80 steps");
  reel.pass(1000);
  assert.equal(reel.words, "recorded, 40 of 80 steps");
  reel.press();
  reel.pass(1000);
  assert.deepEqual([reel.at, reel.stands], [40, true]);
  reel.press();
  reel.pass(1500);
  assert.equal(reel.at, 80);
  reel.pass(4000);
  assert.equal(reel.at, 80);
  reel.pass(2000);
  assert.equal(reel.at, 0);
});

test("where nothing is to move all is shown as it comes, of a run that goes on too", async () => {
  for (const live of [true, false]) {
    const reel = new Reel(3, live, true);
    const { say, end, over, saw } = reading(reel);
    let more = saw();
    void say(lines(0, 2));
    await more;
    assert.equal(reel.words, `${live ? "running" : "recorded"}, 2 of 3 steps`);
    assert.equal(reel.stands, !live);
    more = saw();
    void say(lines(2, 3));
    await more;
    void end();
    await over;
    assert.equal(reel.words, "recorded, 3 of 3 steps");
    assert.equal(reel.stands, true);
    reel.press();
    assert.deepEqual([reel.at, reel.playing], [0, true], "from the beginning, for who asks for it");
  }
});

test("what stands still since the reader wants it stays there when more comes", async () => {
  const reel = new Reel(4, true, true);
  const { say, end, over, saw } = reading(reel);
  let more = saw();
  void say(lines(0, 2));
  await more;
  reel.press();
  more = saw();
  void say(lines(2, 4));
  await more;
  assert.equal(reel.words, "running, 2 of 4 steps");
  void end();
  await over;
  assert.equal(reel.words, "recorded, 2 of 4 steps");
});

test("a run whose records break off is not said to be running", async () => {
  for (const how of /** @type {const} */ (["fail", "end"])) {
    const reel = new Reel(300, true, false);
    const { say, over, saw, ...rest } = reading(reel);
    const more = saw();
    void say(lines(0, 5) + '{"st');
    await more;
    reel.pass(0);
    assert.equal(reel.words, "running, 5 of 300 steps");
    void rest[how]();
    await over;
    assert.equal(reel.words, "no more records come, 5 of 300 steps");
  }
});
