import assert from "node:assert/strict";
import { test } from "node:test";

import { RunLog } from "../src/log.js";
import { decode } from "../src/wire.js";
import { bytes, golden } from "./golden.js";

const EACH = 1;
const PROBE = 2;
const schema = {
  fields: [
    { name: "loss", title: "", doc: "", every: EACH },
    { name: "step_ms", title: "", doc: "", every: EACH },
    { name: "effective_rank", title: "", doc: "", every: PROBE },
  ],
};

test("the golden block of steps", () => {
  const b = decode(bytes("steps"));
  assert.ok(b.kind === "steps");
  assert.deepEqual([b.first, b.n, b.m], [7, 2, 3]);
  assert.deepEqual([...b.has], [EACH, EACH | PROBE]);
  assert.deepEqual([...b.values], [1.25, 4, 0, NaN, 4.5, 40.5]);
});

test("the golden frame", () => {
  const f = decode(bytes("frame"));
  assert.ok(f.kind === "frame");
  assert.deepEqual([f.step, f.name, f.rows, f.cols, f.of], [8, "corr", 2, 2, 256]);
  assert.deepEqual([...f.data], [127, -32, 32, 127]);
  assert.ok(Math.abs(f.scale - 1 / 127) < 1e-9);
});

test("what is not understood is refused", () => {
  for (const [at, value] of [[0, 0x48], [1, 2], [2, 9]]) {
    const b = bytes("steps");
    new Uint8Array(b)[at] = value;
    assert.throws(() => decode(b));
  }
  assert.throws(() => decode(bytes("steps").slice(0, -1)), /cut off/);
  assert.throws(() => decode(bytes("frame").slice(0, -1)), /cut off/);
  assert.throws(() => decode(new ArrayBuffer(2)));
});

/** A block of steps with one value each. @param {number} first @param {number[]} values @returns {import("../src/wire.js").Steps} */
const block = (first, values) => ({ kind: "steps", first, n: values.length, m: 1, has: new Uint8Array(values.length).fill(EACH), values: new Float32Array(values) });

test("a log has no gap and no step twice", () => {
  const log = new RunLog();
  log.reset({ fields: [{ name: "loss", title: "", doc: "", every: EACH }] });
  assert.ok(log.append(block(0, [1, 2, 3])));
  assert.ok(log.append(block(1, [20, 30, 4])), "overlapping steps are known already");
  assert.equal(log.append(block(6, [7])), false, "steps 4 and 5 are missing");
  assert.equal(log.length, 4);
  assert.deepEqual([0, 1, 2, 3, 4].map((s) => log.at("loss", s)), [1, 2, 3, 4, NaN]);
  const many = Array.from({ length: 5000 }, (_, i) => i + 4);
  assert.ok(log.append(block(4, many)), "a log grows");
  assert.equal(log.at("loss", 5003), 5003);
  assert.deepEqual(log.last("loss"), { step: 5003, value: 5003 });
  assert.throws(() => log.append({ ...block(5004, [1]), m: 2 }), /values/);
});

test("records as lines of JSON are the same records", () => {
  const binary = new RunLog();
  binary.reset(schema);
  const lines = new RunLog();
  lines.reset(schema);
  const b = decode(bytes("steps"));
  assert.ok(b.kind === "steps");
  binary.append({ ...b, first: 0 });
  for (const [i, line] of golden("json").split("\n").entries()) assert.ok(lines.appendJSON({ ...JSON.parse(line), step: i }));
  assert.deepEqual(lines.length, binary.length);
  assert.deepEqual([...lines.has.slice(0, 2)], [...binary.has.slice(0, 2)]);
  for (const f of schema.fields) {
    for (let s = 0; s < 2; s++) assert.deepEqual(lines.at(f.name, s), binary.at(f.name, s), `${f.name} at ${s}`);
  }
});

test("norms of terms come out of their object", () => {
  const log = new RunLog();
  log.reset({ fields: [{ name: "terms.own", title: "", doc: "", every: EACH }] });
  log.appendJSON({ step: 0, terms: { own: 0.5 } });
  assert.equal(log.at("terms.own", 0), 0.5);
});
