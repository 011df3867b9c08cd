import assert from "node:assert/strict";
import { test } from "node:test";

import { places, said } from "../src/reader.js";

const curves = (/** @type {string} */ lane, /** @type {(number | null)[][]} */ rows) => ({ lane, title: "", columns: ["step", "loss", "rank"], rows });

test("curves of several lanes are read at one step, whatever the others have there", () => {
  const grids = [curves("A", [[0, 2.5, 40], [1, -0.25, null]]), curves("B", [[0, 3, null], [20, 1, 12.345]])];
  assert.deepEqual(places(grids), [0, 1, 20]);
  assert.equal(said(grids, 0, 0), "Step 0: A loss 2.5, rank 40; B loss 3");
  assert.equal(said(grids, 1, 0), "Step 1: A loss −0.25");
  assert.equal(said(grids.slice(1), 20, 0), "Step 20: loss 1, rank 12.3");
});

test("a matrix is read element by element, under the numbers of its channels", () => {
  const grids = [{ lane: "", title: "", columns: ["row", "0", "8"], rows: [[0, 1, 0.125], [8, -0.5, 1]] }];
  assert.deepEqual(places(grids), [0, 1]);
  assert.equal(said(grids, 1, 0), "Row 8, column 0: −0.5");
  assert.equal(said(grids, 0, 1), "Row 0, column 8: 0.125");
});

test("pairs are read with their names", () => {
  const grids = [{ lane: "", title: "", columns: ["gradient", "other", "cosine"], rows: [["SimCLR", "BYOL", 0.75]] }];
  assert.equal(said(grids, 0, 0), "gradient SimCLR, other BYOL, cosine 0.75");
});
