// What happened when: the steps of a run that the timeline marks.

import { SAID, scan } from "./findings.js";
import { number } from "./words.js";

/** @typedef {{ step: number, kind: "branch" | "collapse" | "few" | "rank" | "balance" | "diverged" | "knn", lane: number, letter: string, word: string, text: string }} Mark the text begins with the letter and the word, which are what is seen of it where there is room */

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
    if (longer) marks.push({ step: Number(l.resolved.get("steps")), kind: "branch", lane, letter, word: "goes on", text: `${name}goes on behind its schedules` });
    if (at > 0) marks.push({ step: at, kind: "branch", lane, letter, word: "branches", text: `${name}branches: ${then(l.settings)}` });
    const { collapsed, few, rank, balance, knn } = scan(l.log);
    const ended = l.state === "diverged" && l.log.length ? l.log.length - 1 : undefined;
    for (const [kind, step] of /** @type {const} */ ([["collapse", collapsed], ["few", few.first], ["rank", rank.first], ["balance", balance.first], ["diverged", ended]])) {
      if (step !== undefined) marks.push({ step, kind, lane, letter, word: SAID[kind], text: name + SAID[kind] });
    }
    const floor = l.log.last("knn_random")?.value;
    const beside = letter || floor === undefined ? "" : `, untrained ${number(floor)}`; // of several lanes there is no room for it
    for (const step of knn) marks.push({ step, kind: "knn", lane, letter, word: "", text: `${name}kNN ${number(l.log.at("knn_accuracy", step))}${beside}` });
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
