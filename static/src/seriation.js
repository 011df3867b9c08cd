// An order of channels in which those that are correlated lie together: average
// linkage of the correlations' sizes, each merging turned so that the two ends that
// meet are the most alike. It is a function of the matrix alone.

/** @typedef {import("./wire.js").Frame} Frame */

/**
 * How alike the channels of a square frame are, in either direction and whatever the sign; n x n.
 * @param {Frame} f
 */
function likeness(f) {
  const n = f.rows;
  const s = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) s[i * n + j] = Math.abs(f.data[i * n + j]) + Math.abs(f.data[j * n + i]);
  return s;
}

/**
 * The channels of a square frame in the order in which they are shown.
 * @param {Frame} f
 * @returns {number[]}
 */
export function seriation(f) {
  const n = f.rows;
  const order = Array.from({ length: n }, (_, i) => i);
  if (n < 3) return order;
  const pairs = likeness(f); // of channels, for the ends that meet
  const near = Float64Array.from(pairs); // of clusters; a cluster stands at the number of one of its channels
  const alive = Int32Array.from(order); // the clusters that there are: the first `left`
  const clusters = order.map((i) => [i]);
  /** @type {number[]} */
  const chain = [];
  for (let left = n; left > 1; ) {
    // Follow the nearest neighbours until two are each other's: they may be merged at once.
    if (!chain.length) chain.push(alive[0]);
    const a = chain[chain.length - 1];
    const before = chain[chain.length - 2] ?? -1;
    const b = nearest(near, n, a, before, alive, left);
    if (b !== before) {
      chain.push(b);
      continue;
    }
    chain.length -= 2;
    average(near, n, a, clusters[a].length, b, clusters[b].length, alive, left);
    clusters[a] = joined(clusters[a], clusters[b], (i, j) => pairs[i * n + j]);
    alive.copyWithin(alive.indexOf(b), alive.indexOf(b) + 1, left--);
  }
  const found = clusters[alive[0]];
  return found[0] < found[n - 1] ? found : found.reverse();
}

/**
 * The cluster most like one; of those as near, the one where the chain comes from, which ends it.
 * @param {Float64Array} near @param {number} n @param {number} a @param {number} before -1: none
 * @param {Int32Array} alive @param {number} left
 */
function nearest(near, n, a, before, alive, left) {
  let [best, most] = [before, before < 0 ? -1 : near[a * n + before]];
  for (let i = 0; i < left; i++) {
    const k = alive[i];
    if (k !== a && near[a * n + k] > most) [best, most] = [k, near[a * n + k]];
  }
  return best;
}

/**
 * Puts the likeness of two clusters to all others, weighed by their sizes, in the place of the first one's.
 * @param {Float64Array} near @param {number} n @param {number} a @param {number} sizeA @param {number} b @param {number} sizeB
 * @param {Int32Array} alive @param {number} left
 */
function average(near, n, a, sizeA, b, sizeB, alive, left) {
  for (let i = 0; i < left; i++) {
    const k = alive[i];
    near[a * n + k] = near[k * n + a] = (sizeA * near[a * n + k] + sizeB * near[b * n + k]) / (sizeA + sizeB);
  }
}

/**
 * Two lists as one, each turned such that the ends that meet are the most alike.
 * @param {number[]} x @param {number[]} y @param {(i: number, j: number) => number} alike
 */
function joined(x, y, alike) {
  const ends = [
    { value: alike(x[x.length - 1], y[0]), turnX: false, turnY: false },
    { value: alike(x[x.length - 1], y[y.length - 1]), turnX: false, turnY: true },
    { value: alike(x[0], y[0]), turnX: true, turnY: false },
    { value: alike(x[0], y[y.length - 1]), turnX: true, turnY: true },
  ];
  const best = ends.reduce((a, b) => (b.value > a.value ? b : a));
  return [...(best.turnX ? x.reverse() : x), ...(best.turnY ? y.reverse() : y)];
}

/** A square frame with its rows and columns in another order. @param {Frame} f @param {number[]} order @returns {Frame} */
export function permuted(f, order) {
  const data = new Int8Array(f.data.length);
  order.forEach((row, i) => order.forEach((col, j) => (data[i * f.cols + j] = f.data[row * f.cols + col])));
  return { ...f, data };
}
