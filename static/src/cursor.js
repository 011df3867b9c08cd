// The cursor that all charts of steps share: where one points, all point, and where
// nobody does it rests at the step that the page shows.

/** @typedef {{ follow(step: number | undefined): void }} Follower */

/** @type {Set<Follower>} */
const followers = new Set();

/** The step that the page shows, where that is not the newest. @type {number | undefined} */
let resting;

/** @type {(text: string) => void} */
let announce = () => {};

/** @type {(step: number) => void} */
let show = () => {};

/** Has a chart's cursor move with that of the others. @param {Follower} chart */
export function join(chart) {
  followers.add(chart);
}

/** What reads values aloud, and what shows a step in all figures. @param {(text: string) => void} say @param {(step: number) => void} go */
export function listen(say, go) {
  announce = say;
  show = go;
}

/** Moves the cursor of all charts, or lets it go back to where it rests. @param {number | undefined} step */
export function share(step) {
  for (const f of followers) f.follow(step ?? resting);
}

/** Rests the cursor at a step, or takes it away. @param {number | undefined} step */
export function pin(step) {
  resting = step;
  share(undefined);
}

/** Where it rests. */
export const rest = () => resting;

/** Says aloud what is under it. @param {string} text */
export const tell = (text) => announce(text);

/** Shows a step in all figures. @param {number} step */
export const choose = (step) => show(step);
