// One pair of axes: the lines of a panel for each lane, reference marks, labels at
// the lines' ends, a cursor that all charts share and that the keyboard moves.

import uPlot from "../vendor/uplot/uPlot.esm.js";
import { Seeds } from "./band.js";
import { say } from "./numbers.js";
import { paint } from "./painter.js";
import { colours } from "./theme-colours.js";
import { DECADES, linearTicks, logTicks, range, spread } from "./scale.js";
import { number, reading, trend } from "./words.js";

/**
 * @typedef {{ field: string, label?: string, sign?: "positive" | "negative" | "", dash?: boolean, note?: string }} Line
 * @typedef {{ title: string, unit?: string, log?: boolean, within?: number[], axis?: string, lines: Line[] }} Panel
 * Its axis is a word for what x counts; steps where it is missing, and then the cursor is that of all charts.
 *
 * A lane as charts see it.
 * @typedef {{ letter: string, title: string, log: import("./log.js").RunLog | import("./band.js").Seeds, steps: number }} LaneView
 *
 * A line of a lane; seen says how many steps of each of its logs are in it, the others are padding, lo and hi are the ends of these values. Where there are several
 * logs the values are medians, low and high the least and the largest of the seeds, count how many these are.
 * @typedef {{ line: Line, lane: number, view: LaneView, scale: number, values: (number | null)[], seen: number[], low: (number | null)[], high: (number | null)[], count: number[], lo: number, hi: number }} Curve
 */

const WIDTHS = [0.143, 0.114, 0.09, 0.09, 0.09, 0.09]; // of a lane's lines, in em: a projector's page has thicker ones
const LANE_COLOURS = /** @type {const} */ (["ink", "third", "fourth", "ink", "third", "fourth"]);
/** How much of a line's colour its band has: two that lie on each other can be told from one. */
const TINT = 0.18;
const GAP = 1.07; // least distance of the middles of two labels, in em

/** All charts, for the cursor that they share. @type {Set<Chart>} */
const charts = new Set();

export class Chart {
  /** @type {LaneView[]} */
  lanes = [];
  /** @type {Curve[]} */
  curves = [];
  /** Step under the cursor; undefined: none. @type {number | undefined} */
  cursor;
  /** @type {uPlot | undefined} */
  #plot;
  /** @type {number[]} */
  #x = [];
  #shape = "";
  /** What the plot was last drawn for. */
  #drawn = "";
  /** Size of the root, 0 while it is folded away, as the browser tells it; to ask for it would lay the page out. */
  #width = 0;
  #height = 0;
  #hovered = false;
  #blank = true;
  #timer = 0;
  /** @type {[number, number]} */
  #range = [0, 1];
  #labels = document.createElement("div");
  #marks = document.createElement("div");
  #waiting = document.createElement("p");
  #tag = document.createElement("span");
  #key = document.createElement("span");
  /** Single seeds of a band are drawn too. */
  each = false;

  /**
   * @param {HTMLElement} root an element that the plot fills
   * @param {Panel} panel
   * @param {HTMLElement | null} summary where the sentence about the chart goes
   */
  constructor(root, panel, summary) {
    this.root = root;
    this.panel = panel;
    this.summary = summary;
    this.#labels.className = "labels";
    this.#marks.className = "marks";
    this.#waiting.className = "waiting";
    this.#tag.className = "tag";
    this.#key.className = "of-band";
    root.append(this.#marks, this.#labels);
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-roledescription", "line chart");
    root.setAttribute("aria-label", `${panel.title}${panel.unit ? `, ${panel.unit}` : ""}. Arrow keys move along the ${panel.axis ?? "step"}s${panel.axis ? "" : "; Enter shows the step in all figures"}.`);
    if (summary) root.setAttribute("aria-describedby", summary.id);
    root.addEventListener("keydown", (e) => this.#pressed(e));
    root.addEventListener("blur", () => this.#share(undefined));
    root.addEventListener("dblclick", () => this.#pick());
    new ResizeObserver((seen) => this.#resize(seen[seen.length - 1].contentRect)).observe(root);
    if (!panel.axis) charts.add(this);
  }

  /** @param {LaneView[]} lanes */
  show(lanes) {
    if (lanes.some((l, i) => l.log.logs.some((g, k) => g !== this.lanes[i]?.log.logs[k]))) this.#shape = "";
    this.lanes = lanes;
    this.#drawn = "";
    if (!this.panel.axis) return;
    this.#x = []; // nothing of the old curves goes on
    for (const c of this.curves) {
      c.view = lanes[c.lane] ?? c.view;
      Object.assign(c, nothing());
    }
  }

  /** Draws what the lanes' logs hold now. */
  draw() {
    if (!this.#width) return;
    const shape = this.lanes.map((l) => l.log.logs.map((g) => g.fields.length && l.letter)).join() + this.lanes.length;
    const key = shape + this.lanes.map((l) => l.log.logs.map((g) => `${g.resets} ${g.length} ${l.steps}`));
    if (this.#plot && shape === this.#shape && key === this.#drawn) return; // nothing has come
    this.#drawn = key;
    if (!this.#plot || shape !== this.#shape) this.#build(shape);
    this.#fill();
    if (this.#blank !== this.#empty()) {
      // the plot makes its ticks anew only with its scale
      this.#blank = !this.#blank;
      this.#build(shape);
      this.#fill();
    }
    this.#scale();
    const x = this.#x;
    const plot = this.#plot;
    const data = /** @type {uPlot.AlignedData} */ ([x, ...this.curves.map((c) => c.values)]);
    plot?.batch(() => plot.setData(data)); // at once, and not behind the painter's back
    this.#describe();
  }

  #draw = () => this.draw();

  /** Where the plot lies on its canvas, in the canvas's pixels, and what its axes span. */
  geometry() {
    const box = this.#plot?.bbox;
    return { canvas: this.#plot?.ctx.canvas, box, range: this.#range, steps: Math.max(1, ...this.lanes.map((l) => l.steps)) };
  }

  /** Draws again in other colours. */
  recolour() {
    this.#shape = "";
    this.draw();
  }

  /** @param {string} shape */
  #build(shape) {
    this.#shape = shape;
    this.#plot?.destroy();
    this.curves = this.lanes.flatMap((view, lane) =>
      this.panel.lines
        .filter((line) => view.log.field(line.field))
        .map((line) => ({ line, lane, view, scale: this.#unit(view, line), ...nothing() })),
    );
    this.#x = [];
    const c = colours();
    const axis = { stroke: c.muted, font: c.font, ticks: { show: false }, gap: 6 };
    this.#plot = new uPlot(
      {
        width: this.#width,
        height: this.#height,
        padding: [1.2 * c.em, this.#room(), 0, 0],
        legend: { show: false },
        scales: {
          x: { time: false, range: () => [0, Math.max(1, ...this.lanes.map((l) => l.steps))] },
          y: { distr: this.panel.log ? 3 : 1, range: () => this.#range },
        },
        axes: [
          { ...axis, size: 1.9 * c.em, grid: { show: false }, splits: (_, __, lo, hi) => linearTicks(lo, hi, this.#width > 500 ? 6 : 3).filter(Number.isInteger), values: (_, v) => v.map(String) },
          {
            ...axis,
            size: 3.3 * c.em,
            grid: { stroke: c.hairline, width: 1 },
            splits: (_, __, lo, hi) => (this.#empty() ? [] : this.panel.log ? logTicks(lo, hi) : linearTicks(lo, hi, 4)),
            filter: (_, v) => v,
            values: (_, v) => v.map((t) => number(t)),
          },
        ],
        series: [{}, ...this.curves.map((curve) => this.#series(curve))],
        cursor: {
          y: false,
          drag: { x: false, y: false },
          points: { size: 7, fill: (u, i) => String(u.series[i].stroke instanceof Function ? u.series[i].stroke(u, i) : c.ink) },
          bind: {
            // a click gives the plot the keyboard, and has no other meaning
            mousedown: () => () => null,
            dblclick: () => () => null,
          },
        },
        hooks: {
          setCursor: [(u) => this.#moved(u)],
          drawAxes: [(u) => this.#shade(u)],
          draw: [(u) => this.#decorate(u)],
        },
      },
      [[]],
      this.root,
    );
    this.#plot.over.addEventListener("mouseenter", () => (this.#hovered = true));
    this.#plot.over.addEventListener("mouseleave", () => {
      this.#hovered = false;
      this.#share(undefined);
    });
    this.root.append(this.#marks, this.#labels);
  }

  /** Room at the right for the longest label. */
  #room() {
    const letters = Math.max(...this.panel.lines.map((l) => (l.label ?? "").length)) + (this.lanes.length > 1 ? 1 + Math.max(...this.lanes.map((l) => l.letter.length)) : 0);
    return (0.55 * letters + 4) * colours().em * 0.8571;
  }

  /** What a line's values are multiplied by: a channel's spread is read in units of the isotropic one. @param {LaneView} view @param {Line} line */
  #unit(view, line) {
    const isotropic = line.field === "channel_std" ? view.log.mark(line.field, "isotropic") : undefined;
    return isotropic ? 1 / isotropic : 1;
  }

  /** @param {Curve} curve @returns {uPlot.Series} */
  #series(curve) {
    const { line, lane } = curve;
    const stroke = this.#colour(curve);
    return {
      stroke: () => stroke,
      width: WIDTHS[lane] * colours().em,
      dash: line.dash ? [6, 4] : undefined,
      spanGaps: true,
      points: { show: false },
    };
  }

  /** Brings the arrays for the plot up to the logs: steps that came are appended. */
  #fill() {
    const n = Math.max(0, ...this.lanes.map((l) => l.log.length));
    if (this.curves.some((c) => c.seen.some((k, i) => c.view.log.logs[i].length < k))) { // a run began anew
      this.#x.length = 0;
      for (const c of this.curves) Object.assign(c, nothing());
    }
    const from = this.#x.length;
    for (let s = from; s < n; s++) this.#x.push(s);
    for (const c of this.curves) {
      const { logs } = c.view.log;
      const seeds = c.view.log instanceof Seeds ? c.view.log : undefined;
      // a shorter lane was padded with nulls, which are replaced when it grows; a seed that grows changes what the others have said
      const grown = logs.flatMap((l, i) => (l.length > (c.seen[i] ?? 0) ? [c.seen[i] ?? 0] : []));
      for (let s = Math.min(from, ...grown); s < n; s++) {
        const v = c.view.log.at(c.line.field, s) * c.scale;
        const drawn = !Number.isNaN(v) && !(this.panel.log && v <= 0);
        c.values[s] = drawn ? v : null;
        if (drawn) this.#reach(c, v);
        if (!seeds) continue;
        const all = seeds.values(c.line.field, s);
        c.count[s] = all.length;
        [c.low[s], c.high[s]] = drawn ? [all[0] * c.scale, all[all.length - 1] * c.scale] : [null, null];
        if (drawn) for (const end of [c.low[s], c.high[s]]) this.#reach(c, /** @type {number} */ (end));
      }
      c.seen = logs.map((l) => l.length);
    }
  }

  #scale() {
    const log = !!this.panel.log;
    const others = [...(this.panel.within ?? []), ...this.#references().map((m) => m.value).filter(Number.isFinite)];
    const least = Math.max(...others, ...this.curves.map((c) => c.hi)) / 10 ** DECADES;
    // of a curve with values that do not count all have to be looked at
    this.#range = range([...this.curves.flatMap((c) => (log && c.lo < least ? [c.values, c.low, c.high] : empty(c) ? [] : [[c.lo, c.hi]])), others], log);
  }

  /** A curve has such a value. @param {Curve} c @param {number} v */
  #reach(c, v) {
    if (this.panel.log && v <= 0) return;
    c.lo = Math.min(c.lo, v);
    c.hi = Math.max(c.hi, v);
  }

  /** Draws single seeds as well, or not. @param {boolean} on */
  thin(on) {
    if (this.each === on) return;
    this.each = on;
    this.#plot?.redraw(false);
  }

  /** How many seeds a band has at most; 0 where there is none. */
  get seeds() {
    return Math.max(0, ...this.lanes.map((l) => l.log.logs.length).filter((n) => n > 1));
  }

  /** Bands behind their lines, with an edge that shows without the tint; single seeds are lines in its place. @param {uPlot} u */
  #shade(u) {
    const { ctx, bbox } = u;
    const n = this.seeds;
    if (!n) return this.#key.remove();
    const words = `${n} seeds: median, range`;
    if (this.#key.textContent !== words) this.#key.textContent = words;
    this.#key.style.right = `${(this.#width - (bbox.left + bbox.width) / devicePixelRatio).toFixed()}px`;
    if (!this.#key.isConnected) this.root.append(this.#key);
    const floor = this.panel.log ? this.#range[0] / 10 : -Infinity; // below the plot
    /** @param {Path2D} path @param {(step: number) => number | null | undefined} value @param {number[]} steps */
    const trace = (path, value, steps) => {
      for (const s of steps) {
        const v = value(s) ?? NaN;
        if (!Number.isNaN(v)) path.lineTo(u.valToPos(s, "x", true), u.valToPos(Math.max(v, floor), "y", true));
      }
      return path;
    };
    const back = this.#x.toReversed();
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.lineWidth = 0.75 * devicePixelRatio;
    for (const curve of this.curves) {
      if (!curve.count.length) continue;
      const [low, high] = [curve.low, curve.high].map((edge) => (/** @type {number} */ s) => edge[s]);
      ctx.fillStyle = ctx.strokeStyle = this.#colour(curve);
      ctx.setLineDash(curve.line.dash ? [4 * devicePixelRatio, 3 * devicePixelRatio] : []);
      ctx.globalAlpha = TINT;
      ctx.fill(trace(trace(new Path2D(), high, this.#x), low, back));
      ctx.globalAlpha = 0.8;
      const lines = this.each ? curve.view.log.logs.map((l) => (/** @type {number} */ s) => l.at(curve.line.field, s) * curve.scale) : [low, high];
      for (const line of lines) ctx.stroke(trace(new Path2D(), line, this.#x));
    }
    ctx.restore();
  }

  /** @param {Curve} curve */
  #colour({ line, lane }) {
    return colours()[line.sign || LANE_COLOURS[lane]];
  }

  /** Reference values of the panel's fields, each once; where lanes differ, with their letters. */
  #references() {
    /** @type {Map<string, { label: string, value: number, letters: string }>} */
    const marks = new Map();
    for (const c of this.curves) {
      for (const m of c.view.log.field(c.line.field)?.marks ?? []) {
        const value = m.value * c.scale;
        const known = marks.get(`${m.label} ${value}`);
        if (!known) marks.set(`${m.label} ${value}`, { label: m.label, value, letters: c.view.letter });
        else if (!known.letters.includes(c.view.letter)) known.letters += c.view.letter;
      }
    }
    const all = [...marks.values()];
    return all.map((m) => ({ ...m, label: all.some((o) => o !== m && o.label === m.label) ? `${m.letters} ${m.label}` : m.label }));
  }

  /** Marks behind the lines, points that tell lanes apart, labels at the ends. @param {uPlot} u */
  #decorate(u) {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    const c = colours();
    ctx.save();
    ctx.strokeStyle = c.mark;
    ctx.lineWidth = ratio;
    ctx.setLineDash([1.5 * ratio, 3 * ratio]);
    for (const m of this.#references()) {
      const y = u.valToPos(m.value, "y", true);
      if (!(y >= bbox.top - 1 && y <= bbox.top + bbox.height + 1)) continue;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    this.curves.forEach((curve) => {
      if (curve.lane === 0) return;
      const stride = Math.max(1, Math.round(Math.max(...this.lanes.map((l) => l.steps)) / 10));
      const r = 0.21 * c.em * ratio;
      ctx.strokeStyle = this.#colour(curve);
      ctx.fillStyle = curve.lane > 2 ? ctx.strokeStyle : c.paper; // their colours come again
      ctx.lineWidth = 1.25 * ratio;
      for (let s = Math.round(stride / 2); s < curve.values.length; s += stride) {
        const v = curve.values[s] ?? null;
        if (v === null) continue;
        const x = u.valToPos(s, "x", true);
        const y = u.valToPos(v, "y", true);
        ctx.beginPath();
        if (curve.lane % 2) ctx.arc(x, y, r, 0, 2 * Math.PI);
        else ctx.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
        ctx.fill();
        ctx.stroke();
      }
    });
    ctx.restore();
    if (!this.#hovered && this.cursor !== undefined) this.#point(u, this.cursor); // a plot made anew has lost it
    this.#label(u);
  }

  /** Puts a label at each line's end, with the value there or at the cursor. @param {uPlot} u */
  #label(u) {
    const left = u.bbox.left / devicePixelRatio;
    const top = u.bbox.top / devicePixelRatio;
    const width = u.bbox.width / devicePixelRatio;
    const height = u.bbox.height / devicePixelRatio;
    /** @type {{ y: number, x: number, text: string, value: string, tone: string }[]} */
    const ends = [];
    /** @type {{ text: string, tone: string }[]} */
    const notes = [];
    for (const curve of this.curves) {
      const end = this.#end(curve, Infinity);
      const tone = curve.line.sign || (curve.lane === 0 ? "plain" : LANE_COLOURS[curve.lane]);
      const lane = this.lanes.length > 1 ? `${curve.view.letter} ` : "";
      if (!end) {
        const zero = curve.line.note && curve.view.log.last(curve.line.field)?.value === 0;
        if (zero) notes.push({ text: lane + curve.line.note, tone });
        continue;
      }
      ends.push({
        y: top + u.valToPos(end.value, "y"),
        x: left + u.valToPos(end.step, "x"),
        text: lane + (curve.line.label ?? ""),
        value: reading(this.#end(curve)?.value ?? NaN),
        tone,
      });
    }
    ends.sort((a, b) => a.y - b.y);
    // The labels stand in one column, right of the line that has come furthest.
    const x = Math.min(left + width, Math.max(0, ...ends.map((e) => e.x))) + 7;
    const ys = spread(ends.map((e) => e.y), top, top + height - 6, GAP * colours().em);
    notes.forEach((n, i) => {
      ends.push({ y: 0, x: 0, value: "", ...n });
      ys.push(top + height - 8 - 16 * (notes.length - 1 - i));
    });
    this.#tag.remove();
    while (this.#labels.children.length > ends.length) this.#labels.lastElementChild?.remove();
    ends.forEach((e, i) => {
      let el = /** @type {HTMLElement | undefined} */ (this.#labels.children[i]);
      if (!el) {
        el = document.createElement("span");
        el.append(document.createElement("span"), document.createElement("b"));
        this.#labels.append(el);
      }
      el.className = e.tone;
      const [name, value] = /** @type {[HTMLElement, HTMLElement]} */ (/** @type {unknown} */ ([...el.children]));
      say(name, e.text);
      say(value, (e.text && e.value ? " " : "") + e.value);
      const at = e.value === "" ? left + 8 : x;
      el.style.transform = `translate(${at.toFixed(1)}px, ${(ys[i] - 0.57 * colours().em).toFixed(1)}px)`;
    });

    if (this.cursor !== undefined) {
      this.#tag.textContent = `${this.panel.axis ?? "step"} ${this.cursor}`;
      this.#tag.style.transform = `translate(calc(${(left + u.valToPos(this.cursor, "x")).toFixed(1)}px - 50%), ${(top + height + 6).toFixed(1)}px)`;
      this.#labels.append(this.#tag);
    }

    const refs = this.#references().filter((m) => m.value >= this.#range[0] && m.value <= this.#range[1]);
    while (this.#marks.children.length > refs.length) this.#marks.lastElementChild?.remove();
    refs.forEach((m, i) => {
      let el = /** @type {HTMLElement | undefined} */ (this.#marks.children[i]);
      if (!el) {
        el = document.createElement("span");
        this.#marks.append(el);
      }
      say(el, m.label);
      const y = top + u.valToPos(m.value, "y");
      const above = y - 1.15 * colours().em;
      el.style.transform = `translate(${(left + 6).toFixed(1)}px, ${above.toFixed(1)}px)`;
    });
  }

  /** The last point of a curve at or before a step. @param {Curve} curve @param {number} [step] */
  #end(curve, step = this.cursor ?? Infinity) {
    if (empty(curve)) return undefined;
    for (let s = Math.min(step, curve.values.length - 1); s >= 0; s--) {
      const value = curve.values[s];
      if (value !== null && value !== undefined) return { step: s, value };
    }
    return undefined;
  }

  /** @param {uPlot} u */
  #moved(u) {
    if (following || !this.#hovered) return;
    const i = u.cursor.idx;
    if (u.cursor.left !== undefined && u.cursor.left >= 0 && i !== null && i !== undefined) this.#share(i);
  }

  /** Moves the cursor, of all charts where this one counts what they count. @param {number | undefined} at */
  #share(at) {
    if (!this.panel.axis) return share(at);
    if (following) return;
    following = true;
    this.follow(at);
    following = false;
  }

  /** @param {number | undefined} step */
  follow(step) {
    this.cursor = step;
    const u = this.#plot;
    if (!u || !this.#width) return;
    this.#point(u, step);
    this.#label(u);
  }

  /** @param {uPlot} u @param {number | undefined} step */
  #point(u, step) {
    const before = following;
    following = true;
    if (step === undefined) u.setCursor({ left: -10, top: -10 });
    else u.setCursor({ left: u.valToPos(step, "x"), top: u.cursor.top ?? 0 });
    following = before;
  }

  /** Shows the step under the cursor in all figures. */
  #pick() {
    if (!this.panel.axis && this.cursor !== undefined) onPick(this.cursor);
  }

  /** @param {KeyboardEvent} e */
  #pressed(e) {
    this.draw(); // what has come and waits for the painter is there for a key
    const last = this.#x.length - 1;
    if (last < 0 || e.ctrlKey || e.metaKey || e.altKey) return;
    const at = this.cursor ?? last;
    const far = Math.max(1, Math.round(last / 20));
    const to = {
      ArrowLeft: at - (e.shiftKey ? far : 1),
      ArrowRight: at + (e.shiftKey ? far : 1),
      PageUp: at - far,
      PageDown: at + far,
      Home: 0,
      End: last,
    }[e.key];
    if (e.key === "Enter") return this.#pick();
    if (e.key === "Escape") {
      if (this.cursor === (this.panel.axis ? undefined : pinned)) return; // it means something else
      this.#share(undefined);
    } else if (to !== undefined) this.#share(Math.max(0, Math.min(last, to)));
    else return;
    e.preventDefault();
    announce(this.cursor === undefined ? "" : this.at(this.cursor));
  }

  /** The values at a step, in words. @param {number} step */
  at(step) {
    const values = this.curves.map((c) => {
      const end = this.#end(c);
      const name = [this.lanes.length > 1 ? c.view.letter : "", c.line.label ?? ""].filter(Boolean).join(" ");
      const seeds = end && c.count[end.step] ? ` (${c.count[end.step]} seeds, ${number(c.low[end.step] ?? NaN)} to ${number(c.high[end.step] ?? NaN)})` : "";
      return `${name} ${end ? number(end.value) : "not measured"}${seeds}`.trim();
    });
    const what = this.panel.axis ?? "step";
    return `${what[0].toUpperCase()}${what.slice(1)} ${step}: ${values.join(", ")}`;
  }

  /** @param {{ width: number, height: number }} box */
  #resize(box) {
    this.#width = Math.round(box.width);
    this.#height = Math.round(box.height);
    if (this.#plot && this.#width) this.#plot.setSize({ width: this.#width, height: this.#height });
    paint(this.#draw); // what came while it was folded away
  }

  /** Writes the summary, which nobody reads at the rate of a frame, once a second. */
  #describe() {
    this.#timer ||= window.setTimeout(() => {
      this.#timer = 0;
      this.#summarise();
    }, 1000);
    const empty = this.#empty();
    const text = !empty ? "" : this.lanes.some((l) => l.log.length) ? "not measured yet" : this.root.closest(".wide") ? "The curves appear here. Run starts the training." : "";
    this.#waiting.textContent = text;
    if (text) this.root.append(this.#waiting);
    else this.#waiting.remove();
  }

  /** Whether there is no point to draw. */
  #empty() {
    return this.curves.every(empty) && !this.curves.some((c) => c.line.note && c.view.log.length);
  }

  /** From where to where the seeds of a band go at its end, in words. @param {Curve} c */
  #among(c) {
    const end = c.count.length ? this.#end(c, Infinity) : undefined;
    return end ? ` There ${c.count[end.step]} seeds go from ${number(c.low[end.step] ?? NaN)} to ${number(c.high[end.step] ?? NaN)}.` : "";
  }

  #summarise() {
    if (!this.summary) return;
    const name = (/** @type {Curve} */ c) => [this.lanes.length > 1 ? `${c.view.letter} ${c.view.title}` : "", c.line.label ?? ""].filter(Boolean).join(" ") || this.panel.title;
    const text = this.curves.map((c) => trend(name(c), c.view.log, c.line.field, c.scale, this.panel.axis) + this.#among(c)).filter(Boolean).join(" ");
    this.summary.textContent = (text && this.seeds ? `Lines are medians of ${this.seeds} seeds, bands go from the least to the largest. ` : "") + (text || "Nothing measured yet.");
  }
}

/** What a curve has before its values come. */
const nothing = () => ({ values: [], seen: [], low: [], high: [], count: [], lo: Infinity, hi: -Infinity });

/** Whether a curve has no point. @param {Curve} c */
const empty = (c) => c.hi < c.lo;

/** The step that the page shows, where that is not the newest: the cursor rests there. @type {number | undefined} */
let pinned;

/** True while one chart tells the others, so that they do not answer. */
let following = false;

/** @type {(step: number | undefined) => void} */
let onShare = () => {};

/** @type {(step: number) => void} */
let onPick = () => {};

/** @type {(text: string) => void} */
let announce = () => {};

/**
 * Who else wants to know of the shared cursor, what reads values aloud, and what
 * shows a step in all figures.
 * @param {(step: number | undefined) => void} moved
 * @param {(text: string) => void} say
 * @param {(step: number) => void} pick
 */
export function listen(moved, say, pick) {
  onShare = moved;
  announce = say;
  onPick = pick;
}

/** Rests the cursor of all charts at a step, or takes it away. @param {number | undefined} step */
export function pin(step) {
  pinned = step;
  share(undefined);
}

/** Moves the cursor of all charts, or lets it go back to where it rests. @param {number | undefined} step */
export function share(step) {
  if (following) return;
  following = true;
  for (const c of charts) c.follow(step ?? pinned);
  following = false;
  onShare(step);
}
