// What a chart says in words, of curves and not of their pictures.

import { end } from "./curves.js";
import { number, trend } from "./words.js";

/** @typedef {import("./curves.js").Curves} Curves @typedef {import("./curves.js").Curve} Curve */

/** The least and the largest of the seeds at a step. @param {Curve} c @param {number} step */
const among = (c, step) => `${number(c.low[step] ?? NaN)} to ${number(c.high[step] ?? NaN)}`;

/** All values at a step. @param {Curves} curves @param {number} step */
export function valuesAt({ list, lanes, panel }, step) {
  const values = list.map((c) => {
    const at = end(c, step);
    const name = [lanes.length > 1 ? c.view.letter : "", c.line.label ?? ""].filter(Boolean).join(" ");
    const seeds = at && c.count[at.step] ? ` (${c.count[at.step]} seeds, ${among(c, at.step)})` : "";
    return `${name} ${at ? number(at.value) : "not measured"}${seeds}`.trim();
  });
  const what = panel.axis ?? "step";
  return `${what[0].toUpperCase()}${what.slice(1)} ${step}: ${values.join(", ")}`;
}

/** How the curves run. @param {Curves} curves */
export function summary({ list, lanes, panel, seeds }) {
  const sentences = list.map((c) => {
    const name = [lanes.length > 1 ? `${c.view.letter} ${c.view.title}` : "", c.line.label ?? ""].filter(Boolean).join(" ") || panel.title;
    const last = c.count.length ? end(c) : undefined;
    return trend(name, c.view.log, c.line.field, c.scale, panel.axis) + (last ? ` There ${c.count[last.step]} seeds go from ${among(c, last.step)}.` : "");
  });
  const text = sentences.filter(Boolean).join(" ");
  return (text && seeds ? `Lines are medians of ${seeds} seeds, bands go from the least to the largest. ` : "") + (text || "Nothing measured yet.");
}
