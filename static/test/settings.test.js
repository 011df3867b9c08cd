import assert from "node:assert/strict";
import { test } from "node:test";

import { beside, compose } from "../src/settings.js";

test("a link holds all lanes, the later ones by what differs", () => {
  const lanes = [
    new Map([["method", "simclr"], ["lr", "0.06"], ["tau", "0.2"]]),
    new Map([["method", "byol"], ["lr", "0.06"]]),
    new Map([["method", "byol"], ["lr", "0.1"]]),
  ];
  assert.equal(compose(lanes), "method=simclr&lr=0.06&tau=0.2&b.method=byol&c.method=byol&c.lr=0.1");
});

test("values survive a link", () => {
  assert.equal(new URLSearchParams(compose([new Map([["a", "1&2=3 %+ü"]])])).get("a"), "1&2=3 %+ü");
});

test("three lanes at most, the oldest goes", () => {
  assert.deepEqual(beside(["a"], "b"), ["a", "b"]);
  assert.deepEqual(beside(["a", "b", "c"], "d"), ["b", "c", "d"]);
});
