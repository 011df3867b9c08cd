// What is found in records, by the same table as internal/finding.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { collapse, finding, happened, words } from "../src/findings.js";
import { RunLog } from "../src/log.js";

const twins = JSON.parse(readFileSync(new URL("./twins.json", import.meta.url), "utf8"));

/** @type {import("../src/findings.js").Kind[]} */
const KINDS = ["collapse", "few", "rank", "balance", "diverged"];

const FIELDS = [["level", "collapse_level", 1], ["rank", "effective_rank", 2], ["off", "offdiagonal", 2], ["balance", "balance", 1], ["loss", "loss", 1]];

/** A log of a row of the table, whose series say from which step on a value is what. @param {any} c */
function logOf(c) {
  const l = new RunLog();
  l.reset({
    fields: FIELDS.map(([, name, every]) => ({ name: String(name), title: "", doc: "", every: Number(every), marks: name === "effective_rank" ? [{ label: "attainable", value: c.attainable }] : [] })),
  });
  const value = (/** @type {[number, number | null][]} */ series, /** @type {number} */ s) => series.findLast(([from]) => from <= s)?.[1] ?? NaN;
  for (let s = 0; s < c.steps; s++) {
    const values = Float32Array.from(FIELDS, ([key]) => value(c[key], s));
    l.append({ kind: "steps", first: s, n: 1, m: FIELDS.length, has: Uint8Array.of(1 | (s % c.every ? 0 : 2)), values });
    happened(l, KINDS); // as a page does while records come
  }
  return l;
}

test("what is found is what the server finds", () => {
  assert.ok(twins.happened.length > 10 && twins.collapse.length && twins.events.length);
  for (const c of twins.happened) {
    const l = logOf(c);
    const found = happened(l, KINDS).map(({ kind, steps }) => [kind, steps[0]]).sort((a, b) => Number(a[1]) - Number(b[1]));
    assert.deepEqual(found, c.events, c.what);
    assert.equal(finding(l)?.title ?? "", c.title, c.what);
  }
  for (const c of twins.collapse) {
    const said = collapse(c.level, c.rank, c.off)?.text ?? "";
    assert.ok(c.starts ? said.startsWith(c.starts) : said === "", `${JSON.stringify(c)} gives ${said}`);
  }
  for (const c of twins.events) assert.equal(words(c.kind, c.name, c.steps, c.of), c.words);
});

test("at a step of the past the words are those of that step", () => {
  const [few, back] = ["few directions", "directions that came back"].map((what) => logOf(twins.happened.find((/** @type {any} */ c) => c.what === what)));
  assert.deepEqual([19, 20, 45, 99].map((s) => finding(few, s)?.title), [undefined, "Dimensional collapse.", "Dimensional collapse.", "Dimensional collapse."]);
  assert.deepEqual([19, 20, 99, 100].map((s) => finding(back, s)?.title), [undefined, "Dimensional collapse.", "Dimensional collapse.", undefined]);
  assert.equal(
    finding(few)?.text,
    "The outputs use few directions: an effective rank of 7.0 where 255 is attainable, and the channels repeat each other (off-diagonal correlation 0.80). " +
      "The spread of the channels still looks healthy, which is why one number is not enough.",
  );
});
