// What has happened to a run, written beside its curve: a hairline at the step, and the
// words where there is room for them.

import { events } from "./chartwords.js";
import { element, keep, say } from "./elements.js";
import { SIZE } from "./plot.js";
import { about, AIR, courses, free } from "./room.js";
import { colour, hue } from "./strokes.js";
import { colours } from "./theme-colours.js";

/**
 * @typedef {import("./curves.js").Curves} Curves @typedef {import("./plot.js").Plot} Plot
 * @typedef {import("./room.js").Box} Box
 */

/** Height of a line of words, in em; style/charts.css says the same. */
const LINE = 1.143 * SIZE;
/** Between words and their hairline, in pixels. */
const GAP = 4;
/** Opacity of a hairline. */
const FAINT = 0.55;

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
    const all = [...taken];
    const said = events(curves).flatMap(({ lane, steps, text }) => {
      const curve = curveOf(curves, lane);
      const here = shown(plot, steps);
      const at = curve && here.length > 0 && place(plot, curves, curve, here, plot.measure(text), all);
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
 * @param {Plot} plot @param {Curves} curves @param {import("./curves.js").Curve} curve @param {number[]} steps @param {number} width @param {Box[]} others what else is written
 * @returns {Box | undefined}
 */
function place(plot, curves, curve, steps, width, others) {
  const { box } = plot;
  const height = LINE * colours().em;
  const value = curve.view.log.last(curve.line.field, steps[0])?.value;
  const wanted = Math.max(box.top, Math.min(box.top + box.height, value === undefined ? box.top : plot.y(value * curve.scale)));
  /** @type {(Box & { far: number }) | undefined} */
  let best;
  const references = curves.references.map(({ value }) => ({ left: box.left, right: Infinity, top: plot.y(value) - 1, bottom: plot.y(value) + 1 }));
  for (const left of [plot.x(steps[steps.length - 1]) + GAP, plot.x(steps[0]) - GAP - width]) {
    const right = left + width;
    if (left < box.left || right > box.left + box.width) continue;
    const taken = [...others, ...courses(plot, curves.list, left, right), ...references];
    for (let top = box.top - height; top + height <= box.top + box.height - AIR; top += height / 4) {
      const here = { left, top, right, bottom: top + height };
      if (!free(about(here), taken)) continue;
      const far = Math.abs(top + height / 2 - wanted);
      if (!best || far < best.far) best = { far, ...here };
    }
    if (best) return best; // the right of the line, where there is room
  }
  return undefined;
}
