// The state of the page in a link, both ways. A lane is a map of settings; the
// first lane's keys are bare, the others' begin with b. or c. and say only what
// differs from the first. The server writes the canonical form; here it is
// enough that the link means the right thing.

/** How many lanes stand beside each other. */
export const LANES = 3;

/** @typedef {Map<string, string>} Settings */

/** What the keys of lane number i begin with. @param {number} i */
export const prefix = (i) => (i === 0 ? "" : `${String.fromCharCode(97 + i)}.`);

/** How lane number i is called. @param {number} i */
export const letter = (i) => String.fromCharCode(65 + i);

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
 * The lanes of a query, each with the keys that it states or takes from the first.
 * @param {string} query
 * @returns {Settings[]}
 */
export function parse(query) {
  /** @type {Settings[]} */
  const lanes = [new Map()];
  const all = [...new URLSearchParams(query)];
  for (const [key, value] of all) if (!/^[b-f]\./.test(key)) lanes[0].set(key, value);
  for (const [key, value] of all) {
    if (!/^[b-f]\./.test(key)) continue;
    const i = key.charCodeAt(0) - 97;
    while (lanes.length <= i) lanes.push(new Map(lanes[0]));
    lanes[i].set(key.slice(2), value);
  }
  return lanes;
}

/**
 * The settings after one control has changed. Swapping the method keeps what was
 * set on purpose and lets the new method's own defaults apply; the server drops
 * the old method's knobs.
 * @param {Settings} shortest
 * @param {string} key
 * @param {string} value
 */
export function changed(shortest, key, value) {
  const next = new Map(shortest);
  next.set(key, value);
  return next;
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
