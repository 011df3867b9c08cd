// Branching from a step of the past: the form shows which settings may change in
// the middle of a run, and the first one that does makes the next lane.

import { element } from "./numbers.js";

/** @typedef {import("./lane.js").Lane} Lane */

/**
 * Why a lane cannot branch at a step; empty where it can.
 * @param {Lane} lane
 * @param {number} step
 * @param {boolean} several whether there are other lanes
 */
export function obstacle(lane, step, several) {
  const at = Number(lane.settings.get("at") ?? 0);
  const name = several ? `Lane ${lane.letter}` : "This run";
  if (step < 1) return "A branch begins at step 1 or later: before, it would be another run.";
  if (step >= lane.steps) return `${name} ends at step ${lane.steps - 1}.`;
  const end = Number(lane.resolved.get("steps") ?? Infinity);
  if (lane.settings.has("then.steps") && step > end) return `${name} goes on behind its schedules, which end at step ${end}. Up to there it can branch.`;
  if (at > 0 && step > at) return `${name} has branched at step ${at} already, and a run changes once. Up to there it can branch again.`;
  return "";
}

/**
 * The settings of a lane that goes another way from a step on. What it did from a
 * later step on is left out, but not how long it takes.
 * @param {Map<string, string>} settings
 * @param {number} step
 * @param {string} key
 * @param {string} value
 */
export function branched(settings, step, key, value) {
  const out = new Map([...settings].filter(([k]) => k !== "at" && (k === "then.steps" || !k.startsWith("then."))));
  return out.set("at", String(step)).set(`then.${key}`, value);
}

/**
 * Locks what cannot change in the middle of a run and says so.
 * @param {HTMLElement} controls
 * @param {Lane} lane
 * @param {number} step
 * @param {boolean} several whether there are other lanes
 * @param {() => void} leave
 */
export function lock(controls, lane, step, several, leave) {
  const box = element("div", "branching");
  box.setAttribute("data-branching", "");
  const cancel = /** @type {HTMLButtonElement} */ (element("button", "button", "Don't branch"));
  cancel.type = "button";
  cancel.addEventListener("click", leave);
  const says = element("p", "");
  const before = Number(lane.settings.get("at") ?? 0);
  says.append(
    element("b", "", `Branch ${several ? `lane ${lane.letter} ` : ""}at step ${step}.`),
    ` Change one setting: ${lane.title} runs once more as the next lane, the same up to step ${step} and with your change from there on.`,
    before > 0 ? ` Its change at step ${before} is left out.` : "",
  );
  box.append(says, cancel);
  controls.querySelector("form")?.before(box);
  for (const set of controls.querySelectorAll("fieldset.methods")) set.setAttribute("disabled", "");
  let first;
  for (const field of controls.querySelectorAll("[data-field]")) {
    const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (field.querySelectorAll("input, select"));
    if (field.hasAttribute("data-live")) {
      if (!field.matches(".idle, details:not([open]) *")) first ??= inputs[0];
      continue;
    }
    field.classList.add("locked");
    field.querySelector("label")?.after(element("span", "fixed", "fixed when a run begins"));
    for (const input of inputs) input.disabled = true;
  }
  (first ?? cancel).focus();
}
