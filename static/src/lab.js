// The lab page comes to life here.

import { Desk } from "./desk.js";

const main = /** @type {HTMLElement} */ (document.querySelector("[data-lab]"));
/** @type {Desk} */
let desk;

/** Makes the page live. @param {typeof import("./lane.js").Run} [Kind] of its runs, where they are not the server's */
export function begin(Kind) {
  desk = new Desk(main, Kind);
  return desk;
}

if (!main.dataset.canned) begin(); // the gallery begins by itself, with the parts that this bundle gives it

/**
 * For tests and for the curious, read-only: what the page knows of its lanes.
 * column(name) gives a field's values by step, NaN where it was not measured;
 * frame(name, step) the last frame at or before a step; step() is the one that all
 * figures show, undefined for the newest; painted() whether the figures show all that
 * has come; cut() drops the connections as a bad network would.
 */
Object.defineProperty(window, "gradlab", {
  value: Object.freeze({
    lanes: () =>
      desk.lanes.map((l) => ({
        letter: l.letter,
        query: l.query,
        run: l.run?.id ?? "",
        state: l.state,
        link: l.run?.link ?? "closed",
        way: l.run?.way ?? "",
        length: l.log.length,
        fields: l.log.fields.map((f) => f.name),
        column: (/** @type {string} */ name) => Array.from({ length: l.log.length }, (_, s) => l.log.at(name, s)),
        frame: (/** @type {string} */ name, /** @type {number | undefined} */ step) => l.log.frame(name, step),
      })),
    charts: () => desk.figures.charts.map((c) => ({ title: c.panel.title, ...c.geometry(), curves: c.curves.map((k) => ({ field: k.line.field, lane: k.lane, letter: k.view.letter, values: [...k.values], low: [...k.low], high: [...k.high], seeds: [...k.count] })) })),
    step: () => desk.time.step,
    painted: () => desk.parts.done,
    spheres: () =>
      (desk.figures.spheres?.list ?? []).map((s) => ({
        step: s.globe?.step ?? -1, picked: s.picked, scale: devicePixelRatio, angle: desk.figures.spheres?.view.angle,
        ...(s.layout ? { x: s.layout.x, y: s.layout.y, radius: s.layout.radius, unit: s.layout.unit, places: s.layout.places, arrows: s.layout.arrows } : {}),
      })),
    cut: () => desk.lanes.forEach((l) => l.run?.stream.cut()),
  }),
});

export { showBadge } from "./badge.js";
export { Bar } from "./bar.js";
export { tellFailure } from "./complaint.js";
export { Lane, Run } from "./lane.js";
export { showOutcomes } from "./outcome.js";
export { wireSliders } from "./sliders.js";
export { Refused } from "./server.js";
export { decode, decodeAll } from "./wire.js";
