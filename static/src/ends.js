// Which of the lines' ends have a label, and at what height, where there are more than
// one above the other have room for.

import { spread } from "./scale.js";

/** @typedef {import("./curves.js").Curve} Curve */

/** The line of a lane that stands for it where its lines cannot all be named: that of the sign that is looked at, or else of none, as a total, and drawn through. @param {Curve[]} lane @param {string} front */
const foremost = (lane, front) => lane.find((c) => front && c.line.sign === front) ?? lane.find((c) => !c.line.sign && !c.line.dash) ?? lane[0];

/**
 * Those of the curves that have a label: all, or one of each lane where they are more than have room.
 * @template {{ curve: Curve }} T
 * @param {T[]} ends @param {number} room how many labels have it @param {string} front the sign that is looked at
 */
export function labelled(ends, room, front) {
  if (ends.length <= room) return ends;
  const lanes = [...new Set(ends.map((e) => e.curve.lane))].slice(0, room);
  const chosen = new Set(lanes.map((lane) => foremost(ends.map((e) => e.curve).filter((c) => c.lane === lane), front)));
  return ends.filter((e) => chosen.has(e.curve));
}

/**
 * Heights between top and bottom for labels that want these, in ascending order: as far from each other as they should be, or as they can.
 * @param {number[]} ys @param {number} top @param {number} bottom @param {number} gap
 */
export function stacked(ys, top, bottom, gap) {
  return spread(ys, top, bottom, Math.min(gap, (bottom - top) / Math.max(1, ys.length - 1)));
}
