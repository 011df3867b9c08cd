// The frames of a run over time. They are large, so what is kept is bounded: where
// a name has too many, the one goes whose neighbours are closest in time, which
// keeps the rest evenly spread. The first and the last stay. What went, or never
// came, can be asked for again (recall.js).

/** @typedef {import("./wire.js").Frame} Frame */

/** Most bytes kept of each name of a run: 128 correlations of 256 x 256. */
const BUDGET = 8 << 20;

/** What a frame takes in memory, its header and object included. @param {Frame} f */
const size = (f) => f.data.length + 256;

export class History {
  /** By name; of each the frames by step, rising. @type {Map<string, Frame[]>} */
  #frames = new Map();
  /** @type {Map<string, number>} */
  #bytes = new Map();

  /** @param {number} [budget] bytes for each name */
  constructor(budget = BUDGET) {
    this.budget = budget;
  }

  /** Takes a frame in, in the place of one of the same name and step. @param {Frame} frame */
  add(frame) {
    const list = this.#frames.get(frame.name) ?? [];
    this.#frames.set(frame.name, list);
    const i = after(list, frame.step);
    const known = list[i - 1]?.step === frame.step ? list.splice(i - 1, 1, frame)[0] : undefined;
    if (!known) list.splice(i, 0, frame);
    let bytes = (this.#bytes.get(frame.name) ?? 0) + size(frame) - (known ? size(known) : 0);
    while (bytes > this.budget && list.length > 3) bytes -= size(thin(list, frame));
    this.#bytes.set(frame.name, bytes);
  }

  /** The last frame of a name at or before a step. @param {string} name @param {number} step */
  at(name, step) {
    const list = this.#frames.get(name) ?? [];
    return list[after(list, step) - 1];
  }

  /** The steps of which a frame of that name is kept. @param {string} name */
  steps(name) {
    return (this.#frames.get(name) ?? []).map((f) => f.step);
  }
}

/** How many frames are at or before a step. @param {Frame[]} list @param {number} step */
function after(list, step) {
  let [lo, hi] = [0, list.length];
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (list[mid].step <= step) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/**
 * Takes out the frame whose neighbours are closest together; not the first, the
 * last or the one that has just been asked for.
 * @param {Frame[]} list @param {Frame} asked
 */
function thin(list, asked) {
  let at = -1;
  let least = Infinity;
  for (let i = 1; i < list.length - 1; i++) {
    const gap = list[i + 1].step - list[i - 1].step;
    if (gap < least && list[i] !== asked) [at, least] = [i, gap];
  }
  return list.splice(at, 1)[0];
}
