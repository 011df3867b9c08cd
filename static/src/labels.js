// The words on a chart: a label with its value at each line's end, names of the
// reference marks, the step under the cursor, and what its bands are.

import { end, measured } from "./curves.js";
import { element, keep, say } from "./elements.js";
import { courses, free } from "./room.js";
import { spread } from "./scale.js";
import { hue } from "./strokes.js";
import { colours } from "./theme-colours.js";
import { reading } from "./words.js";

/** @typedef {import("./curves.js").Curves} Curves @typedef {import("./plot.js").Plot} Plot @typedef {import("./room.js").Box} Box */

const GAP = 1.07; // least distance of the middles of two labels, in em
const LETTER = 0.5; // what a letter takes, in em

export class Labels {
  #ends = element("div", "labels");
  #marks = element("div", "marks");
  #tag = element("span", "tag");
  #key = element("span", "of-band");
  /** Where the words at the lines' ends are, and the names of the marks. @type {[Box[], Box[]]} */
  #taken = [[], []];

  /** @param {HTMLElement} root @param {string} axis a word for what x counts */
  constructor(root, axis) {
    this.root = root;
    this.axis = axis;
    root.append(this.#marks, this.#ends);
  }

  /** Where its words are, in pixels of the chart; right of those at the lines' ends there is nothing else. */
  get taken() {
    const [ends, marks] = this.#taken;
    return [...ends.map((b) => ({ ...b, right: Infinity })), ...marks];
  }

  /**
   * Puts all where the plot has them.
   * @param {Plot} plot @param {Curves} curves
   * @param {number | undefined} cursor the step whose values are said; undefined: the last
   * @param {number} width of the chart
   */
  draw(plot, curves, cursor, width) {
    this.#label(plot, curves, cursor);
    this.#mark(plot, curves);
    if (!curves.seeds) return this.#key.remove();
    say(this.#key, `${curves.seeds} seeds: median, range`);
    this.#key.style.right = `${(width - plot.box.left - plot.box.width).toFixed()}px`;
    if (!this.#key.isConnected) this.root.append(this.#key);
  }

  /** @param {Plot} plot @param {Curves} curves @param {number | undefined} cursor */
  #label(plot, curves, cursor) {
    const { left, top, width, height } = plot.box;
    const { em } = colours();
    const several = curves.lanes.length > 1;
    /** Labels in the order of their lines' ends, and notes below, of lines that have none. @type {{ y: number, x: number, text: string, value: string, tone: string }[]} */
    const ends = [];
    /** @type {typeof ends} */
    const notes = [];
    for (const curve of curves.list) {
      const last = end(curve, plot.steps) && measured(curve, plot.steps); // a norm that has vanished ends below the plot, not where it was last drawn
      const tone = curve.line.sign || (curve.lane === 0 ? "plain" : hue(curve));
      const lane = several ? `${curve.view.letter} ` : "";
      if (last) ends.push({ y: plot.y(last.value), x: plot.x(last.step), text: lane + (curve.line.label ?? ""), value: reading(measured(curve, cursor ?? plot.steps)?.value ?? NaN), tone });
      else if (curve.line.note && curve.view.log.last(curve.line.field)?.value === 0) notes.push({ y: 0, x: 0, text: lane + curve.line.note, value: "", tone });
    }
    ends.sort((a, b) => a.y - b.y);
    // they stand in one column, right of the line that has come furthest
    const x = Math.min(left + width, Math.max(0, ...ends.map((e) => e.x))) + 7;
    const places = spread(ends.map((e) => e.y), top, top + height - 6, GAP * em).map((y) => [x, y]);
    places.push(...this.#below(plot, curves, notes.map((n) => n.text)));
    this.#tag.remove();
    const all = [...ends, ...notes];
    this.#taken[0] = places.map(([x, y], i) => ({ left: x, top: y - 0.57 * em, right: x + LETTER * em * (all[i].text.length + 1 + all[i].value.length), bottom: y + 0.57 * em }));
    keep(this.#ends, all.length, () => {
      const label = element("span", "");
      label.append(element("span", ""), element("b", ""));
      return label;
    }).forEach((label, i) => {
      const { text, value, tone } = all[i];
      label.className = tone;
      say(label.children[0], text);
      say(label.children[1], (text && value ? " " : "") + value);
      put(label, places[i][0], places[i][1] - 0.57 * em);
    });
    if (cursor === undefined || cursor < plot.first || cursor > plot.steps) return;
    this.#tag.textContent = `${this.axis} ${cursor}`;
    this.#tag.style.transform = `translate(calc(${plot.x(cursor).toFixed(1)}px - 50%), ${(top + height + 6).toFixed(1)}px)`;
    this.#ends.append(this.#tag);
  }

  /**
   * Places for notes of curves that are not drawn: at the foot of the plot, or at its head where curves would strike them below.
   * @param {Plot} plot @param {Curves} curves @param {string[]} notes
   */
  #below(plot, curves, notes) {
    const { em } = colours();
    const { left, top, width, height } = plot.box;
    const wide = LETTER * em * Math.max(0, ...notes.map((n) => n.length));
    const line = 1.14 * em;
    const tall = line * notes.length;
    const corners = [[left + 8, top + height - tall], [left + width - 8 - wide, top], [left + 8, top]];
    const [x, y] = corners.find(([x, y]) => free({ left: x, top: y, right: x + wide, bottom: y + tall }, courses(plot, curves.list, x, x + wide))) ?? corners[0];
    return notes.map((_, i) => [x, y + line * (i + 0.5)]);
  }

  /** @param {Plot} plot @param {Curves} curves */
  #mark(plot, curves) {
    const [lo, hi] = plot.range;
    const seen = curves.references.filter((m) => m.value >= lo && m.value <= hi);
    this.#taken[1] = seen.map((m) => this.#beside(plot, curves, m));
    keep(this.#marks, seen.length, () => element("span", "")).forEach((name, i) => {
      say(name, seen[i].label);
      put(name, this.#taken[1][i].left, this.#taken[1][i].top);
    });
  }

  /**
   * A place for the name of a mark, on its line: at the left, or at the right where something is in the way there.
   * @param {Plot} plot @param {Curves} curves @param {import("./curves.js").Reference} mark
   */
  #beside(plot, curves, { label, value }) {
    const { em } = colours();
    const { left, width } = plot.box;
    const wide = LETTER * em * label.length;
    const places = [left + 6, left + width - 6 - wide].map((x) => ({ left: x, top: plot.y(value) - em, right: x + wide, bottom: plot.y(value) }));
    return places.find((p) => free(p, [...this.#taken[0], ...courses(plot, curves.list, p.left, p.right)])) ?? places[0];
  }
}

/** @param {HTMLElement} e @param {number} x @param {number} y */
function put(e, x, y) {
  e.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
}
