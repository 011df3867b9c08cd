// The lanes of the page as a link. A lane is a map of settings; the first lane's
// keys are bare, the others' begin with b. or c. and say only what differs from
// the first. The server reads it and writes the canonical form; here it is enough
// that the link means the right thing.

import { kin } from "./band.js";

/** How many kinds of lanes stand beside each other, those that differ in the seed only counted once. */
export const KINDS = 3;
/** How many lanes there are at most (spec.MaxLanes). */
const LANES = 6;

/** @typedef {Map<string, string>} Settings */

/** What the keys of lane number i begin with. @param {number} i */
const prefix = (i) => (i === 0 ? "" : `${String.fromCharCode(97 + i)}.`);

/**
 * The query of lanes whose every key is given. A lane of another method than the first one's says
 * all: a setting of that method is not taken over, even where its own method has one of the same name.
 * @param {Settings[]} lanes
 */
export function compose(lanes) {
  const query = new URLSearchParams();
  lanes.forEach((lane, i) => {
    for (const [key, value] of lane) {
      if (i > 0 && key === "v") continue; // is the whole link's
      if (i === 0 || lane.get("method") !== lanes[0].get("method") || lanes[0].get(key) !== value) query.append(prefix(i) + key, value);
    }
  });
  return query.toString();
}

/**
 * Lanes with others behind them; the oldest go where there are too many.
 * @template {{ query: string }} T
 * @param {T[]} lanes
 * @param {T[]} more
 */
export function beside(lanes, more) {
  const kinds = new Set();
  /** @type {T[]} */
  const kept = [];
  for (const l of [...lanes, ...more].reverse()) {
    kinds.add(kin(l.query));
    if (kinds.size > KINDS || kept.length === LANES) break;
    kept.unshift(l);
  }
  return kept;
}
