// What happened when: the steps of a run that the timeline marks.

import { EARLY } from "./outcome.js";
import { collapse, number } from "./words.js";

/** @typedef {{ step: number, kind: "branch" | "collapse" | "diverged" | "knn", lane: number, letter: string, text: string }} Mark */

/**
 * What has been found in a log so far; a step is looked at once.
 * @typedef {{ resets: number, next: number, collapsed: number | undefined, knn: number[], level: number, rank: number, off: number }} Scan
 */

/** @type {WeakMap<import("./log.js").RunLog, Scan>} */
const scans = new WeakMap();

/**
 * The first step whose outputs have collapsed, by the rule of the outcome texts,
 * and the steps at which the neighbours were measured.
 * @param {import("./log.js").RunLog} log
 */
export function scan(log) {
  let s = scans.get(log);
  if (!s || s.resets !== log.resets) {
    s = { resets: log.resets, next: 0, collapsed: undefined, knn: [], level: NaN, rank: NaN, off: NaN };
    scans.set(log, s);
  }
  for (; s.next < log.length; s.next++) {
    if (!Number.isNaN(log.at("knn_accuracy", s.next))) s.knn.push(s.next);
    if (s.collapsed !== undefined) continue;
    s.level = newer(log.at("collapse_level", s.next), s.level);
    s.rank = newer(log.at("effective_rank", s.next), s.rank);
    s.off = newer(log.at("offdiagonal", s.next), s.off);
    if (s.next + 1 >= EARLY && collapse(s.level, s.rank, s.off)) s.collapsed = s.next;
  }
  return s;
}

/** A measurement, or the one before where there is none. @param {number} v @param {number} old */
const newer = (v, old) => (Number.isNaN(v) ? old : v);

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
    const { collapsed, knn } = scan(l.log);
    if (collapsed !== undefined) marks.push({ step: collapsed, kind: "collapse", lane, letter, text: `${name}first collapsed` });
    if (l.state === "diverged" && l.log.length) marks.push({ step: l.log.length - 1, kind: "diverged", lane, letter, text: `${name}diverged` });
    for (const step of knn) marks.push({ step, kind: "knn", lane, letter, text: `${name}kNN ${number(l.log.at("knn_accuracy", step))}` });
  });
  return marks.sort((a, b) => a.step - b.step || a.lane - b.lane);
}

/** Changes whenever marksOf would. @param {import("./lane.js").Lane[]} lanes */
export function fingerprint(lanes) {
  return lanes.map((l) => {
    const { resets, collapsed, knn } = scan(l.log);
    return [l.letter, l.query, resets, collapsed, knn.length, l.state === "diverged" && l.log.length].join();
  }).join();
}

/** What a branch changes: "lr 0.01". @param {Map<string, string>} settings */
function then(settings) {
  const changes = [...settings].filter(([key]) => key.startsWith("then."));
  return changes.map(([key, value]) => `${key.slice("then.".length)} ${value}`).join(", ");
}
