// Native sliders beside the numbers of the form. The number is the setting; the
// slider is another way to move it.

import { position, valueAt } from "./scale.js";

/** Wires all sliders below an element. @param {ParentNode} root */
export function wireSliders(root) {
  for (const slider of root.querySelectorAll("[data-slider]")) wire(/** @type {HTMLElement} */ (slider));
}

/** @param {HTMLElement} slider */
function wire(slider) {
  const range = slider.querySelector("input");
  const box = /** @type {HTMLInputElement | null} */ (slider.parentElement?.querySelector("input[type=number]") ?? null);
  if (!range || !box) return;
  const lo = Number(slider.dataset.min);
  const hi = Number(slider.dataset.max);
  const log = "log" in slider.dataset;
  const whole = "whole" in slider.dataset;
  if (!log && whole && hi - lo <= 100) range.max = String(hi - lo); // one stop a value
  const stops = Number(range.max);
  const unit = slider.parentElement?.querySelector("label .unit")?.textContent ?? "";

  const show = () => {
    range.value = String(stops * position(Number(box.value), lo, hi, log, whole));
    tell();
  };
  const tell = () => {
    range.style.setProperty("--fill", `${(100 * Number(range.value)) / stops}%`);
    range.setAttribute("aria-valuetext", `${box.value} ${unit}`.trim());
  };
  range.addEventListener("input", () => {
    box.value = String(valueAt(Number(range.value) / stops, lo, hi, log, whole));
    tell();
  });
  range.addEventListener("change", () => box.dispatchEvent(new Event("change", { bubbles: true })));
  range.addEventListener("keydown", (e) => {
    // on a logarithmic slider an arrow goes to the next value, however many stops that takes
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[e.key];
    if (!by || stops < 1000) return;
    e.preventDefault();
    const before = Number(box.value);
    let at = Number(range.value);
    let v = before;
    while (v === before && at + by >= 0 && at + by <= stops) v = valueAt((at += by) / stops, lo, hi, log, whole);
    if (v === before) return;
    box.value = String(v);
    show();
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  box.addEventListener("input", () => box.value && show()); // until there is a number the thumb stays
  show();
}
