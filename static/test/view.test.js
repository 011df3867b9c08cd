import assert from "node:assert/strict";
import { test } from "node:test";
import { LEAST } from "../src/zoom.js";
import { fragmentOf, viewOf } from "../src/view.js";

/** Numbers in 0..1, the same ones in every run (mulberry32). @param {number} seed */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The keys in the order in which the server writes them, too (fragmentKeys in internal/web/short.go). */
const KEYS = ["step", "anchor", "turn", "arrows", "pairs", "open", "stage", "order", "seeds", "images", "near", "pace", "zoom"];

/** A state of the page, as its parts make it. @param {() => number} r @returns {import("../src/view.js").View} */
function state(r) {
  const whole = (/** @type {number} */ lo, /** @type {number} */ hi) => lo + Math.floor(r() * (hi - lo + 1));
  const list = (/** @type {number} */ most, /** @type {() => any} */ one) => Array.from({ length: whole(1, most) }, one);
  const part = () => list(20, () => "abzAZ09._-"[whole(0, 9)]).join("");
  const from = whole(0, 99000);
  const all = {
    step: whole(0, 99999),
    anchor: [...list(5, () => whole(-1, 255)), whole(0, 255)],
    turn: [whole(-3599, 3599) / 10, whole(-900, 900) / 10],
    arrows: whole(1, 30) * (r() < 0.5 ? -1 : 1),
    pairs: true,
    open: list(20, part),
    stage: list(16, () => "abcz"[whole(0, 3)]).join(""),
    order: "alike",
    seeds: "each",
    images: whole(0, 4095),
    near: whole(0, 255),
    pace: whole(1, 160),
    zoom: [from, from + LEAST + whole(0, 900)],
  };
  return Object.fromEntries(Object.entries(all).filter(() => r() < 0.5));
}

test("any state of the page comes back from its fragment", () => {
  const r = random(1);
  const seen = new Set();
  for (let i = 0; i < 2000; i++) {
    const view = state(r);
    const said = fragmentOf(view);
    assert.deepEqual(viewOf(said), view, said);
    const parts = said ? said.slice(1).split("&").map((p) => p.split("=")) : [];
    const keys = parts.map(([key]) => key);
    assert.deepEqual(keys, KEYS.filter((key) => keys.includes(key)), said);
    for (const [key, value] of parts) assert.match(value, /^[\w.,:-]+$/, `${key} as the server takes it`);
    for (const key of keys) seen.add(key);
  }
  assert.deepEqual([...seen].sort(), [...KEYS].sort());
});

test("whatever a fragment says, what is understood of it has one form", () => {
  const r = random(2);
  const values = ["", "0", "-0", "1", "-1", "7", "1.5", "-30.0", "1e3", "999999999", "9999999999", "360,90", "-721.5,-100", "3,3,3", "-1,-1", "40,160", "alike", "each", "more", "a/b", "more,,x", "<b>", "%2C", "é", "true"];
  const pick = (/** @type {any[]} */ from) => from[Math.floor(r() * from.length)];
  let understood = 0;
  for (let i = 0; i < 5000; i++) {
    const text = `#${Array.from({ length: 1 + Math.floor(r() * 5) }, () => `${pick([...KEYS, "figures", "", "x"])}${pick(["=", "=", "=", ""])}${pick(values)}`).join("&")}`;
    const view = viewOf(text);
    if (view === null) continue;
    understood++;
    const form = fragmentOf(view);
    const again = viewOf(form);
    assert.ok(again, `${text} is ${form}, which is no view`);
    assert.equal(fragmentOf(again), form, text);
  }
  assert.ok(understood > 1000, `${understood} of them were views`);
});
