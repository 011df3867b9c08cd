// The lanes of the page as a link. A lane is a map of settings; the first lane's
// keys are bare, the others' begin with b. or c. and say only what differs from
// the first. The server reads it and writes the canonical form; here it is enough
// that the link means the right thing.

/** How many lanes stand beside each other. */
export const LANES = 3;

/** @typedef {Map<string, string>} Settings */

/** What the keys of lane number i begin with. @param {number} i */
const prefix = (i) => (i === 0 ? "" : `${String.fromCharCode(97 + i)}.`);

/**
 * The query of lanes whose every key is given.
 * @param {Settings[]} lanes
 */
export function compose(lanes) {
  const query = new URLSearchParams();
  lanes.forEach((lane, i) => {
    for (const [key, value] of lane) {
      if (i === 0 || lanes[0].get(key) !== value) query.append(prefix(i) + key, value);
    }
  });
  return query.toString();
}

/**
 * Lanes with one more; the oldest goes where there are too many.
 * @template T
 * @param {T[]} lanes
 * @param {T} lane
 */
export function beside(lanes, lane) {
  return [...lanes, lane].slice(-LANES);
}
