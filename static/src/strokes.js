// What is drawn of curves on a chart's canvas: bands behind, lines, marks, and the
// points that tell lanes apart where colours do not.

import { colours } from "./theme-colours.js";

/** @typedef {import("./curves.js").Curve} Curve @typedef {import("./plot.js").Plot} Plot */

const WIDTHS = [0.143, 0.114, 0.09, 0.09, 0.09, 0.09]; // of a lane's lines, in em; a projector's page says how thin they may be
const LANE_COLOURS = /** @type {const} */ (["ink", "third", "fourth", "ink", "third", "fourth"]);
/** How much of a line's colour its band has: two that lie on each other can be told from one. */
const TINT = 0.18;
/** What is left of lines behind one that is brought forward. */
const BEHIND = 0.2;

/** A curve's colour by its name on the page. @param {Curve} curve */
export const hue = ({ line, lane }) => line.sign || LANE_COLOURS[lane];

/** @param {Curve} curve */
export const colour = (curve) => colours()[hue(curve)];

/** Draws within the plot, and as far beyond its edges as is said. @param {Plot} plot @param {number} beyond in pixels @param {() => void} draw */
function within({ ctx, box }, beyond, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left - beyond, box.top - beyond, box.width + 2 * beyond, box.height + 2 * beyond);
  ctx.clip();
  draw();
  ctx.restore();
}

/** Bands with an edge that shows without the tint; single seeds are lines in its place. @param {Plot} plot @param {Curve[]} curves @param {boolean} each */
export function bands(plot, curves, each) {
  const { ctx } = plot;
  within(plot, 0, () => {
    ctx.lineWidth = 0.75;
    for (const curve of curves) {
      if (!curve.count.length) continue;
      const { low, high, view, line, scale } = curve;
      ctx.fillStyle = ctx.strokeStyle = colour(curve);
      ctx.setLineDash(line.dash ? [4, 3] : []);
      ctx.globalAlpha = TINT;
      ctx.fill(plot.trace(plot.trace(new Path2D(), high), low, true));
      ctx.globalAlpha = 0.8;
      const lines = each ? view.log.logs.map((l) => Array.from({ length: l.length }, (_, s) => l.at(line.field, s) * scale)) : [low, high];
      for (const values of lines) ctx.stroke(plot.trace(new Path2D(), values));
    }
  });
}

/** What was before a line, the longer ago the fainter. @param {Plot} plot @param {Curve[]} curves */
export function echoes(plot, curves) {
  const { ctx } = plot;
  within(plot, 1, () => {
    ctx.lineWidth = Math.max(0.09 * colours().em, colours().least);
    for (const curve of curves) {
      const before = curve.view.before ?? [];
      ctx.strokeStyle = colour(curve);
      before.forEach(({ values }, i) => {
        ctx.globalAlpha = 0.2 + (0.4 * (i + 1)) / before.length;
        ctx.stroke(plot.trace(new Path2D(), values));
      });
    }
  });
}

/** Lines, those of a sign before the others where one is to be. @param {Plot} plot @param {Curve[]} curves @param {string} front */
export function lines(plot, curves, front) {
  const { ctx } = plot;
  const behind = (/** @type {Curve} */ c) => front !== "" && c.line.sign !== front;
  for (const curve of [...curves.filter(behind), ...curves.filter((c) => !behind(c))]) {
    const width = Math.max(WIDTHS[curve.lane] * colours().em, colours().least);
    within(plot, width, () => {
      Object.assign(ctx, { lineWidth: width, lineJoin: "round", strokeStyle: colour(curve), globalAlpha: behind(curve) ? BEHIND : 1 });
      ctx.setLineDash(curve.line.dash ? [6, 4] : []);
      ctx.stroke(plot.trace(new Path2D(), curve.values));
    });
  }
}

/** @param {Plot} plot @param {import("./curves.js").Reference[]} references */
export function marks(plot, references) {
  const { ctx, box } = plot;
  within(plot, 1, () => {
    ctx.strokeStyle = colours().mark;
    ctx.lineWidth = 1;
    ctx.setLineDash([1.5, 3]);
    for (const { value } of references) {
      ctx.beginPath();
      ctx.moveTo(box.left, plot.y(value));
      ctx.lineTo(box.left + box.width, plot.y(value));
      ctx.stroke();
    }
  });
}

/** The shape of a lane's points, the same as of its key in templates/lab.templ. @param {CanvasRenderingContext2D} ctx @param {number} lane @param {number} x @param {number} y @param {number} r */
function shape(ctx, lane, x, y, r) {
  if (lane === 5) for (const [i, j] of [[0, -1.2], [1.2, 1], [-1.2, 1]]) ctx[j < 0 ? "moveTo" : "lineTo"](x + i * r, y + j * r);
  else if (lane % 2) ctx.arc(x, y, r, 0, 2 * Math.PI);
  else ctx.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
  ctx.closePath();
}

/** Some ten points on the lines of all lanes but the first, in a shape of their lane. @param {Plot} plot @param {Curve[]} curves @param {string} front */
export function points(plot, curves, front) {
  const { ctx } = plot;
  const { em, paper } = colours();
  const stride = Math.max(1, Math.round((plot.steps - plot.first) / 10));
  const r = 0.21 * em;
  ctx.save();
  ctx.lineWidth = 1.25;
  for (const curve of curves) {
    if (curve.lane === 0) continue;
    ctx.strokeStyle = colour(curve);
    ctx.globalAlpha = front !== "" && curve.line.sign !== front ? BEHIND : 1;
    ctx.fillStyle = curve.lane > 2 ? ctx.strokeStyle : paper; // their colours come again
    for (let s = plot.first + Math.round(stride / 2); s <= Math.min(plot.steps, curve.values.length - 1); s += stride) {
      const v = curve.values[s] ?? null;
      if (v === null) continue;
      ctx.beginPath();
      shape(ctx, curve.lane, plot.x(s), plot.y(v), r);
      ctx.fill();
      ctx.stroke();
    }
  }
  ctx.restore();
}
