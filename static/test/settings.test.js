import assert from "node:assert/strict";
import { test } from "node:test";

import { beside, compose, madeRoom } from "../src/settings.js";

test("a link holds all lanes, the later ones by what differs", () => {
  const lanes = [
    new Map([["method", "simclr"], ["lr", "0.06"], ["tau", "0.2"]]),
    new Map([["method", "simclr"], ["lr", "0.1"], ["tau", "0.2"]]),
  ];
  assert.equal(compose(lanes), "method=simclr&lr=0.06&tau=0.2&b.lr=0.1");
});

test("a lane of another method says what the first one says of its own, for it is not taken over", () => {
  const [first, second] = ["simclr", "moco"].map((method) => new Map([["method", method], ["tau", "0.5"], ["v", "1"]]));
  assert.equal(compose([first, second]), "method=simclr&tau=0.5&v=1&b.method=moco&b.tau=0.5");
});

test("values survive a link", () => {
  assert.equal(new URLSearchParams(compose([new Map([["a", "1&2=3 %+ü"]])])).get("a"), "1&2=3 %+ü");
});

/** @param {string} queries */
const lanes = (queries) => queries.split(" ").filter(Boolean).map((query) => ({ query }));
/** @param {string} before @param {string} more */
const after = (before, more) => beside(lanes(before), lanes(more)).map((l) => l.query).join(" ");

test("six lanes are the most: the first stays, which the others are compared with, and the oldest of the others goes", () => {
  assert.equal(after("v=1", "lr=1&v=1"), "v=1 lr=1&v=1");
  assert.equal(after("v=1 lr=1&v=1 lr=2&v=1 lr=3&v=1 lr=4&v=1", "lr=5&v=1"), "v=1 lr=1&v=1 lr=2&v=1 lr=3&v=1 lr=4&v=1 lr=5&v=1");
  assert.equal(after("v=1 lr=1&v=1 lr=2&v=1 lr=3&v=1 lr=4&v=1 lr=5&v=1", "lr=6&v=1"), "v=1 lr=2&v=1 lr=3&v=1 lr=4&v=1 lr=5&v=1 lr=6&v=1");
  assert.equal(after("v=1", "lr=1 lr=2 lr=3 lr=4 lr=5 lr=6"), "lr=1 lr=2 lr=3 lr=4 lr=5 lr=6");
});

test("the seeds of a kind go together, as long as others can", () => {
  assert.equal(after("v=1 seed=2&v=1 seed=3&v=1", "seed=4&v=1"), "v=1 seed=2&v=1 seed=3&v=1 seed=4&v=1");
  assert.equal(after("v=1 seed=2&v=1 seed=3&v=1 lr=1&v=1 lr=1&seed=2&v=1 lr=1&seed=3&v=1", "lr=1&seed=9&v=1"), "v=1 seed=3&v=1 lr=1&v=1 lr=1&seed=2&v=1 lr=1&seed=3&v=1 lr=1&seed=9&v=1");
  assert.equal(after("v=1 seed=2&v=1 lr=1&v=1 lr=1&seed=2&v=1", "lr=2&v=1 lr=2&seed=2&v=1"), "v=1 seed=2&v=1 lr=1&v=1 lr=1&seed=2&v=1 lr=2&v=1 lr=2&seed=2&v=1");
  assert.equal(after("v=1 seed=2&v=1 lr=1&v=1 lr=1&seed=2&v=1 lr=2&v=1 lr=2&seed=2&v=1", "lr=3&v=1 lr=3&seed=2&v=1"), "v=1 seed=2&v=1 lr=2&v=1 lr=2&seed=2&v=1 lr=3&v=1 lr=3&seed=2&v=1");
  assert.equal(after("v=1 seed=2&v=1 seed=3&v=1 seed=4&v=1 seed=5&v=1 seed=6&v=1", "seed=7&v=1"), "v=1 seed=3&v=1 seed=4&v=1 seed=5&v=1 seed=6&v=1 seed=7&v=1");
});

test("which lanes have made room is said by their letters", () => {
  /** @param {string} queries */
  const lettered = (queries) => queries.split(" ").map((query, i) => ({ query, letter: "ABCDEF"[i] }));
  assert.equal(madeRoom(lettered("a b c d e f"), lanes("a c d e f g")), "lane B made room: 6 lanes are the most. Back brings it again");
  assert.equal(madeRoom(lettered("a b c d e f"), lanes("a d e f g h")), "lanes B–C made room: 6 lanes are the most. Back brings them again");
  assert.equal(madeRoom(lettered("a b c d e f"), lanes("a f g")), "lanes B–E made room: 6 lanes are the most. Back brings them again", "a band goes as a whole");
  assert.equal(madeRoom(lettered("a b c d e"), lanes("a b c d e f")), "");
  assert.equal(madeRoom(lettered("a b"), lanes("a")), "", "what goes while there is room has not made any");
});
