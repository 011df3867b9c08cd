// Files that are dropped on the page of somebody else's embeddings.

import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, { document: { querySelector: () => null, querySelectorAll: () => [] } }); // a page without its form
const { assign } = await import("../src/probe.js");

test("a file goes where its name says, the others where there is room", () => {
  assert.deepEqual(assign(["run7-x2.npy", "run7-X1.NPY"], ["x1", "x2", "t1", "t2"]), ["x2", "x1"]);
  assert.deepEqual(assign(["first.npy", "second.npy"], ["x1", "x2", "t1", "t2"]), ["x1", "x2"]);
  assert.deepEqual(assign(["a.npy", "x1.npy"], ["x1", "x2"]), ["x2", "x1"], "a name comes before the order");
  assert.deepEqual(assign(["x1.npy"], ["x2", "t1"]), ["x1"], "also where there is a file already");
  assert.deepEqual(assign(["a-x1.npy", "b-x1.npy"], ["x1", "x2"]), ["x1", "x2"], "the second of a name is as one without");
  assert.deepEqual(assign(["a.npy", "b.npy"], ["t2"]), ["t2", ""], "there is no more room");
});
