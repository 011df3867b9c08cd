// The words on a chart: a label with its value at each line's end, names of the
// reference marks, the step under the cursor, what its bands are and what has no label.

import { end, measured } from "./curves.js";
import { element, keep, say } from "./elements.js";
import { labelled, stacked } from "./ends.js";
import { courses, free } from "./room.js";
import { hue } from "./strokes.js";
import { colours } from "./theme-colours.js";
import { reading } from "./words.js";

/** @typedef {import("./curves.js").Curves} Curves @typedef {import("./plot.js").Plot} Plot @typedef {import("./room.js").Box} Box */

const [GAP, LEAST] = [1.07, 1]; // what the middles of two labels should be apart, and must be, in em
const LETTER = 0.5; // what a letter takes, in em

export class Labels {
  #ends = element("div", "labels");
  #marks = element("div", "marks");
  #tag = element("span", "tag");
  #key = element("span", "of-band");
  /** Where the words at the lines' ends are, the names of the marks, and what is said above. @type {[Box[], Box[], Box[]]} */
  #taken = [[], [], []];

  /** @param {HTMLElement} root @param {string} axis a word for what x counts */
  constructor(root, axis) {
    this.root = root;
    this.axis = axis;
    root.append(this.#marks, this.#ends);
  }

  /** Where its words are, in pixels of the chart; right of those at the lines' ends there is nothing else. */
  get taken() {
    const [ends, ...others] = this.#taken;
    return [...ends.map((b) => ({ ...b, right: Infinity })), ...others.flat()];
  }

  /**
   * Puts all where the plot has them.
   * @param {Plot} plot @param {Curves} curves
   * @param {number | undefined} cursor the step whose values are said; undefined: the last
   * @param {number} width of the chart @param {string} front the sign whose curves are before the others
   */
  draw(plot, curves, cursor, width, front) {
    const rest = this.#label(plot, curves, cursor, front);
    this.#above(plot, width, [...(curves.seeds ? [`${curves.seeds} seeds: median, range`] : []), ...rest].join(" · "));
    this.#mark(plot, curves);
    this.#point(plot, cursor);
  }

  /** Says something above the plot, at its right. @param {Plot} plot @param {number} width of the chart @param {string} text */
  #above(plot, width, text) {
    this.#taken[2] = [];
    if (!text) return this.#key.remove();
    const right = plot.box.left + plot.box.width;
    this.#taken[2] = [{ left: right - plot.measure(text), top: 0, right, bottom: plot.box.top }];
    say(this.#key, text);
    this.#key.style.right = `${(width - right).toFixed()}px`;
    if (!this.#key.isConnected) this.root.append(this.#key);
  }

  /**
   * Labels the lines' ends and notes what has none; returns what is to be said elsewhere: what the lines are that alone have a label, where not all have room, and notes that have none.
   * @param {Plot} plot @param {Curves} curves @param {number | undefined} cursor @param {string} front
   * @returns {string[]}
   */
  #label(plot, curves, cursor, front) {
    const { left, top, width, height } = plot.box;
    const { em } = colours();
    const several = curves.lanes.length > 1;
    /** @type {{ curve: import("./curves.js").Curve, y: number, x: number }[]} */
    const all = [];
    for (const curve of curves.list) {
      const last = end(curve, plot.steps) && measured(curve, plot.steps); // a norm that has vanished ends below the plot, not where it was last drawn
      if (last) all.push({ curve, y: plot.y(last.value), x: plot.x(last.step) });
    }
    const [from, to] = [top - 0.6 * em, top + height - 2];
    const ends = labelled(all, 1 + Math.floor((to - from) / (LEAST * em)), front).sort((a, b) => a.y - b.y);
    // they stand in one column, right of the line that has come furthest
    const x = Math.min(left + width, Math.max(0, ...all.map((e) => e.x))) + 7;
    const heights = stacked(ends.map((e) => e.y), from, to, GAP * em);
    const words = ends.map(({ curve }, i) => ({
      text: (several ? `${curve.view.letter} ` : "") + (curve.line.label ?? ""),
      value: reading(measured(curve, cursor ?? plot.steps)?.value ?? NaN),
      tone: curve.line.sign || (curve.lane === 0 ? "plain" : hue(curve)),
      x, y: heights[i],
    }));
    this.#taken[0] = words.map((w) => this.#box(w));
    const told = notesOf(plot, curves);
    const notes = this.#below(plot, curves, told);
    this.#taken[0].push(...notes.map((n) => this.#box(n)));
    this.#tag.remove();
    keep(this.#ends, words.length + notes.length, () => {
      const label = element("span", "");
      label.append(element("span", ""), element("b", ""));
      return label;
    }).forEach((label, i) => {
      const { text, value, tone, x, y } = [...words, ...notes][i];
      label.className = tone;
      say(label.children[0], text);
      say(label.children[1], (text && value ? " " : "") + value);
      put(label, x, y - 0.57 * em);
    });
    return [
      ...(ends.length < all.length ? [`labels: ${[...new Set(ends.map((e) => e.curve.line.label ?? ""))].join(", ")}; more in data`] : []),
      ...(notes.length < told.length ? told.map((n) => n.text) : []),
    ];
  }

  /** What a label takes. @param {{ text: string, value: string, x: number, y: number }} label @returns {Box} */
  #box({ text, value, x, y }) {
    const { em } = colours();
    return { left: x, top: y - 0.57 * em, right: x + LETTER * em * (text.length + 1 + value.length), bottom: y + 0.57 * em };
  }

  /** Says which step the values are of, and covers no part of a number of the axis. @param {Plot} plot @param {number | undefined} cursor */
  #point(plot, cursor) {
    if (cursor === undefined || cursor < plot.first || cursor > plot.steps) return;
    const { top, height } = plot.box;
    const air = 0.25 * colours().em;
    const text = `${this.axis} ${cursor}`;
    const half = plot.measure(text) / 2 + air;
    const [from, to] = [plot.x(cursor) - half, plot.x(cursor) + half];
    const under = plot.numbers.filter(([a, b]) => a < to + air && from - air < b);
    const [left, right] = [Math.min(from, ...under.map(([a]) => a)), Math.max(to, ...under.map(([, b]) => b))];
    say(this.#tag, text);
    this.#tag.style.padding = `0 ${(right - to + air).toFixed(1)}px 0 ${(from - left + air).toFixed(1)}px`;
    put(this.#tag, left, top + height + 6);
    this.#ends.append(this.#tag);
  }

  /**
   * Places for notes, as low in the plot as neither curves nor labels are in the way; none where labels are everywhere.
   * @param {Plot} plot @param {Curves} curves @param {ReturnType<typeof notesOf>} notes
   */
  #below(plot, curves, notes) {
    const { em } = colours();
    const { left, top, width, height } = plot.box;
    const wide = Math.max(0, ...notes.map((n) => plot.measure(n.text)));
    const line = 1.14 * em;
    const tall = line * notes.length;
    const labels = this.#taken[0].map((b) => ({ ...b, right: Infinity }));
    const places = [];
    for (let y = top + height - tall; y >= top; y -= line / 2) for (const x of [left + 8, Math.max(left + 8, left + width - 8 - wide)]) places.push({ left: x, top: y, right: x + wide, bottom: y + tall });
    const clear = places.filter((p) => free(p, labels));
    const place = clear.find((p) => free(p, courses(plot, curves.list, p.left, p.right))) ?? clear[0];
    return place ? notes.map((n, i) => ({ ...n, x: place.left, y: place.top + line * (i + 0.5) })) : [];
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
    return places.find((p) => free(p, [...this.#taken[0], ...this.#taken[2], ...courses(plot, curves.list, p.left, p.right)])) ?? places[0];
  }
}

/** Whether a note stands for a line in a lane, which is nothing to draw throughout. @param {import("./curves.js").Line} line @param {import("./curves.js").LaneView} view */
export const noted = (line, { log }) => Boolean(line.note) && log.last(line.field)?.value === 0;

/** Notes of curves that are not drawn, each once for all lanes that have it. @param {Plot} plot @param {Curves} curves */
function notesOf(plot, curves) {
  /** @type {Map<string, import("./curves.js").Curve[]>} */
  const said = new Map();
  for (const c of curves.list) {
    const { note } = c.line;
    if (!note || !noted(c.line, c.view) || (end(c, plot.steps) && measured(c, plot.steps))) continue;
    said.set(note, [...(said.get(note) ?? []), c]);
  }
  return [...said].map(([note, of]) => ({
    text: (of.length < curves.lanes.length ? `${of.map((c) => c.view.letter).join(", ")} ` : "") + note,
    value: "",
    tone: of[0].line.sign || (of.length > 1 || of[0].lane === 0 ? "plain" : hue(of[0])),
  }));
}

/** @param {HTMLElement} e @param {number} x @param {number} y */
function put(e, x, y) {
  e.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
}
