// A figure that the server has drawn, read by keyboard and as a table. Its numbers stand in
// the page.

import { element } from "./elements.js";
import { grid, rows } from "./numbers.js";
import { number } from "./words.js";

/**
 * What a figure shows of one lane: a row for each step, direction, pair or point, or for each
 * row of a matrix. The first column of curves and matrices says which (internal/report, Grid).
 * @typedef {{ lane: string, title: string, columns: string[], rows: (number | string | null)[][] }} Grid
 */

/** Whether a grid is a matrix, whose columns are read one by one. @param {Grid} g */
const isMatrix = (g) => g.columns[0] === "row";

/** Whether a grid is of curves, whose lanes are read at one step. @param {Grid} g */
const isCurves = (g) => ["step", "direction"].includes(g.columns[0]);

/** What a row is known by in all lanes: of curves the step, otherwise its place. @param {Grid} g @param {number} i */
const keyOf = (g, i) => (isCurves(g) ? Number(g.rows[i][0]) : i);

/** @param {number | string | null | undefined} v */
const cell = (v) => (typeof v === "number" ? (Number.isInteger(v) ? String(v).replace("-", "−") : number(v)) : (v ?? ""));

/** The places of all rows, in order. @param {Grid[]} grids */
export function places(grids) {
  return [...new Set(grids.flatMap((g) => g.rows.map((_, i) => keyOf(g, i))))].sort((a, b) => a - b);
}

/**
 * What stands at a place, and of a matrix in a column of it, in words.
 * @param {Grid[]} grids @param {number} key @param {number} column counted from 0, that of the rows' names aside
 */
export function said(grids, key, column) {
  let where = "";
  const parts = grids.flatMap((g) => {
    const i = g.rows.findIndex((_, k) => keyOf(g, k) === key);
    if (i < 0) return [];
    const row = g.rows[i];
    const lane = grids.length > 1 ? `${g.lane} ` : "";
    if (isMatrix(g)) {
      where = `Row ${row[0]}, column ${g.columns[column + 1]}: `;
      return [lane + cell(row[column + 1])];
    }
    if (isCurves(g)) where = `${g.columns[0][0].toUpperCase()}${g.columns[0].slice(1)} ${key}: `;
    const values = g.columns.map((name, k) => [name, cell(row[k])]).slice(isCurves(g) ? 1 : 0).filter(([, v]) => v !== "");
    return values.length ? [lane + values.map(([name, v]) => `${name} ${v}`).join(", ")] : [];
  });
  return where + (parts.join("; ") || "not measured");
}

class Reader {
  /** The place in the list of all, -1 before the first. */
  #at = -1;
  #column = 0;

  /** @param {HTMLElement} figure */
  constructor(figure) {
    this.figure = figure;
    /** @type {Grid[]} */
    this.grids = JSON.parse(figure.dataset.grid ?? "").lanes;
    this.title = figure.querySelector("figcaption h2, figcaption h3")?.textContent ?? "";
    this.reading = /** @type {HTMLElement} */ (figure.querySelector("[data-reading]"));
    const picture = /** @type {HTMLElement} */ (figure.querySelector("[data-picture]"));
    picture.tabIndex = 0;
    picture.setAttribute("role", "application");
    picture.setAttribute("aria-roledescription", "figure");
    picture.setAttribute("aria-label", `${this.title}. Arrow keys read its numbers.`);
    picture.setAttribute("aria-describedby", picture.dataset.picture ?? "");
    picture.addEventListener("keydown", (e) => this.#key(e));
    picture.addEventListener("blur", () => (this.reading.textContent = ""));
    const button = /** @type {HTMLElement} */ (figure.querySelector("[data-numbers]"));
    button.addEventListener("click", () => this.#toggle(button));
  }

  /** @param {HTMLElement} button */
  #toggle(button) {
    const panel = /** @type {HTMLElement} */ (this.figure.querySelector("[data-panel-data]"));
    const open = button.getAttribute("aria-expanded") !== "true";
    const grids = open ? this.grids : [];
    panel.hidden = !grids.length;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    panel.replaceChildren(
      ...grids.flatMap((g) => {
        const shown = rows(g.rows.map((_, i) => i)).map((i) => g.rows[i].map(cell));
        const table = grid(`Numbers: ${this.title}${grids.length > 1 ? `, ${g.lane}` : ""}`, g.columns, shown);
        return grids.length > 1 ? [element("p", "aside", `${g.lane}: ${g.title}`), table] : [table];
      }),
    );
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    /** @type {Record<string, [number, number]>} */
    const moves = {
      ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1],
      PageDown: [10, 0], PageUp: [-10, 0], Home: [-Infinity, -Infinity], End: [Infinity, Infinity],
    };
    const by = moves[e.key];
    if (e.key === "Escape" && this.#at >= 0) {
      this.#at = -1;
      this.reading.textContent = "";
    } else if (by) this.#move(by);
    else return;
    e.preventDefault();
  }

  /** @param {[number, number]} by */
  #move([down, right]) {
    const { grids } = this;
    const all = places(grids);
    const within = (/** @type {number} */ v, /** @type {number} */ n) => Math.max(0, Math.min(n - 1, v));
    if (grids.some(isMatrix)) {
      if (this.#at >= 0) this.#column = within(this.#column + right, Math.max(...grids.map((g) => g.columns.length)) - 1);
      this.#at = within(this.#at < 0 ? 0 : this.#at + down, all.length);
    } else this.#at = within(this.#at + (down || right), all.length);
    this.reading.textContent = all.length ? said(grids, all[this.#at], this.#column) : "Nothing measured yet.";
  }
}

/** Makes all figures of the page that the server has drawn readable. */
export function readFigures() {
  for (const f of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("figure[data-read]"))) new Reader(f);
}
