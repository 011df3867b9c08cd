// The curves of a chart: the lines of its panel for each lane, brought up to the lanes'
// logs. Knows nothing of places and colours.

import { Seeds } from "./band.js";
import { DECADES, range } from "./scale.js";
import { reach } from "./zoom.js";

/**
 * @typedef {{ field: string, label?: string, sign?: "positive" | "negative" | "", dash?: boolean, note?: string }} Line
 * @typedef {{ title: string, unit?: string, log?: boolean, within?: number[], axis?: string, figure?: string, events?: import("./findings.js").Kind[], lines: Line[] }} Panel
 * Its axis is a word for what x counts; steps where it is missing. figure is the server's figure that has it, where the page does not say so; its events are the kinds that are told beside its curves.
 *
 * A lane as charts see it; a note says what else is to be known of it, before is what stands behind its line.
 * @typedef {{ letter: string, title: string, log: import("./log.js").RunLog | Seeds, steps: number, note?: string, before?: { step: number, values: (number | null)[] }[] }} LaneView
 *
 * A line of a lane; seen says how many steps of each of its logs are in it, the others are padding, resets which attempt these are of, lo and hi are the ends of these values. Where there are several
 * logs the values are medians, low and high the least and the largest of the seeds, count how many these are.
 * @typedef {{ line: Line, lane: number, view: LaneView, scale: number, values: (number | null)[], seen: number[], resets: number[], low: (number | null)[], high: (number | null)[], count: number[], lo: number, hi: number }} Curve
 *
 * A reference value of lines; letters are those of the lanes that have it.
 * @typedef {{ label: string, value: number, letters: string[] }} Reference
 */

export class Curves {
  /** Steps that the longest lane has. */
  length = 0;
  /** Each reference value once. @type {Reference[]} */
  references = [];

  /** @param {Panel} panel @param {LaneView[]} lanes */
  constructor(panel, lanes) {
    this.panel = panel;
    this.lanes = lanes;
    /** @type {Curve[]} */
    this.list = lanes.flatMap((view, lane) =>
      panel.lines.filter((line) => view.log.field(line.field)).map((line) => ({ line, lane, view, scale: unit(view, line), ...nothing() })),
    );
  }

  /** Goes on with other logs of the same lanes, of which nothing is known yet. @param {LaneView[]} lanes */
  take(lanes) {
    this.lanes = lanes;
    for (const c of this.list) c.view = lanes[c.lane] ?? c.view;
    this.#forget();
  }

  #forget() {
    this.length = 0;
    for (const c of this.list) Object.assign(c, nothing());
  }

  /** Brings all curves up to their logs: steps that came are appended. */
  grow() {
    if (this.list.some((c) => c.resets.some((n, i) => c.view.log.logs[i].resets !== n))) this.#forget(); // a run began anew
    const from = this.length;
    this.length = Math.max(from, ...this.lanes.map((l) => l.log.length));
    for (const c of this.list) extend(c, from, this.length, Boolean(this.panel.log));
    this.references = references(this.list);
  }

  /**
   * What the axis of values spans: all of them, the references, and what the panel asks for; of a part of the steps what its lines show.
   * @param {import("./zoom.js").Range} [part]
   */
  range(part) {
    const log = Boolean(this.panel.log);
    if (part) return range(this.list.flatMap((c) => [c.values, c.low, c.high].map((values) => seen(values, part))), log);
    const others = [...(this.panel.within ?? []), ...this.references.map((m) => m.value).filter(Number.isFinite)];
    const least = Math.max(...others, ...this.list.map((c) => c.hi)) / 10 ** DECADES;
    // of a curve with values that do not count all have to be looked at
    return range([...this.list.flatMap((c) => c.view.before?.map((b) => b.values) ?? []), ...this.list.flatMap((c) => (log && c.lo < least ? [c.values, c.low, c.high] : empty(c) ? [] : [[c.lo, c.hi]])), others], log);
  }

  /** The last step that has a place. */
  get steps() {
    return Math.max(1, ...this.lanes.map((l) => l.steps));
  }

  /** How many seeds a band has at most; 0 where there is none. */
  get seeds() {
    return Math.max(0, ...this.lanes.map((l) => l.log.logs.length).filter((n) => n > 1));
  }

  /** Whether there is no point to draw. */
  get blank() {
    return this.list.every(empty) && !this.list.some((c) => c.line.note && c.view.log.length);
  }
}

/** The last point of a curve at or before a step. @param {Curve} curve @param {number} [step] */
export function end(curve, step = Infinity) {
  if (empty(curve)) return undefined;
  for (let s = Math.min(step, curve.values.length - 1); s >= 0; s--) {
    const value = curve.values[s];
    if (value !== null && value !== undefined) return { step: s, value };
  }
  return undefined;
}

/** Values of a line that shows a part of the steps; where none is measured there, those that the line leads from and to. @param {(number | null)[]} values @param {import("./zoom.js").Range} part */
function seen(values, [first, last]) {
  const inside = values.slice(first, last + 1);
  if (inside.some((v) => v !== null)) return inside;
  const [from, to] = reach(values, first, last);
  return [values[from] ?? null, values[to] ?? null];
}

/**
 * What a curve's field measured last at or before a step: also what has no place on a logarithmic axis, as a norm that
 * has vanished, on which the curve is silent. Of a band the median, and all its seeds with the least first.
 * @param {Curve} c @param {number} [step]
 */
export function measured(c, step = Infinity) {
  const { log } = c.view;
  const last = log.last(c.line.field, Math.min(step, log.length - 1));
  if (!last) return undefined;
  const seeds = log instanceof Seeds ? log.values(c.line.field, last.step).map((v) => v * c.scale) : [];
  return { step: last.step, value: last.value * c.scale, seeds };
}

/** What a curve has before its values come. */
const nothing = () => ({ values: [], seen: [], resets: [], low: [], high: [], count: [], lo: Infinity, hi: -Infinity });

/** Whether a curve has no point. @param {Curve} c */
const empty = (c) => c.hi < c.lo;

/** What a line's values are multiplied by: a channel's spread is read in units of the isotropic one. @param {LaneView} view @param {Line} line */
function unit(view, line) {
  const isotropic = line.field === "channel_std" ? view.log.mark(line.field, "isotropic") : undefined;
  return isotropic ? 1 / isotropic : 1;
}

/** Brings a curve from one length to another. @param {Curve} c @param {number} from @param {number} to @param {boolean} log what is not positive has no place */
function extend(c, from, to, log) {
  const { logs } = c.view.log;
  const seeds = c.view.log instanceof Seeds ? c.view.log : undefined;
  // a shorter lane was padded with nulls, which are replaced when it grows; a seed that grows changes what the others have said
  const grown = logs.flatMap((l, i) => (l.length > (c.seen[i] ?? 0) ? [c.seen[i] ?? 0] : []));
  const reach = (/** @type {number} */ v) => {
    if (log && v <= 0) return;
    c.lo = Math.min(c.lo, v);
    c.hi = Math.max(c.hi, v);
  };
  for (let s = Math.min(from, ...grown); s < to; s++) {
    const v = c.view.log.at(c.line.field, s) * c.scale;
    const drawn = !Number.isNaN(v) && !(log && v <= 0);
    c.values[s] = drawn ? v : null;
    if (drawn) reach(v);
    if (!seeds) continue;
    const all = seeds.values(c.line.field, s).map((x) => x * c.scale);
    const ends = [all[0], all[all.length - 1]];
    c.count[s] = all.length;
    [c.low[s], c.high[s]] = drawn ? ends : [null, null];
    if (drawn) ends.forEach(reach);
  }
  c.seen = logs.map((l) => l.length);
  c.resets = logs.map((l) => l.resets);
}

/** Reference values of the curves' fields; where lanes differ, with their letters. @param {Curve[]} curves @returns {Reference[]} */
function references(curves) {
  /** @type {Map<string, Reference>} */
  const marks = new Map();
  for (const c of curves) {
    for (const m of c.view.log.field(c.line.field)?.marks ?? []) {
      const value = m.value * c.scale;
      const known = marks.get(`${m.label} ${value}`);
      if (!known) marks.set(`${m.label} ${value}`, { label: m.label, value, letters: [c.view.letter] });
      else if (!known.letters.includes(c.view.letter)) known.letters.push(c.view.letter);
    }
  }
  const all = [...marks.values()];
  return all.map((m) => ({ ...m, label: all.some((o) => o !== m && o.label === m.label) ? `${m.letters.join(", ")} ${m.label}` : m.label }));
}
