// What the frames of the sphere say, as numbers and in words.

import { member, sample, share } from "./shares.js";
import { value } from "./wire.js";
import { number, percent } from "./words.js";

/**
 * The frames of one step: the points, their arrows, and what three axes cannot show of these.
 * @typedef {import("./wire.js").Frame} Frame
 * @typedef {{ step: number, points: Frame, positive: Frame, negative: Frame, length: Frame, angle: Frame, shares?: Frame, classes?: Frame, over: string, names: string[] }} Globe
 * over says what the columns of the shares are, names are those of the classes.
 *
 * A point with its arrows. The arrow is the tangent part as it is drawn; length and
 * radial are those of the tangent and of the radial part in all channels, outwards above 0.
 * @typedef {import("./projection.js").Vector} Vector
 * @typedef {{ arrow: Vector, length: number, radial: number }} Arrow
 * @typedef {{ at: Vector, positive: Arrow, negative: Arrow, cosine: number }} Point
 */

const NAMES = { points: "sphere", positive: "sphere_positive", negative: "sphere_negative", length: "sphere_length", angle: "sphere_angle" };

/**
 * The frames that belong together, or nothing where one is not there yet. Shares and
 * classes of another step are left out.
 * @param {(name: string) => Frame | undefined} frames of a step
 * @param {number} step @param {string} over @param {string[]} names
 * @returns {Globe | undefined}
 */
export function globe(frames, step, over, names) {
  const g = /** @type {any} */ ({ step, over, names });
  for (const [key, name] of Object.entries(NAMES)) {
    const f = frames(name);
    if (f?.step !== step) return undefined;
    g[key] = f;
  }
  for (const [key, name] of [["shares", "shares"], ["classes", "sphere_class"]]) if (frames(name)?.step === step) g[key] = frames(name);
  return g;
}

/** @param {Frame} f @param {number} i @returns {Vector} */
const vector = (f, i) => [value(f, i, 0), value(f, i, 1), value(f, i, 2)];

/** @param {Globe} g @returns {Point[]} */
export function pointsOf(g) {
  return Array.from({ length: g.points.rows }, (_, i) => {
    const arrow = (/** @type {Frame} */ f, /** @type {number} */ k) => {
      const root = value(g.length, i, k + 1);
      return { arrow: vector(f, i), length: value(g.length, i, k) ** 2, radial: root * Math.abs(root) };
    };
    return { at: vector(g.points, i), positive: arrow(g.positive, 0), negative: arrow(g.negative, 2), cosine: value(g.angle, i, 0) };
  });
}

/** Part of a gradient's length that lies along the radius. @param {Arrow} a */
export const radialShare = (a) => Math.abs(a.radial) / (Math.hypot(a.length, a.radial) || 1);

/** @param {Vector} v */
export const norm = (v) => Math.hypot(...v);

/** @param {number} cosine */
const degrees = (cosine) => `${Math.round((180 / Math.PI) * Math.acos(Math.max(-1, Math.min(1, cosine))))}°`;

/** Which axes these are. @param {Globe} g */
export function axes(g) {
  return g.points.of <= 3 ? `all ${g.points.of} channels, exact` : `3 leading directions of ${g.points.of}`;
}

/** Part of the points' squared length that the picture shows. @param {Point[]} points */
export const shown = (points) => points.reduce((sum, p) => sum + norm(p.at) ** 2, 0) / Math.max(1, points.length);

/** Which point a row is. @param {Globe} g @param {number} i */
export function named(g, i) {
  const images = g.points.rows / 2;
  return `image ${i % images}, ${i < images ? "first" : "second"} view`;
}

/** The class of a point's image; -1: not known. @param {Globe} g @param {number} i */
export const classOf = (g, i) => (i < 0 ? -1 : (g.classes?.data[i % g.classes.cols] ?? -1));

/** The class of a point's image in words; empty: not known. @param {Globe} g @param {number} i */
export function classed(g, i) {
  const c = classOf(g, i);
  return c < 0 ? "" : (g.names[c] ?? `class ${c}`);
}

/** The image of a point, by its row in the batch, and in which view. @param {Globe} g @param {number} i */
export const imageOf = (g, i) => ({ image: i % (g.points.rows / 2), second: i >= g.points.rows / 2 });

/** The other view of the same image. @param {Globe} g @param {number} i */
export const partner = (g, i) => (i + g.points.rows / 2) % g.points.rows;

/**
 * The samples that push an anchor most, the heaviest first: which image of the batch
 * in which view, and the row of their point, -1 where the picture has none. Members
 * of a bank are of other batches: their image is -1. Empty where nothing turns the
 * anchor, and for the second view, whose shares nobody measured.
 * @param {Globe} g @param {number} i
 */
export function heaviest(g, i, most = 5) {
  const f = g.shares;
  if (!f || i >= f.rows || value(g.length, i, 2) === 0) return [];
  const images = g.points.rows / 2;
  const who = (/** @type {number} */ j) => {
    const m = member(g.over, f, j);
    if (!m) return { image: -1, second: false, row: -1 };
    const { image, other: second } = m;
    return { image, second, row: image < images ? image + (second ? images : 0) : -1 };
  };
  return Array.from({ length: f.cols }, (_, j) => ({ share: share(f, i, j), pulls: f.data[i * f.cols + j] < 0, ...who(j), name: sample(g.over, f, i, j) }))
    .filter((s) => s.share > 0 && s.row !== i && s.row !== partner(g, i))
    .sort((a, b) => b.share - a.share)
    .slice(0, most);
}

/** What the picture shows, in two or three sentences. @param {Globe} g @param {Point[]} points */
export function sentence(g, points) {
  const mean = (/** @type {(p: Point) => number} */ of) => points.reduce((sum, p) => sum + of(p), 0) / Math.max(1, points.length);
  const [positive, negative] = [mean((p) => p.positive.length), mean((p) => p.negative.length)];
  const middle = Math.hypot(...[0, 1, 2].map((k) => mean((p) => p.at[k])));
  const part = shown(points);
  const out = [];
  if (part > 0.05 && middle ** 2 > 0.95 * part) out.push("All outputs lie at nearly the same place.");
  const turnsNothing = mean((p) => Math.abs(p.negative.radial)) > 0 ? "the negative gradient lies along the radius and turns nothing" : "nothing pushes";
  if (positive === 0 && negative === 0) out.push("Nothing pulls and nothing pushes.");
  else if (negative === 0) out.push(`Positive arrows are ${number(positive)} long on average; ${turnsNothing}.`);
  else out.push(`Positive arrows are ${number(positive)} long on average, negative ones ${number(negative)}, at ${degrees(mean((p) => p.cosine))} to each other.`);
  if (g.points.of > 3) out.push(`${percent(part)} of the outputs' squared length is in the picture.`);
  return out.join(" ");
}

/** How to read the picture, until an anchor is picked. @param {Globe} g */
export function hint(g) {
  const inside = g.points.of > 3 ? "The directions are those of the first outputs; a point inside the ball has the rest of its length in others. " : "";
  return `${inside}Pick a point for its positive, what pushes it, and the parts of its arrows.`;
}

/**
 * A picked anchor in words: its name, and a line for each thing. Where a line is
 * about images, each has a part of its own.
 * @typedef {{ image: number, second: boolean, text: string }} Seen
 * @param {Globe} g @param {Point[]} points @param {number} i @param {number} most samples that push it
 * @returns {{ part: string, text: string, images?: Seen[] }[]}
 */
export function story(g, points, i, most) {
  const p = points[i];
  const part = (/** @type {Arrow} */ a) => {
    if (!a.length && !a.radial) return "vanishes";
    const turns = a.length ? number(a.length) : "turns nothing";
    const share = radialShare(a);
    return `${turns}, radial share ${percent(share)}${share < 0.01 ? "" : a.radial > 0 ? " outwards" : " inwards"}`;
  };
  const about = (/** @type {{ image: number, second: boolean }} */ of, /** @type {string} */ text) => ({ text, images: [{ ...of, text }] });
  const name = classed(g, i);
  const lines = [
    { part: "anchor", ...about(imageOf(g, i), `${named(g, i)}${name && `, ${name}`}`) },
    { part: "positive", ...about(imageOf(g, partner(g, i)), part(p.positive)) },
    { part: "negative", text: part(p.negative) },
  ];
  if (p.positive.length && p.negative.length) lines.push({ part: "angle", text: `${degrees(p.cosine)} between them` });
  const list = pushers(g, i, most).map(({ image, second, words }) => ({ image, second, text: words }));
  if (list.length) lines.push({ part: "pushed by", text: list.map((s) => s.text).join(",\n"), images: list });
  return lines;
}

/** What pushes an anchor most, each in words. @param {Globe} g @param {number} i @param {number} most */
function pushers(g, i, most) {
  const mine = classOf(g, i);
  return heaviest(g, i, most).map((s) => {
    const remarks = [s.pulls ? "pulls" : "", mine >= 0 && s.row >= 0 && classOf(g, s.row) === mine ? "same class" : s.row < 0 ? "" : classed(g, s.row)].filter(Boolean).join(", ");
    return { ...s, words: `${s.name.replace(" in the ", ", ")}${remarks ? ` (${remarks})` : ""} ${percent(s.share)}` };
  });
}

/** The rows of the table: coordinates, lengths, angles, class, and what pushes most. @param {Globe} g @param {Point[]} points */
export function rowsOf(g, points) {
  const head = ["point", "axis 1", "axis 2", "axis 3", "positive", "radial", "negative", "radial", "angle", "class", "pushed most by"];
  const coordinate = (/** @type {number} */ v) => v.toFixed(3).replace("-", "−");
  const rows = points.map((p, i) => [
    named(g, i), ...p.at.map(coordinate), number(p.positive.length), number(p.positive.radial), number(p.negative.length), number(p.negative.radial),
    p.positive.length && p.negative.length ? degrees(p.cosine) : "–", classed(g, i), pushers(g, i, 1)[0]?.words ?? "–",
  ]);
  return { head, rows };
}
