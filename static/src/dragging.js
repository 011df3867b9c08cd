// Choosing a range of steps by dragging over a chart, with the range drawn as it grows.

import { element } from "./elements.js";

/** From where on a press is a drag, in pixels. */
const DRAG = 5;

/**
 * @param {HTMLElement} root of a chart
 * @param {(x: number) => number | undefined} stepAt the step at a distance from its left edge, the nearest outside the plot; undefined: there is none
 * @param {(step: number) => { x: number, top: number, height: number }} place of a step
 * @param {(a: number, b: number) => void} chosen
 */
export function wireDragging(root, stepAt, place, chosen) {
  const shade = element("div", "chosen");
  /** @type {{ x: number, step: number, to: number | undefined } | undefined} */
  let press;
  const at = (/** @type {PointerEvent} */ e) => e.clientX - root.getBoundingClientRect().left;
  const leave = () => {
    press = undefined;
    shade.remove();
  };
  root.addEventListener("pointerdown", (e) => {
    const [x, step] = [at(e), stepAt(at(e))];
    if (e.button !== 0 || step === undefined) return;
    press = { x, step, to: undefined };
    root.setPointerCapture(e.pointerId);
  });
  root.addEventListener("pointermove", (e) => {
    const step = press && stepAt(at(e));
    if (!press || step === undefined || (press.to === undefined && Math.abs(at(e) - press.x) < DRAG)) return;
    press.to = step;
    const [a, b] = [place(Math.min(press.step, step)), place(Math.max(press.step, step))];
    Object.assign(shade.style, { left: `${a.x}px`, width: `${b.x - a.x}px`, top: `${a.top}px`, height: `${a.height}px` });
    root.append(shade);
  });
  root.addEventListener("pointerup", () => {
    const done = press;
    leave();
    if (done?.to !== undefined && done.to !== done.step) chosen(done.step, done.to);
  });
  root.addEventListener("pointercancel", leave);
  root.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !press) return;
    leave();
    e.stopImmediatePropagation(); // the chart would take it for its own
    e.preventDefault();
  });
}
