// Lanes that differ in the seed only, as charts see them: one line, the median of the
// seeds, in a band from the least to the largest. The twin of internal/report/seeds.go.

/** @typedef {import("./curves.js").LaneView} LaneView @typedef {import("./log.js").RunLog} RunLog */

/** What a lane is but for its seed, which its canonical query says. @param {string} query */
export const kin = (query) => query.split("&").filter((p) => !p.startsWith("seed=")).join("&");

/**
 * The numbers of lanes, those of one kin together, in their order.
 * @param {{ query: string }[]} lanes
 * @returns {number[][]}
 */
export function groups(lanes) {
  /** @type {Map<string, number[]>} */
  const all = new Map();
  lanes.forEach((l, i) => all.set(kin(l.query), [...(all.get(kin(l.query)) ?? []), i]));
  return [...all.values()];
}

/** Letters of lanes: "A–C" where they stand beside each other, "A, C" where not. @param {string[]} letters of all @param {number[]} some */
export function span(letters, some) {
  const [first, last] = [some[0], some[some.length - 1]];
  return some.length > 1 && last - first === some.length - 1 ? `${letters[first]}–${letters[last]}` : some.map((i) => letters[i]).join(", ");
}

/**
 * What charts draw of lanes: the single ones as they are, the others as a band.
 * @param {LaneView[]} lanes @param {number[][]} together
 * @returns {LaneView[]}
 */
export function views(lanes, together) {
  const letters = lanes.map((l) => l.letter);
  return together.map((some) => {
    const [first, ...more] = some.map((i) => lanes[i]);
    if (!more.length) return first;
    const seeds = [first, ...more];
    return { letter: span(letters, some), title: first.title, log: new Seeds(seeds.map((l) => l.log.logs[0])), steps: Math.max(...seeds.map((l) => l.steps)) };
  });
}

/** The logs of the seeds as one, with medians for values. */
export class Seeds {
  /** @param {RunLog[]} logs */
  constructor(logs) {
    this.logs = logs;
  }

  get length() {
    return Math.max(...this.logs.map((l) => l.length));
  }

  /** @param {string} name */
  field(name) {
    return this.logs.map((l) => l.field(name)).find(Boolean);
  }

  /** @param {string} name @param {string} label */
  mark(name, label) {
    return this.logs.map((l) => l.mark(name, label)).find((m) => m !== undefined);
  }

  /** What the seeds say at a step, the least first; a seed that has no finite value there is left out. @param {string} name @param {number} step */
  values(name, step) {
    return this.logs.map((l) => l.at(name, step)).filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  }

  /** The median; NaN where no seed has measured. @param {string} name @param {number} step */
  at(name, step) {
    const all = this.values(name, step);
    const n = all.length;
    return n ? (all[(n - 1) >> 1] + all[n >> 1]) / 2 : NaN;
  }

  /** @param {string} name @param {number} [step] */
  last(name, step = this.length - 1) {
    for (let s = Math.min(step, this.length - 1); s >= 0; s--) {
      const value = this.at(name, s);
      if (!Number.isNaN(value)) return { step: s, value };
    }
    return undefined;
  }
}
