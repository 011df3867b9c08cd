// The data behind a chart: its summary, a table, and the files of the server.

import { measured } from "./curves.js";
import { element } from "./elements.js";
import { number } from "./words.js";

const ROWS = 60;

/**
 * The steps of a table: all, or evenly spaced ones with the first and the last.
 * @param {number[]} steps
 */
export function rows(steps) {
  if (steps.length <= ROWS) return steps;
  return Array.from({ length: ROWS }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (ROWS - 1))]);
}

/**
 * @param {import("./chart.js").Chart} chart
 * @returns {HTMLElement}
 */
export function table(chart) {
  const { curves, lanes, panel } = chart;
  const columns = curves.map((c) => {
    /** @type {Map<number, NonNullable<ReturnType<typeof measured>>>} */
    const at = new Map();
    for (let m = measured(c); m; m = m.step > 0 ? measured(c, m.step - 1) : undefined) at.set(m.step, m);
    return { at, name: [lanes.length > 1 ? c.view.letter : "", c.line.label || panel.title].filter(Boolean).join(" "), band: c.count.length > 0, before: (!c.count.length && c.view.before) || [] };
  });
  const steps = rows([...new Set(columns.flatMap(({ at }) => [...at.keys()]))].sort((a, b) => a - b));
  // a band has four columns: what its line is at, where its edges are, and of how many seeds
  const heads = columns.flatMap(({ name, band, before }) => (band ? [" median", " least", " largest", " seeds"] : ["", ...before.map((b) => ` step ${b.step}`)]).map((what) => name + what));
  const cells = (/** @type {number} */ step) =>
    columns.flatMap(({ at, band, before }) => {
      const m = at.get(step);
      const earlier = before.map(({ values: { [step]: v } }) => (v === null || v === undefined ? "" : number(v)));
      if (!m) return band ? ["", "", "", ""] : ["", ...earlier];
      return [number(m.value), ...earlier, ...(band ? [number(m.seeds[0]), number(m.seeds[m.seeds.length - 1]), String(m.seeds.length)] : [])];
    });
  return grid(`Numbers: ${panel.title}`, [panel.axis ?? "step", ...heads], steps.map((s) => [String(s), ...cells(s)]));
}

/** A table that scrolls by itself, in the box in which it does. @param {string} label */
export function scrolling(label) {
  const scroll = element("div", "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", label);
  const table = document.createElement("table");
  scroll.append(table);
  return { scroll, table };
}

/** @param {string} label @param {string[]} head @param {string[][]} rows */
export function grid(label, head, rows) {
  const { scroll, table: t } = scrolling(label);
  const top = t.createTHead().insertRow();
  for (const name of head) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = name;
    top.append(th);
  }
  const body = t.createTBody();
  for (const cells of rows) {
    const row = body.insertRow();
    for (const text of cells) row.insertCell().textContent = text;
  }
  return scroll;
}

/**
 * Links to the server's files of a figure, for each run: the picture, and the numbers that it shows. They come as
 * files, whose names are the server's to say; nothing takes the page's place.
 * @param {{ letter: string, url: string, query?: string }[]} runs query: what a figure of several runs is asked with
 * @param {string} figure
 */
export function links(runs, figure) {
  const p = element("p", "links");
  for (const { letter, url, query = "" } of runs) {
    const row = runs.length > 1 ? element("span", "of", `${letter}:`) : p;
    for (const format of ["svg", "png", "csv", "json"]) {
      const a = element("a", "", format.toUpperCase());
      a.dataset.file = `${url}/figures/${figure}.${format}${query}`;
      a.setAttribute("download", "");
      if (row !== p) a.setAttribute("aria-label", `${a.textContent} of ${letter}`);
      row.append(a);
    }
    if (row !== p) p.append(row);
  }
  return p;
}

/** Points the links below an element to files of the step that is shown. @param {ParentNode} root @param {number | undefined} step */
export function aim(root, step) {
  for (const a of /** @type {NodeListOf<HTMLAnchorElement>} */ (root.querySelectorAll("a[data-file]"))) {
    const file = a.dataset.file ?? "";
    a.href = file + (step === undefined ? "" : `${file.includes("?") ? "&" : "?"}step=${step}`);
  }
}
