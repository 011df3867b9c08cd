// Whether the terms and autodiff agree, as it was last measured.

import { number } from "./words.js";

/**
 * Says it from the last probe step that there is, or the last one up to a step.
 * @param {HTMLElement} main @param {import("./log.js").RunLog | undefined} log @param {number | undefined} at
 */
export function showBadge(main, log, at) {
  const badge = /** @type {HTMLElement | null} */ (main.querySelector("[data-badge]"));
  const residual = log?.last("residual", at);
  if (!badge || !log || !residual) return;
  const agree = residual.value < 1e-4;
  badge.classList.toggle("agree", agree);
  badge.classList.toggle("differ", !agree);
  const when = at === undefined ? "" : ` at step ${residual.step}`;
  const text = `${agree ? "✓ terms = autodiff" : "✗ terms differ from autodiff"}, residual ${number(residual.value)}${when}`;
  if (badge.textContent !== text) badge.textContent = text;
  const distance = main.querySelector("[data-approximation]"); // of what is not the loss's own gradient
  const approximation = log.last("approximation", at);
  if (distance && approximation) distance.textContent = `differs from it by ${number(approximation.value)} of its length at step ${approximation.step}`;
}
