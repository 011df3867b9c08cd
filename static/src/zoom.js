// The steps that all charts of steps show: all of them, or a range that somebody has
// chosen on one of them.

/** From and to which step, both included. @typedef {[number, number]} Range */

/** The fewest steps of a range. */
export const LEAST = 2;

/** @type {Range | undefined} */
let range;

/** @type {Set<() => void>} */
const followers = new Set();

/** What is chosen; undefined: all. */
export const zoomed = () => range;

/** The part of a range that there is, of so many steps; undefined: all are shown. @param {number} last */
export function within(last) {
  return range && range[0] + LEAST <= last ? /** @type {Range} */ ([range[0], Math.min(range[1], last)]) : undefined;
}

/** Calls back whenever another range is chosen. @param {() => void} changed */
export function onZoom(changed) {
  followers.add(changed);
}

/** Shows a range in all charts, or all steps. @param {Range | undefined} wanted */
export function zoom(wanted) {
  if (wanted?.join() === range?.join()) return;
  range = wanted;
  for (const changed of followers) changed();
}

/**
 * The range that somebody means by two steps: in order, inside the run and not too short; undefined where it is all of it.
 * @param {number} a @param {number} b @param {number} last
 * @returns {Range | undefined}
 */
export function between(a, b, last) {
  let [from, to] = [Math.max(0, Math.min(a, b)), Math.min(last, Math.max(a, b))];
  if (to - from < LEAST) [from, to] = [Math.max(0, Math.min(from, last - LEAST)), Math.min(last, Math.max(to, from + LEAST))];
  return from <= 0 && to >= last ? undefined : [from, to];
}

/**
 * A range about a step, so many times as long as another; the step keeps its place in it.
 * @param {Range} of @param {number} step @param {number} times @param {number} last
 */
export function about([from, to], step, times, last) {
  const begin = Math.round(step - (step - from) * times);
  return between(begin, begin + Math.max(LEAST, Math.round((to - from) * times)), last);
}

/** A range moved as little as it takes to hold a step. @param {Range} of @param {number} step @returns {Range} */
export function holding([from, to], step) {
  const by = step < from ? step - from : step > to ? step - to : 0;
  return [from + by, to + by];
}

/** @param {number | null | undefined} v */
const measured = (v) => v !== null && v !== undefined && !Number.isNaN(v);

/**
 * From and to which value a line goes that shows some steps: to those within, and on both sides
 * to the next measured, which lines lead to.
 * @param {(number | null | undefined)[]} values @param {number} first @param {number} last
 * @returns {[number, number]}
 */
export function reach(values, first, last) {
  let [from, to] = [Math.min(first, values.length), Math.min(last, values.length - 1)];
  while (from > 0 && !(from < values.length && measured(values[from]))) from--;
  while (to < values.length - 1 && !measured(values[to])) to++;
  return [from, to];
}
