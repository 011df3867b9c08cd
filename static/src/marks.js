// What happened when: the steps of a run that the timeline marks.

import { SAID, scan } from "./findings.js";
import { number } from "./words.js";

/** @typedef {{ step: number, kind: "branch" | "collapse" | "few" | "rank" | "balance" | "diverged" | "knn", lane: number, letter: string, text: string }} Mark */

/**
 * The marks of all lanes, by step.
 * @param {import("./lane.js").Lane[]} lanes
 * @returns {Mark[]}
 */
export function marksOf(lanes) {
  /** @type {Mark[]} */
  const marks = [];
  lanes.forEach((l) => {
    const lane = l.tone;
    const letter = lanes.length > 1 ? l.letter : "";
    const name = letter && `${letter} `;
    const at = Number(l.settings.get("at") ?? 0);
    const longer = at === 0 && l.settings.has("then.steps");
    if (longer) marks.push({ step: Number(l.resolved.get("steps")), kind: "branch", lane, letter, text: `${name}goes on behind its schedules` });
    if (at > 0) marks.push({ step: at, kind: "branch", lane, letter, text: `${name}branches: ${then(l.settings)}` });
    const { collapsed, few, rank, balance, knn } = scan(l.log);
    if (collapsed !== undefined) marks.push({ step: collapsed, kind: "collapse", lane, letter, text: `${name}first collapsed` });
    for (const [kind, { first }] of /** @type {const} */ ([["few", few], ["rank", rank], ["balance", balance]])) {
      if (first !== undefined) marks.push({ step: first, kind, lane, letter, text: name + SAID[kind] });
    }
    if (l.state === "diverged" && l.log.length) marks.push({ step: l.log.length - 1, kind: "diverged", lane, letter, text: `${name}diverged` });
    for (const step of knn) marks.push({ step, kind: "knn", lane, letter, text: `${name}kNN ${number(l.log.at("knn_accuracy", step))}` });
  });
  return marks.sort((a, b) => a.step - b.step || a.lane - b.lane);
}

/** Changes whenever marksOf would. @param {import("./lane.js").Lane[]} lanes */
export function fingerprint(lanes) {
  return lanes.map((l) => {
    const { resets, collapsed, few, rank, balance, knn } = scan(l.log);
    return [l.letter, l.query, resets, collapsed, few.first, rank.first, balance.first, knn.length, l.state === "diverged" && l.log.length].join();
  }).join();
}

/** What a branch changes: "lr 0.01". @param {Map<string, string>} settings */
function then(settings) {
  const changes = [...settings].filter(([key]) => key.startsWith("then."));
  return changes.map(([key, value]) => `${key.slice("then.".length)} ${value}`).join(", ");
}
