// Numbers on axes and sliders.

/**
 * Where a value stands on a slider, 0 to 1. A logarithmic slider whose range
 * begins at 0 has 0 at its very left and then five decades (for whole numbers:
 * from 1). The twin of position in templates/form.go.
 * @param {number} v @param {number} lo @param {number} hi @param {boolean} log @param {boolean} whole
 */
export function position(v, lo, hi, log, whole) {
  if (!log) return (v - lo) / (hi - lo);
  if (lo > 0) return v < lo ? 0 : Math.log(v / lo) / Math.log(hi / lo);
  const least = whole ? 1 : hi / 1e5;
  return v < least ? 0 : 0.02 + (0.98 * Math.log(v / least)) / Math.log(hi / least);
}

/**
 * The value at a place of a slider, rounded to what a person would choose: whole
 * numbers to an eighth of their power of two where the slider is logarithmic,
 * others to two digits there and to a hundredth of the range elsewhere.
 * @param {number} p 0 to 1 @param {number} lo @param {number} hi @param {boolean} log @param {boolean} whole
 */
export function valueAt(p, lo, hi, log, whole) {
  if (p <= 0) return lo;
  if (p >= 1) return hi;
  let v;
  if (!log) {
    v = lo + p * (hi - lo);
    v = whole ? Math.round(v) : round(v, stepFor(hi - lo));
  } else if (lo > 0) {
    v = nice(lo * (hi / lo) ** p, whole);
  } else {
    const least = whole ? 1 : hi / 1e5;
    v = p < 0.01 ? 0 : nice(least * (hi / least) ** Math.max(0, (p - 0.02) / 0.98), whole);
  }
  return Math.min(hi, Math.max(lo, v));
}

/** @param {number} v @param {boolean} whole */
function nice(v, whole) {
  if (!whole) return Number(v.toPrecision(2));
  const unit = Math.max(1, 2 ** (Math.floor(Math.log2(v)) - 2));
  return Math.round(v / unit) * unit;
}

/** A power of ten near a hundredth of the range. @param {number} range */
function stepFor(range) {
  return 10 ** Math.floor(Math.log10(range / 50));
}

/** @param {number} v @param {number} unit */
function round(v, unit) {
  return Number((Math.round(v / unit) * unit).toPrecision(12));
}

/**
 * Round numbers that divide a linear axis into about n parts.
 * @param {number} lo @param {number} hi @param {number} n
 */
export function linearTicks(lo, hi, n) {
  const rough = (hi - lo) / n;
  const base = 10 ** Math.floor(Math.log10(rough));
  const step = base * ([1, 2, 5, 10].find((f) => f * base >= rough * (1 - 1e-9)) ?? 10);
  const ticks = [];
  for (let i = Math.ceil(lo / step - 1e-9); i * step <= hi + 1e-9 * step; i++) ticks.push(round(i * step, step / 10));
  return ticks;
}

/**
 * Powers of ten on a logarithmic axis, and multiples of these where few fit.
 * @param {number} lo @param {number} hi
 */
export function logTicks(lo, hi) {
  const decades = Math.log10(hi / lo);
  const every = Math.max(1, Math.ceil(decades / 5));
  const ticks = [];
  for (let e = Math.floor(Math.log10(lo)); e <= Math.ceil(Math.log10(hi)); e++) {
    if (e % every) continue;
    for (const m of decades > 2.5 ? [1] : decades > 1 ? [1, 3] : [1, 2, 3, 5]) {
      const v = Number((m * 10 ** e).toPrecision(1));
      if (v >= lo && v <= hi) ticks.push(v);
    }
  }
  return ticks;
}

/** Decades of a logarithmic axis: what is smaller is the rounding noise of a norm that has vanished, and would flatten everything else. */
export const DECADES = 5;

/**
 * The range of an axis that holds the values of all series. What is not positive
 * has no place on a logarithmic one, and what has all but vanished does not count.
 * @param {(number | null)[][]} series
 * @param {boolean} log
 * @returns {[number, number]}
 */
export function range(series, log) {
  let hi = -Infinity;
  for (const values of series) for (const v of values) if (v !== null && v > hi) hi = v;
  const least = log ? Math.max(hi / 10 ** DECADES, Number.MIN_VALUE) : -Infinity;
  let lo = Infinity;
  for (const values of series) for (const v of values) if (v !== null && v >= least && v < lo) lo = v;
  if (!(lo <= hi)) return log ? [0.1, 1] : [0, 1];
  if (log) {
    if (hi / lo < 2) {
      const m = Math.sqrt(lo * hi);
      [lo, hi] = [m / 2, m * 2];
    }
    return [lo / 1.1, hi * 1.1];
  }
  if (lo === hi) {
    const pad = Math.max(0.5, Math.abs(lo) / 10);
    return [lo - pad, hi + pad];
  }
  return [lo, hi];
}

/**
 * Moves labels apart so that none is closer than gap to its neighbour and all
 * stay within top..bottom, where they fit; their order stays. Neighbours that
 * collide move as a block about their common middle.
 * @param {number[]} ys wanted heights, in ascending order
 * @param {number} top @param {number} bottom @param {number} gap
 * @returns {number[]}
 */
export function spread(ys, top, bottom, gap) {
  /** @type {{ n: number, middle: number }[]} */
  const blocks = [];
  for (const y of ys) {
    let b = { n: 1, middle: y };
    for (;;) {
      const half = ((b.n - 1) * gap) / 2;
      b.middle = Math.max(top + half, Math.min(bottom - half, b.middle));
      const p = blocks.at(-1);
      if (!p || p.middle + ((p.n - 1) * gap) / 2 + gap <= b.middle - half) break;
      b = { n: p.n + b.n, middle: (p.middle * p.n + b.middle * b.n) / (p.n + b.n) };
      blocks.pop();
    }
    blocks.push(b);
  }
  return blocks.flatMap((b) => Array.from({ length: b.n }, (_, i) => b.middle + (i - (b.n - 1) / 2) * gap));
}
