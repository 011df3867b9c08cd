// Branching from a step of the past: the form shows which settings may change in
// the middle of a run, and the first one that does makes the next lane.

import { element, one } from "./elements.js";
import { Lane } from "./lane.js";
import { lanesOf, problemsOf } from "./server.js";
import { beside, compose, madeRoom } from "./settings.js";

/** @typedef {import("./desk.js").Desk} Desk */

export class Branching {
  /** The step at which the form is to branch the last lane; undefined: it edits the lane. @type {number | undefined} */
  step;

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** The form is to change one setting of the last lane from a step on. What has been changed before is another lane first. @param {number} step */
  begin(step) {
    const { desk } = this;
    const before = desk.lanes.at(-1)?.query;
    desk.changes.hold();
    desk.enqueue(async () => {
      await desk.changes.apply();
      const controls = one(desk.main, ".controls");
      const lane = desk.lanes.at(-1);
      if (!lane || !controls) return;
      const several = desk.lanes.length > 1;
      const why = lane.query === before && lane.run ? obstacle(lane, step, several) : `${several ? `Lane ${lane.letter}` : "This"} has to run before it branches.`;
      if (why) return desk.bar.note(why);
      await desk.showForm();
      this.step = step;
      if (getComputedStyle(controls).display === "none") controls.showPopover(); // the sheet of a phone
      lock(controls, lane, step, several, () => this.#leave(controls));
    });
  }

  /** The form edits the last lane again. @param {HTMLElement} controls */
  #leave(controls) {
    const { desk } = this;
    desk.changes.drop();
    desk.enqueue(async () => {
      await desk.showForm();
      if (controls.matches(":popover-open")) controls.hidePopover();
      one(document, "[data-go=branch]")?.focus();
    });
  }

  /** Runs the last lane with another setting from a step on, beside it. What runs goes on. Whether anything has been started. @param {number} step @param {string} key @param {string} value */
  async diverge(step, key, value) {
    const { desk } = this;
    const last = desk.lanes[desk.lanes.length - 1];
    const alone = await desk.page(String(new URLSearchParams([...branched(last.settings, step, key, value)])));
    const problem = one(alone, '[data-region="notices"] li')?.textContent?.trim() || problemsOf(alone)[0]?.text.trim() || undefined;
    const [told] = lanesOf(alone);
    const same = told.query === last.query || !told.query.includes("then.");
    if (problem || same) {
      desk.complain(key, problem ?? "This is what the run does anyway.", problem && last.resolved.get(key));
      return false;
    }
    const next = new Lane(told, undefined);
    const lanes = beside(desk.lanes, [next]);
    const says = madeRoom(desk.lanes, lanes);
    await desk.runs.submit(compose(lanes.filter((l) => l.active || l === next).map((l) => l.resolved)));
    await desk.show(await desk.page(compose(lanes.map((l) => l.resolved))));
    desk.bar.say(`Lane ${desk.lanes.at(-1)?.letter} branches at step ${step}.`);
    if (says) desk.bar.note(says);
    return true;
  }
}

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

/** The last step at which a lane can branch. @param {Lane} lane */
export function reach(lane) {
  const last = lane.settings.has("then.steps") ? Number(lane.resolved.get("steps") ?? Infinity) : Infinity;
  return Math.min(lane.steps - 1, last, Number(lane.settings.get("at") ?? 0) || Infinity);
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
