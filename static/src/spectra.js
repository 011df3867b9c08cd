// Charts of one frame, whose axis counts the elements of its row: shown anew whenever a
// lane has another frame at the step. Behind it stand those of a few earlier steps.

import { views } from "./band.js";
import { one } from "./elements.js";
import { unrolled } from "./unrolled.js";

/** @typedef {import("./chart.js").Chart} Chart @typedef {import("./wire.js").Frame} Frame */

/** Earlier steps that stand behind, as parts of the whole run: they stay where they are while it goes on. */
const EARLIER = [0, 1 / 4, 1 / 2, 3 / 4];

export class Spectra {
  /** The frames that each has drawn, earlier ones included. @type {Map<Chart, (Frame | undefined)[]>} */
  #drawn = new Map();

  /** The lanes are others. */
  forget() {
    this.#drawn.clear();
  }

  /** Shows a chart the frames of a step, the newest where it is missing; whether they are others than before. @param {Chart} chart @param {import("./lane.js").Lane[]} lanes @param {number[][]} kin @param {number | undefined} step */
  unroll(chart, lanes, kin, step) {
    const name = chart.panel.lines[0].field;
    const frames = lanes.map((l) => l.log.frame(name, step));
    const earlier = lanes.map((l, i) => this.#earlier(l, name, frames[i]));
    const all = [...frames, ...earlier.flat()];
    const old = this.#drawn.get(chart);
    if (old?.length === all.length && old.every((f, i) => f === all[i])) return false;
    this.#drawn.set(chart, all);
    chart.show(views(lanes.map((l, i) => unrolled(l, name, step, earlier[i])), kin));
    const figure = chart.root.closest("figure");
    const unit = figure && one(figure, ".unit");
    const at = frames.findLast((f) => f)?.step;
    const steps = [...new Set(earlier.flat().map((f) => f.step))];
    const behind = steps.length ? `, fainter ${steps.length > 1 ? "steps" : "step"} ${steps.join(", ")}` : "";
    const words = at === undefined ? (chart.panel.unit ?? "") : `${chart.panel.unit ?? ""}${behind}, step ${at}`;
    if (unit instanceof HTMLElement) unit.title = unit.textContent = words; // of which a narrow chart shows the beginning
    return true;
  }

  /** Those of earlier steps than a frame's that are here; what is not is asked for. @param {import("./lane.js").Lane} lane @param {string} name @param {Frame | undefined} frame */
  #earlier({ log, run, steps }, name, frame) {
    const due = new Set(EARLIER.map((part) => log.due(name, Math.round(part * (steps - 1)))));
    return [...due].flatMap((s) => {
      if (s === undefined || !frame || s >= frame.step) return [];
      const f = log.frame(name, s);
      if (f?.step === s) return [f];
      run?.recall.want(s); // a late viewer has the newest only
      return [];
    });
  }
}
