// What a chart says in words, of curves and not of their pictures.

import { measured } from "./curves.js";
import { happened, words } from "./findings.js";
import { number, trend } from "./words.js";

/** @typedef {import("./curves.js").Curves} Curves @typedef {import("./curves.js").Curve} Curve */

/** From the least to the largest of seeds. @param {number[]} seeds the least first */
const among = (seeds) => `${number(seeds[0])} to ${number(seeds[seeds.length - 1])}`;

/**
 * What has happened to the lanes of a chart, of what it is there to tell.
 * @param {Curves} curves
 */
export function events({ lanes, panel }) {
  return lanes.flatMap((view, lane) =>
    happened(view.log, panel.events ?? []).map(({ kind, steps, of }) => ({ lane, steps, text: words(kind, lanes.length > 1 || of > 1 ? view.letter : "", steps, of) })),
  );
}

/** All values at a step, and what happened there. @param {Curves} curves @param {number} step */
export function valuesAt(curves, step) {
  const { list, lanes, panel } = curves;
  const values = list.map((c) => {
    const at = measured(c, step);
    const name = [lanes.length > 1 ? c.view.letter : "", c.line.label ?? ""].filter(Boolean).join(" ");
    const seeds = at?.seeds.length ? ` (${at.seeds.length} seeds, ${among(at.seeds)})` : "";
    return `${name} ${at ? number(at.value) : "not measured"}${seeds}`.trim();
  });
  const what = panel.axis ?? "step";
  return `${what[0].toUpperCase()}${what.slice(1)} ${step}: ${values.join(", ")}${events(curves).map((e) => (e.steps.includes(step) ? `; ${e.text}` : "")).join("")}`;
}

/** How the curves run, and what happened. @param {Curves} curves */
export function summary(curves) {
  const { list, lanes, panel, seeds } = curves;
  const sentences = list.map((c) => {
    const name = [lanes.length > 1 ? `${c.view.letter} ${c.view.title}` : "", c.line.label ?? ""].filter(Boolean).join(" ") || panel.title;
    const seeds = measured(c)?.seeds ?? [];
    return trend(name, c.view.log, c.line.field, c.scale, panel.axis) + (seeds.length ? ` There ${seeds.length} seeds go from ${among(seeds)}.` : "");
  });
  const text = [...sentences, ...events(curves).map((e) => `${e.text[0].toUpperCase()}${e.text.slice(1)}.`)].filter(Boolean).join(" ");
  return (text && seeds ? `Lines are medians of ${seeds} seeds, bands go from the least to the largest. ` : "") + (text || "Nothing measured yet.");
}
