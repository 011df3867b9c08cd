// Sliders beside the numbers of the form.

import assert from "node:assert/strict";
import { test } from "node:test";

import { wireSliders } from "../src/sliders.js";

/** A slider as wireSliders finds it, beside a number. @param {Record<string, string>} dataset @param {string} value */
function slider(dataset, value) {
  const range = Object.assign(new EventTarget(), { value: "", max: "1000", style: { setProperty() {} }, setAttribute() {} });
  const box = Object.assign(new EventTarget(), { value });
  const root = { dataset, querySelector: () => range, parentElement: { querySelector: (/** @type {string} */ s) => (s.startsWith("input") ? box : null) } };
  wireSliders(/** @type {any} */ ({ querySelectorAll: () => [root] }));
  return { range, type: (/** @type {string} */ text) => (Object.assign(box, { value: text }), box.dispatchEvent(new Event("input"))) };
}

test("the thumb stands where the number is, and stays there while there is none", () => {
  const { range, type } = slider({ min: "0.01", max: "10", log: "" }, "0.1");
  assert.equal(Number(range.value).toFixed(), "333");
  type("");
  assert.equal(Number(range.value).toFixed(), "333");
  type("1");
  assert.equal(Number(range.value).toFixed(), "667");
  for (const below of ["0", "-3", "0.001"]) {
    type(below);
    assert.equal(Number(range.value), 0, `${below} is below all that it goes to`);
  }
});
