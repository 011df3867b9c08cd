// What can be taken of a figure of images.

import assert from "node:assert/strict";
import { test } from "node:test";

import { csv } from "../src/facecursor.js";

test("a table of images is CSV that programs read", () => {
  assert.equal(csv([["rank", "class", "cosine"], ["1", 'a "cat", or not', "−0.25"]]), 'rank,class,cosine\n1,"a ""cat"", or not",-0.25\n');
});
