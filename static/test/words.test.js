import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { words as agreement } from "../src/alike.js";
import { colour, summary } from "../src/heatmap.js";
import { rows } from "../src/numbers.js";
import { diverging } from "../src/palette.gen.js";
import { backoff } from "../src/stream.js";
import { number, reading, stateWords } from "../src/words.js";

const twins = JSON.parse(readFileSync(new URL("./twins.json", import.meta.url), "utf8"));

test("page and script say the same of a run", () => {
  for (const c of twins.alike) assert.equal(agreement(c.letter, c), c.words);
  for (const c of twins.state) assert.equal(stateWords(c), c.words);
});

test("numbers are short and have a true minus sign", () => {
  assert.deepEqual([0, 1234.5, 3.14159, -0.25, 1e-7, -2.5e-8, NaN].map(number), ["0", "1235", "3.14", "−0.25", "1e−7", "−2.5e−8", "–"]);
  assert.deepEqual([0.5, 12.34, 0.0123, 250.4, -3.207].map(reading), ["0.50", "12.3", "0.012", "250", "−3.21"]);
});

test("coming back takes longer each time, never longer than eight seconds", () => {
  assert.equal(backoff(0, 1), 250);
  assert.equal(backoff(0, 0), 125);
  assert.equal(backoff(3, 1), 2000);
  assert.equal(backoff(50, 1), 8000);
});

test("a table keeps the first and the last step", () => {
  const steps = Array.from({ length: 1000 }, (_, i) => i);
  const kept = rows(steps);
  assert.equal(kept.length, 60);
  assert.deepEqual([kept[0], kept.at(-1)], [0, 999]);
  assert.deepEqual(rows([1, 2]), [1, 2]);
});

test("a map has one pixel an element, in the colours of the table", () => {
  const frame = { kind: /** @type {const} */ ("frame"), step: 0, name: "correlation", rows: 2, cols: 2, of: 2, scale: 1 / 127, data: new Int8Array([127, -32, 64, 0]) };
  const image = { data: new Uint8ClampedArray(16) };
  colour(/** @type {any} */ (image), frame);
  [127, -32, 64, 0].forEach((v, k) => {
    const entry = 128 + v;
    assert.deepEqual([...image.data.slice(4 * k, 4 * k + 4)], [...diverging.slice(3 * entry, 3 * entry + 3), 255]);
  });
  const s = summary(frame);
  assert.ok(Math.abs(s.mean - 48 / 127) < 1e-12);
  assert.deepEqual([s.at, s.most], [[1, 0], 64 / 127]);
});
