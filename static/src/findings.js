// What has been found in a run's records: how its outputs stand, and at which steps
// something worth a word has happened. The twin of internal/finding, where the rules, their
// thresholds and the reasons for these are told.

/**
 * @typedef {"collapse" | "few" | "rank" | "balance" | "diverged"} Kind
 * @typedef {{ title: string, text: string }} Finding
 * @typedef {import("./log.js").RunLog} RunLog
 */

/** Before this step the network has not had time to collapse; what looks like it is its beginning. */
const EARLY = 20;

const [POINT_LEVEL, LINE_OFF, LINE_RANK, FEW_LEVEL, FEW_SHARE, FEW_OFF] = [0.8, 0.95, 3, 0.5, 0.25, 0.6];
const [HELD, BALANCED, FALLEN, NEAR] = [3, 20, 1 / 12, 4 / 3];

const BLIND = "The spread of the channels still looks healthy, which is why one number is not enough.";

/**
 * Says that outputs have collapsed to a point or to a line, or nothing.
 * @param {number} level collapse level
 * @param {number} rank effective rank; 0 or NaN: not measured yet
 * @param {number} offdiagonal mean size of the off-diagonal correlation
 * @returns {Finding | undefined}
 */
export function collapse(level, rank, offdiagonal) {
  const title = "Collapsed.";
  if (level > POINT_LEVEL) {
    const text = `All images have nearly the same output: the channels spread only ${(100 * (1 - level)).toFixed(0)}\u00a0% as far as they would if they were independent. `;
    return { title, text: `${text}Alignment looks perfect, and the outputs hardly tell images apart.` };
  }
  if (rank > 0 && rank < LINE_RANK && offdiagonal > LINE_OFF) {
    return { title, text: `The outputs lie on a line: every channel says the same (off-diagonal correlation ${offdiagonal.toFixed(2)}, effective rank ${rank.toFixed(1)}). ${BLIND}` };
  }
  return undefined;
}

/**
 * Says that outputs use few directions, of outputs of which it is true.
 * @param {number} rank @param {number} offdiagonal @param {number} attainable
 * @returns {Finding}
 */
export function directions(rank, offdiagonal, attainable) {
  const text = `The outputs use few directions: an effective rank of ${rank.toFixed(1)} where ${attainable.toFixed(0)} is attainable, and the channels repeat each other `;
  return { title: "Dimensional collapse.", text: `${text}(off-diagonal correlation ${offdiagonal.toFixed(2)}). ${BLIND}` };
}

/** Something that is so for some measurements one behind the other. */
class Stretch {
  #from = 0;
  #n = 0;
  /** Where it was first so for long enough. @type {number | undefined} */
  first;
  /** All stretches that were long enough: the first step, and the first behind it. @type {{ from: number, to: number }[]} */
  all = [];

  /** @param {number} need */
  constructor(need) {
    this.need = need;
  }

  /** @param {number} step @param {boolean} so */
  see(step, so) {
    if (!so) {
      if (this.#n >= this.need) this.all[this.all.length - 1].to = step;
      this.#n = 0;
      return;
    }
    if (this.#n === 0) this.#from = step;
    if (++this.#n !== this.need) return;
    this.first ??= this.#from;
    this.all.push({ from: this.#from, to: Infinity });
  }

  /** @param {number} step */
  holds(step) {
    return this.all.some(({ from, to }) => from <= step && step < to);
  }
}

/** What has been found in a log so far; a step is looked at once. */
class Scan {
  next = 0;
  /** First steps; undefined: not so far. @type {number | undefined} */
  collapsed;
  /** @type {number | undefined} */
  diverged;
  few = new Stretch(HELD);
  rank = new Stretch(HELD);
  balance = new Stretch(BALANCED);
  /** Steps at which the neighbours were measured. @type {number[]} */
  knn = [];
  #level = NaN;
  #rank = NaN;
  #off = NaN;
  #attainable;
  /** Ranks of the first probes. @type {number[]} */
  #early = [];
  /** What is not finite where a run diverges, as far as it is measured. */
  #finite;

  /** @param {RunLog} log */
  constructor(log) {
    this.log = log;
    this.resets = log.resets;
    this.#attainable = log.mark("effective_rank", "attainable") ?? NaN;
    this.#finite = ["loss", "positive_norm", "negative_norm", "total_norm"].flatMap((name) => log.field(name) ?? []);
  }

  go() {
    for (; this.next < this.log.length; this.next++) this.#see(this.next);
    return this;
  }

  /** @param {number} s */
  #see(s) {
    const { log } = this;
    const [level, rank, off, balance] = ["collapse_level", "effective_rank", "offdiagonal", "balance"].map((name) => log.at(name, s));
    this.#level = newer(level, this.#level);
    this.#rank = newer(rank, this.#rank);
    this.#off = newer(off, this.#off);
    const late = s + 1 >= EARLY;
    if (this.collapsed === undefined && late && collapse(this.#level, this.#rank, this.#off)) this.collapsed = s;
    if (!Number.isNaN(rank)) {
      const few = this.#level < FEW_LEVEL && rank > 0 && rank < FEW_SHARE * this.#attainable && off > FEW_OFF;
      if (late && !Number.isNaN(off)) this.few.see(s, few);
      if (this.#early.length < HELD) this.#early.push(rank);
      this.rank.see(s, rank - 1 < FALLEN * (Math.max(...this.#early) - 1));
    }
    if (!Number.isNaN(balance)) this.balance.see(s, balance >= 1 / NEAR && balance <= NEAR);
    if (!Number.isNaN(log.at("knn_accuracy", s))) this.knn.push(s);
    if (this.diverged === undefined && this.#finite.some((f) => log.has[s] & f.every && Number.isNaN(log.at(f.name, s)))) this.diverged = s;
  }
}

/** A measurement, or the one before where there is none. @param {number} v @param {number} old */
const newer = (v, old) => (Number.isNaN(v) ? old : v);

/** @type {WeakMap<RunLog, Scan>} */
const scans = new WeakMap();

/** What has been found in a log so far. @param {RunLog} log */
export function scan(log) {
  let s = scans.get(log);
  if (!s || s.resets !== log.resets) scans.set(log, (s = new Scan(log)));
  return s.go();
}

/**
 * The finding about a run as it stands at a step, or nothing.
 * @param {RunLog} log
 * @param {number} [step] the newest where it is missing
 */
export function finding(log, step = Infinity) {
  const at = Math.min(step, log.length - 1);
  if (at + 1 < EARLY) return undefined;
  const last = (/** @type {string} */ name) => log.last(name, at)?.value ?? NaN;
  const [level, rank, off] = ["collapse_level", "effective_rank", "offdiagonal"].map(last);
  return collapse(level, rank, off) ?? (scan(log).few.holds(at) ? directions(rank, off, log.mark("effective_rank", "attainable") ?? NaN) : undefined);
}

/** Which steps it is that a kind first was so at. @param {RunLog} log @param {Kind} kind */
function first(log, kind) {
  const s = scan(log);
  if (kind === "collapse") return s.collapsed;
  return kind === "diverged" ? s.diverged : s[kind].first;
}

/** The words for what has happened. @type {Record<Kind, string>} */
export const SAID = { collapse: "collapsed", few: "dimensional collapse", rank: "rank fell", balance: "terms balance", diverged: "diverged" };

/**
 * What has happened to a lane, or to some of the seeds of a band.
 * @param {Kind} kind @param {string} name the lane's letter, empty where there is one lane
 * @param {number[]} steps of the seeds to which it has, the least first @param {number} of how many seeds there are
 */
export function words(kind, name, steps, of) {
  const what = (steps.length < of ? `${steps.length} of ${of}: ` : "") + SAID[kind];
  const [least, largest] = [steps[0], steps[steps.length - 1]];
  const when = least === largest ? `step ${least}` : `steps ${least} to ${largest}`;
  return `${name ? `${name} ` : ""}${what}${kind === "balance" ? " from " : ", "}${when}`;
}

/**
 * What has happened to the seeds of a lane's view, of the kinds that are asked for.
 * @param {{ logs: RunLog[] }} log @param {Kind[]} kinds
 */
export function happened({ logs }, kinds) {
  return kinds.flatMap((kind) => {
    const steps = logs.flatMap((l) => first(l, kind) ?? []).sort((a, b) => a - b);
    return steps.length ? [{ kind, steps, of: logs.length }] : [];
  });
}
