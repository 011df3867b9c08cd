// Charts of one frame, whose axis counts the elements of its row: shown anew whenever a
// lane has another frame at the step.

import { views } from "./band.js";
import { one } from "./elements.js";
import { unrolled } from "./unrolled.js";

/** @typedef {import("./chart.js").Chart} Chart @typedef {import("./wire.js").Frame} Frame */

export class Spectra {
  /** The frames that each has drawn. @type {Map<Chart, (Frame | undefined)[]>} */
  #drawn = new Map();

  /** The lanes are others. */
  forget() {
    this.#drawn.clear();
  }

  /** Shows a chart the frames of a step, the newest where it is missing; whether they are others than before. @param {Chart} chart @param {import("./lane.js").Lane[]} lanes @param {number[][]} kin @param {number | undefined} step */
  unroll(chart, lanes, kin, step) {
    const name = chart.panel.lines[0].field;
    const frames = lanes.map((l) => l.log.frame(name, step));
    const old = this.#drawn.get(chart);
    if (old?.length === frames.length && old.every((f, i) => f === frames[i])) return false;
    this.#drawn.set(chart, frames);
    chart.show(views(lanes.map((l) => unrolled(l, name, step)), kin));
    const figure = chart.root.closest("figure");
    const unit = figure && one(figure, ".unit");
    const at = frames.findLast((f) => f)?.step;
    if (unit) unit.textContent = at === undefined ? (chart.panel.unit ?? "") : `${chart.panel.unit ?? ""}, step ${at}`;
    return true;
  }
}
