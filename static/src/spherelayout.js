// Where everything of a sphere's picture stands, in CSS pixels.

import { round125, seen } from "./projection.js";
import { norm, radialShare } from "./spherewords.js";

/** @typedef {import("./projection.js").Vector} Vector @typedef {import("./spherewords.js").Point} Point */

/**
 * near is 1 in front, -1 behind. A stroke that is cut goes on beyond its end.
 * @typedef {{ x: number, y: number, near: number }} Place
 * @typedef {{ row: number, part: "positive" | "negative", kind: "tangent" | "radial", x0: number, y0: number, x1: number, y1: number, near: number, cut: boolean }} Stroke
 * @typedef {{ x: number, y: number, height: number, radius: number, unit: number, places: Place[], arrows: Stroke[], project: (v: Vector) => Place }} Layout
 */

/** Share of the picture's half that the ball has; the rest is for arrows that leave it. */
export const BALL = 0.86;

/** Share of the radius that a long arrow has. */
export const LONG = 0.4;

/** A radial part is drawn up to this share of the radius: longer ones would cross the ball. */
const CUT = 0.6;

/** Radial shares below are rounding to the eye. */
const VISIBLE = 0.02;

/** The length that one radius stands for: round, and such that one arrow in ten is longer than LONG. @param {Point[]} points @param {number} further steps of the series 1, 2, 5 */
export function unitOf(points, further) {
  const lengths = points.flatMap((p) => [norm(p.positive.arrow), norm(p.negative.arrow)]).filter((l) => l > 0).sort((a, b) => a - b);
  const long = lengths[Math.floor(0.9 * lengths.length)];
  return long > 0 ? round125(long / LONG, further) : 0;
}

/**
 * @param {Point[]} points
 * @param {import("./projection.js").Angle} angle
 * @param {number} width @param {number} height
 * @param {number} further steps by which the reader has changed the arrows' scale
 * @param {number} picked row whose radial parts are wanted; -1: none
 * @param {("positive" | "negative")[]} [parts] whose arrows are drawn
 * @returns {Layout}
 */
export function layout(points, angle, width, height, further, picked, parts = ["positive", "negative"]) {
  const see = seen(angle);
  const radius = (BALL * Math.min(width, height)) / 2;
  const [x, y] = [width / 2, Math.min(width, height) / 2]; // what is left of the height is the scale's
  const project = (/** @type {Vector} */ v) => {
    const [right, up, near] = see(v);
    return { x: x + radius * right, y: y - radius * up, near };
  };
  const unit = unitOf(points, further);
  /** @type {Stroke[]} */
  const arrows = [];
  points.forEach((p, row) => {
    for (const part of parts) {
      const { arrow, radial } = p[part];
      const add = (/** @type {Stroke["kind"]} */ kind, /** @type {Vector} */ v) => {
        const [a, b] = [project(p.at), project([p.at[0] + v[0] / unit, p.at[1] + v[1] / unit, p.at[2] + v[2] / unit])];
        arrows.push({ row, part, kind, x0: a.x, y0: a.y, x1: b.x, y1: b.y, near: a.near, cut: kind === "radial" && Math.abs(radial) > CUT * unit });
      };
      if (unit > 0 && norm(arrow) > 0) add("tangent", arrow);
      if (row === picked && unit > 0 && radialShare(p[part]) > VISIBLE) {
        const r = Math.max(-CUT * unit, Math.min(CUT * unit, radial));
        add("radial", [r * p.at[0], r * p.at[1], r * p.at[2]]);
      }
    }
  });
  return { x, y, height, radius, unit, places: points.map((p) => project(p.at)), arrows, project };
}
