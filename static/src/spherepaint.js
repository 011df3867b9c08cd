// Draws a sphere: hairlines, points, arrows. Lightness tells front from back; solid
// and filled heads are positive, dashed and open heads negative, as in the charts.

import { circle } from "./projection.js";
import { BALL, LONG } from "./spherelayout.js";
import { number } from "./words.js";

/** @typedef {import("./spherelayout.js").Layout} Layout @typedef {import("./theme-colours.js").Colours} Colours */

const DEGREE = Math.PI / 180;
const GLOBE = [
  ...[0, 30, 60, 90, 120, 150].map((a) => circle("meridian", a * DEGREE)),
  ...[-60, -30, 0, 30, 60].map((a) => circle("parallel", a * DEGREE)),
];

/** Alpha of what lies behind, and of what is not picked. */
const BEHIND = 0.3;
const QUIET = 0.3;

/** @param {number} near */
const alpha = (near) => BEHIND + (1 - BEHIND) * Math.max(0, Math.min(1, (near + 0.35) / 0.7));

/**
 * @param {CanvasRenderingContext2D} ctx in CSS pixels, cleared
 * @param {Layout} l @param {Colours} c
 * @param {{ picked: number, partner: number, pairs: boolean, alike: boolean[], heaviest: { row: number, share: number }[], hover: number }} look
 */
export function paintSphere(ctx, l, c, look) {
  const size = c.em / 14; // of dots and heads, with the text
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ball(ctx, l, c);
  if (look.pairs) pairs(ctx, l, c);
  if (look.picked >= 0) relations(ctx, l, c, look, size);

  const focus = new Set([look.picked, look.partner, ...look.heaviest.map((h) => h.row)]);
  const order = l.places.map((_, i) => i).sort((a, b) => l.places[a].near - l.places[b].near);
  const of = l.places.map(() => /** @type {import("./spherelayout.js").Stroke[]} */ ([]));
  for (const a of l.arrows) of[a.row].push(a);
  const images = l.places.length / 2;
  for (const i of [...order.filter((i) => i !== look.picked), ...(look.picked >= 0 ? [look.picked] : [])]) {
    const p = l.places[i];
    const picked = i === look.picked;
    ctx.globalAlpha = picked ? 1 : alpha(p.near) * (look.picked < 0 || focus.has(i) || look.alike[i] ? 1 : 0.35);
    dot(ctx, p.x, p.y, (picked ? 4.5 : 3) * size, i < images, c);
    ctx.globalAlpha = picked ? 1 : look.picked < 0 ? alpha(p.near) : alpha(p.near) * QUIET;
    for (const a of of[i]) arrow(ctx, a, c, picked ? 1.75 * size : size);
  }
  ctx.globalAlpha = 1;
  if (look.hover >= 0 && look.hover !== look.picked) ring(ctx, l.places[look.hover], 7 * size, c.mark, 1.5);
  ruler(ctx, l, c);
}

/** @param {CanvasRenderingContext2D} ctx @param {Layout} l @param {Colours} c */
function ball(ctx, l, c) {
  ctx.globalAlpha = 1;
  ctx.lineWidth = 1;
  const light = ctx.createRadialGradient(l.x - 0.3 * l.radius, l.y - 0.4 * l.radius, 0, l.x, l.y, l.radius);
  light.addColorStop(0, c.paper);
  light.addColorStop(1, c.hairline);
  ctx.fillStyle = light;
  ctx.beginPath();
  ctx.arc(l.x, l.y, l.radius, 0, 2 * Math.PI);
  ctx.globalAlpha = 0.45;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = c.mark;
  ctx.stroke();
  for (const front of [false, true]) {
    ctx.strokeStyle = c.mark;
    ctx.globalAlpha = front ? 0.3 : 0.1;
    ctx.beginPath();
    for (const points of GLOBE) {
      let down = false;
      for (const v of points) {
        const p = l.project(v);
        if (p.near >= 0 !== front) down = false;
        else if (down) ctx.lineTo(p.x, p.y);
        else {
          ctx.moveTo(p.x, p.y);
          down = true;
        }
      }
    }
    ctx.stroke();
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {Layout} l @param {Colours} c */
function pairs(ctx, l, c) {
  const images = l.places.length / 2;
  ctx.strokeStyle = c.third;
  ctx.lineWidth = 1;
  for (let i = 0; i < images; i++) {
    const [a, b] = [l.places[i], l.places[i + images]];
    ctx.globalAlpha = 0.8 * alpha((a.near + b.near) / 2);
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.stroke();
  }
}

/**
 * A picked anchor's line to its positive, and rings around what pushes it: their area is the share.
 * @param {CanvasRenderingContext2D} ctx @param {Layout} l @param {Colours} c
 * @param {{ picked: number, partner: number, heaviest: { row: number, share: number }[] }} look @param {number} size
 */
function relations(ctx, l, c, look, size) {
  const at = l.places[look.picked];
  const most = Math.max(...look.heaviest.map((h) => h.share), 1e-9);
  for (const { row, share } of look.heaviest) {
    if (row < 0) continue;
    const p = l.places[row];
    ctx.globalAlpha = 0.55;
    ctx.strokeStyle = c.negative;
    ctx.lineWidth = 1;
    ctx.setLineDash([2, 3]);
    ctx.beginPath();
    ctx.moveTo(at.x, at.y);
    ctx.lineTo(p.x, p.y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    ring(ctx, p, (4.5 + 5 * Math.sqrt(share / most)) * size, c.negative, 1.25);
  }
  const p = l.places[look.partner];
  ctx.globalAlpha = 1;
  ctx.strokeStyle = c.positive;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(at.x, at.y);
  ctx.lineTo(p.x, p.y);
  ctx.stroke();
  ring(ctx, p, 7 * size, c.positive, 1.25);
  ring(ctx, at, 9 * size, c.ink, 1.75);
}

/** @param {CanvasRenderingContext2D} ctx @param {{ x: number, y: number }} p @param {number} r @param {string} ink @param {number} width */
function ring(ctx, p, r, ink, width) {
  ctx.strokeStyle = ink;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.arc(p.x, p.y, r, 0, 2 * Math.PI);
  ctx.stroke();
}

/** @param {CanvasRenderingContext2D} ctx @param {number} x @param {number} y @param {number} r @param {boolean} filled @param {Colours} c */
function dot(ctx, x, y, r, filled, c) {
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = ctx.fillStyle = c.ink;
  ctx.beginPath();
  ctx.arc(x, y, filled ? r : r - 0.4, 0, 2 * Math.PI);
  if (filled) ctx.fill();
  else ctx.stroke();
}

/** @param {CanvasRenderingContext2D} ctx @param {import("./spherelayout.js").Stroke} a @param {Colours} c @param {number} size */
function arrow(ctx, a, c, size) {
  const [dx, dy] = [a.x1 - a.x0, a.y1 - a.y0];
  const length = Math.hypot(dx, dy);
  if (length < 1) return;
  const negative = a.part === "negative";
  const head = a.cut ? 0 : Math.min(6 * size, 0.5 * length);
  const [ux, uy] = [dx / length, dy / length];
  const [bx, by] = [a.x1 - head * ux, a.y1 - head * uy];
  ctx.strokeStyle = ctx.fillStyle = c[a.part];
  ctx.lineWidth = (a.kind === "radial" ? 1 : 1.5) * size;
  ctx.setLineDash(negative ? [4 * size, 3 * size] : []);
  ctx.beginPath();
  ctx.moveTo(a.x0, a.y0);
  ctx.lineTo(bx, by);
  ctx.stroke();
  ctx.setLineDash([]);
  if (a.cut) return;
  ctx.lineWidth = 1.25 * size;
  ctx.beginPath();
  ctx.moveTo(a.x1, a.y1);
  ctx.lineTo(bx - 0.45 * head * uy, by + 0.45 * head * ux);
  ctx.lineTo(bx + 0.45 * head * uy, by - 0.45 * head * ux);
  ctx.closePath();
  if (!negative && a.kind === "tangent") ctx.fill();
  ctx.stroke();
}

/** What length the arrows have: a bar, and what it stands for. @param {CanvasRenderingContext2D} ctx @param {Layout} l @param {Colours} c */
function ruler(ctx, l, c) {
  if (!l.unit) return;
  const [x, y] = [l.x - l.radius / BALL + 1, l.height - 6];
  const long = LONG * l.radius;
  ctx.strokeStyle = ctx.fillStyle = c.muted;
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  ctx.moveTo(x, y - 3);
  ctx.lineTo(x, y);
  ctx.lineTo(x + long, y);
  ctx.lineTo(x + long, y - 3);
  ctx.stroke();
  ctx.font = c.font;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(`arrow of ${number(LONG * l.unit)}`, x + 3, y - 5);
}
