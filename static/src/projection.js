// The sphere as it is seen from far away: turning, projecting, and finding places.

/** @typedef {[number, number, number]} Vector */

/**
 * Where the viewer stands: turn about the third axis and height above the plane of
 * the other two, in radians. Turn and tilt 0 look along the first axis.
 * @typedef {{ turn: number, tilt: number }} Angle
 */

/** Where every picture begins; the server's picture stays there (internal/report/sphere.go). @type {Angle} */
export const START = { turn: Math.PI / 6, tilt: Math.PI / 9 };

const UPRIGHT = Math.PI / 2;

/** Turns by so many radians; nobody looks from behind the pole. @param {Angle} a @param {number} turn @param {number} tilt @returns {Angle} */
export function turned(a, turn, tilt) {
  return { turn: (a.turn + turn) % (2 * Math.PI), tilt: Math.max(-UPRIGHT, Math.min(UPRIGHT, a.tilt + tilt)) };
}

/**
 * What the viewer sees of a vector: how far it goes to the right, up, and towards
 * the viewer. All three are kept, so that lengths stay.
 * @param {Angle} a
 * @returns {(v: Vector) => Vector}
 */
export function seen({ turn, tilt }) {
  const [c, s, up, down] = [Math.cos(turn), Math.sin(turn), Math.sin(tilt), Math.cos(tilt)];
  return ([x, y, z]) => [c * y - s * x, down * z - up * (c * x + s * y), down * (c * x + s * y) + up * z];
}

/** A circle of a globe, as points: the meridian at a longitude, or the parallel at a latitude. @param {"meridian" | "parallel"} kind @param {number} at @returns {Vector[]} */
export function circle(kind, at) {
  const n = 72;
  return Array.from({ length: n + 1 }, (_, k) => {
    const t = (2 * Math.PI * k) / n;
    const [c, s] = [Math.cos(t), Math.sin(t)];
    if (kind === "parallel") return [Math.cos(at) * c, Math.cos(at) * s, Math.sin(at)];
    return [c * Math.cos(at), c * Math.sin(at), s];
  });
}

/**
 * The round number 1, 2 or 5 times a power of ten, at or above v, and so many
 * steps of that series further.
 * @param {number} v positive @param {number} further
 */
export function round125(v, further) {
  const power = Math.floor(Math.log10(v) + 1e-9);
  const digit = [1, 2, 5, 10].findIndex((d) => d * 10 ** power >= v * (1 - 1e-9));
  const k = 3 * power + digit + further;
  const e = Math.floor(k / 3);
  return Number(`${[1, 2, 5][k - 3 * e]}e${e}`);
}

/**
 * The place nearest to a point, within so many pixels; of places as near, the one
 * that is in front.
 * @param {{ x: number, y: number, near: number }[]} places @param {number} x @param {number} y @param {number} within
 * @returns {number} -1: none
 */
export function nearest(places, x, y, within) {
  let best = -1;
  let least = within;
  places.forEach((p, i) => {
    const d = Math.hypot(p.x - x, p.y - y) - (p.near > 0 ? 2 : 0);
    if (d < least) [best, least] = [i, d];
  });
  return best;
}
