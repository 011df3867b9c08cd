// What has happened to a run, written beside its curve: a hairline at the step, and the
// words where there is room for them.

import { events } from "./chartwords.js";
import { element, keep, say } from "./elements.js";
import { colour, hue } from "./strokes.js";
import { colours } from "./theme-colours.js";

/**
 * @typedef {import("./curves.js").Curves} Curves @typedef {import("./plot.js").Plot} Plot
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Box
 */

/** Size of the words and height of their line, in em; style/charts.css says the same. */
const [SIZE, LINE] = [0.8571, 1.143 * 0.8571];
/** Between words and their hairline, and about words, in pixels. */
const [GAP, AIR] = [4, 2];
/** Opacity of a hairline. */
const FAINT = 0.55;

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Those of an event's steps that a chart shows. @param {Plot} plot @param {number[]} steps */
const shown = ({ first, steps: last }, steps) => steps.filter((s) => s >= first && s <= last);

/** The curve beside which a lane's events stand: its first that is drawn. @param {Curves} curves @param {number} lane */
const curveOf = ({ list }, lane) => list.find((c) => c.lane === lane);

export class Beside {
  #root = element("div", "happened");

  /** @param {HTMLElement} root */
  constructor(root) {
    root.append(this.#root);
  }

  /** Draws the hairlines, below everything that comes after. @param {Plot} plot @param {Curves} curves */
  hairlines(plot, curves) {
    const { ctx, box } = plot;
    ctx.save();
    ctx.globalAlpha = FAINT;
    ctx.lineWidth = 1;
    ctx.setLineDash([]);
    for (const { lane, steps } of events(curves)) {
      const curve = curveOf(curves, lane);
      if (!curve) continue;
      ctx.strokeStyle = colour({ ...curve, line: { ...curve.line, sign: "" } }); // of the lane, whatever the line means
      for (const step of new Set(shown(plot, steps))) {
        const x = Math.round(plot.x(step)) + 0.5;
        ctx.beginPath();
        ctx.moveTo(x, box.top);
        ctx.lineTo(x, box.top + box.height);
        ctx.stroke();
      }
    }
    ctx.restore();
  }

  /**
   * Writes the words where they cover nothing, as near to their curves as they can stand.
   * @param {Plot} plot @param {Curves} curves @param {Box[]} taken what else is written there
   */
  words(plot, curves, taken) {
    const { em, font } = colours();
    const all = [...taken];
    if (curves.seeds) all.push({ left: plot.box.left + plot.box.width - 12 * em, top: 0, right: Infinity, bottom: plot.box.top }); // where it is said what bands are
    const { ctx } = plot;
    ctx.font = font.replace(/[\d.]+px/, `${SIZE * em}px`);
    const said = events(curves).flatMap(({ lane, steps, text }) => {
      const curve = curveOf(curves, lane);
      const here = shown(plot, steps);
      const at = curve && here.length > 0 && place(plot, curves, curve, here, ctx.measureText(text).width, all);
      if (!at) return [];
      all.push(at);
      return [{ text, at, tone: lane === 0 ? "plain" : hue({ ...curve, line: { ...curve.line, sign: "" } }) }];
    });
    keep(this.#root, said.length, () => element("span", "")).forEach((e, i) => {
      const { text, at, tone } = said[i];
      e.className = tone;
      say(e, text);
      e.style.transform = `translate(${at.left.toFixed(1)}px, ${at.top.toFixed(1)}px)`;
    });
  }
}

/**
 * A place for words right or left of the hairlines at these steps, that nothing has taken and no curve
 * runs through: of those that there are the nearest to the curve. Undefined: there is none.
 * @param {Plot} plot @param {Curves} curves @param {import("./curves.js").Curve} curve @param {number[]} steps @param {number} width @param {Box[]} taken
 * @returns {Box | undefined}
 */
function place(plot, curves, curve, steps, width, taken) {
  const { box } = plot;
  const height = LINE * colours().em;
  const value = curve.view.log.last(curve.line.field, steps[0])?.value;
  const wanted = Math.max(box.top, Math.min(box.top + box.height, value === undefined ? box.top : plot.y(value * curve.scale)));
  /** @type {(Box & { far: number }) | undefined} */
  let best;
  for (const left of [plot.x(steps[steps.length - 1]) + GAP, plot.x(steps[0]) - GAP - width]) {
    const right = left + width;
    if (left < box.left || right > box.left + box.width) continue;
    const lines = under(plot, curves, left, right);
    for (let top = box.top - height; top + height <= box.top + box.height - AIR; top += height / 4) {
      const here = { left: left - AIR, top: top - AIR, right: right + AIR, bottom: top + height + AIR };
      if (taken.some((t) => overlap(t, here)) || lines.some(([least, largest]) => least < here.bottom && largest > here.top)) continue;
      const far = Math.abs(top + height / 2 - wanted);
      if (!best || far < best.far) best = { far, left, top, right, bottom: top + height };
    }
    if (best) return best; // the right of the line, where there is room
  }
  return undefined;
}

/**
 * Where curves, the edges of bands and reference values run between two places: the least and the largest height of each.
 * @param {Plot} plot @param {Curves} curves @param {number} left @param {number} right
 */
function under(plot, { list, references }, left, right) {
  /** @type {[number, number][]} */
  const found = references.map(({ value }) => [plot.y(value) - 1, plot.y(value) + 1]);
  for (const { values, low, high } of list) {
    let [least, largest] = [Infinity, -Infinity];
    for (const series of [values, low, high]) {
      const reach = (/** @type {number} */ y) => ([least, largest] = [Math.min(least, y), Math.max(largest, y)]);
      let [x0, y0] = [NaN, NaN];
      for (let s = 0; s < series.length && !(x0 >= right); s++) {
        const v = series[s];
        if (v === null || v === undefined) continue;
        const [x, y] = [plot.x(s), plot.y(v)];
        const at = (/** @type {number} */ edge) => y0 + ((y - y0) * (edge - x0)) / (x - x0);
        for (const edge of [left, right]) if (x0 < edge && edge < x) reach(at(edge));
        if (x >= left && x <= right) reach(y);
        [x0, y0] = [x, y];
      }
    }
    if (least <= largest) found.push([least - AIR, largest + AIR]);
  }
  return found;
}
