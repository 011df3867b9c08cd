// The lanes of the page as a link. A lane is a map of settings; the first lane's
// keys are bare, the others' begin with b. or c. and say only what differs from
// the first. The server reads it and writes the canonical form; here it is enough
// that the link means the right thing.

import { kin, span } from "./band.js";

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
 * Lanes with others behind them. Where there are too many the first stays, which the others are compared with,
 * and the oldest of the rest make room: all lanes of a kind, which differ in the seed only, unless a kind
 * has no room as a whole.
 * @template {{ query: string }} T
 * @param {T[]} lanes
 * @param {T[]} more
 */
export function beside(lanes, more) {
  const room = Math.max(0, LANES - more.length);
  const stays = new Set([...lanes.slice(0, 1), ...more].map((l) => kin(l.query)));
  let kept = [...lanes];
  for (const l of lanes) {
    const kind = kin(l.query);
    if (kept.length > room && !stays.has(kind)) kept = kept.filter((k) => kin(k.query) !== kind);
  }
  kept.splice(room && 1, kept.length - room);
  return [...kept, ...more];
}

/**
 * Says which lanes have made room for others; nothing where none has.
 * @param {{ letter: string, query: string }[]} lanes that were to stay
 * @param {{ query: string }[]} now
 */
export function madeRoom(lanes, now) {
  const gone = lanes.flatMap(({ query }, i) => (now.some((l) => l.query === query) ? [] : i));
  const come = now.filter((n) => lanes.every((l) => l.query !== n.query)).length;
  if (!gone.length || lanes.length + come <= LANES) return ""; // there was room
  const [what, them] = gone.length > 1 ? ["lanes", "them"] : ["lane", "it"];
  return `${what} ${span(lanes.map((l) => l.letter), gone)} made room: ${LANES} lanes are the most. Back brings ${them} again`;
}
