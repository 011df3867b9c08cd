// One pair of axes: the lines of a panel for each lane, reference marks, labels at
// the lines' ends, a cursor that all charts share and that the keyboard moves.

import { Beside } from "./beside.js";
import { summary, valuesAt } from "./chartwords.js";
import { Crosshair } from "./crosshair.js";
import { choose, join, rest, share, tell } from "./cursor.js";
import { Curves } from "./curves.js";
import { wireDragging } from "./dragging.js";
import { element } from "./elements.js";
import { Labels, noted } from "./labels.js";
import { paint } from "./painter.js";
import { Plot } from "./plot.js";
import { bands, echoes, lines, marks, points } from "./strokes.js";
import { colours } from "./theme-colours.js";
import { about, between, holding, onZoom, within, zoom } from "./zoom.js";

/** @typedef {import("./curves.js").LaneView} LaneView @typedef {import("./curves.js").Panel} Panel */

/** How often the summary is written at most, in milliseconds: nobody reads it at the rate of a frame. */
const SUMMARY = 1000;

export class Chart {
  /** @type {LaneView[]} */
  lanes = [];
  /** Step under the cursor; undefined: none. @type {number | undefined} */
  cursor;
  /** Single seeds of a band are drawn too. */
  each = false;
  /** The sign whose curves are before the others. */
  #front = "";
  #curves;
  #plot;
  #labels;
  #crosshair;
  #beside;
  /** Which curves there are, and what they were last drawn with. */
  #shape = "";
  #drawn = "";
  /** Size of the root, 0 while it is folded away, as the browser tells it; to ask for it would lay the page out. */
  #width = 0;
  #height = 0;
  /** The step under the pointer. @type {number | undefined} */
  #hovered;
  #timer = 0;
  /** Those above and below, whose steps stand above and below its own. @type {Chart[]} */
  inLine = [this];
  #waiting = element("p", "waiting");
  /** What leads back to the whole run; null: this chart always shows it. @type {HTMLElement | null} */
  #whole;

  /**
   * @param {HTMLElement} root an element that the plot fills
   * @param {Panel} panel
   * @param {HTMLElement | null} summary where the sentence about the chart goes
   */
  constructor(root, panel, summary) {
    this.root = root;
    this.panel = panel;
    this.summary = summary;
    this.#curves = new Curves(panel, []);
    this.#plot = new Plot(Boolean(panel.log));
    root.append(this.#plot.canvas);
    this.#crosshair = new Crosshair(root);
    this.#beside = new Beside(root);
    this.#labels = new Labels(root, panel.axis ?? "step");
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-roledescription", "line chart");
    this.#whole = panel.axis ? null : (root.closest("figure")?.querySelector("[data-whole]") ?? null);
    root.setAttribute("aria-label", `${panel.title}${panel.unit ? `, ${panel.unit}` : ""}. Arrow keys move along the ${panel.axis ?? "step"}s${panel.axis ? "" : "; Enter shows the step in all figures"}${this.#whole ? "; plus and minus show fewer and more steps, Escape all" : ""}.`);
    if (summary) root.setAttribute("aria-describedby", summary.id);
    if (this.#whole) this.#zoomable(this.#whole);
    root.addEventListener("keydown", (e) => this.#pressed(e));
    root.addEventListener("mousemove", (e) => this.#hover(e));
    root.addEventListener("mouseleave", () => this.#under(undefined));
    root.addEventListener("blur", () => this.#point(undefined));
    root.addEventListener("dblclick", () => (this.#part ? zoom(undefined) : this.#pick()));
    new ResizeObserver((seen) => this.#resize(seen[seen.length - 1].contentRect)).observe(root);
    matchMedia("print").addEventListener("change", () => this.#resize({ width: root.clientWidth, height: root.clientHeight })); // of paper no observer hears
    if (!panel.axis) join(this);
  }

  get curves() {
    return this.#curves.list;
  }

  /** How they run, in words. */
  sentence() {
    return [...this.lanes.flatMap((l) => l.note ?? []), summary(this.#curves)].join(" ");
  }

  /** @param {LaneView[]} lanes */
  show(lanes) {
    if (lanes.some((l, i) => l.log.logs.some((g, k) => g !== this.lanes[i]?.log.logs[k]))) this.#shape = "";
    this.lanes = lanes;
    this.#drawn = "";
    if (this.panel.axis) this.#curves.take(lanes); // nothing of the old ones goes on
  }

  /** Draws what the lanes' logs hold now. */
  draw() {
    if (!this.#width) return;
    const shape = this.lanes.map((l) => l.log.logs.map((g) => g.fields.length && l.letter)).join() + this.lanes.length;
    const key = shape + this.lanes.map((l) => l.log.logs.map((g) => `${g.resets} ${g.length} ${l.steps}`));
    if (key === this.#drawn && shape === this.#shape) return; // nothing has come
    this.#drawn = key;
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#curves = new Curves(this.panel, this.lanes);
    }
    this.#curves.grow();
    this.#told();
    this.redraw();
    this.#describe();
  }

  #draw = () => this.draw();

  /** Draws the same again: in other colours, at another size. */
  redraw() {
    if (!this.#width) return;
    const [plot, curves] = [this.#plot, this.#curves];
    const part = this.#part;
    plot.begin(this.#width, this.#height, this.#room(), part ?? [0, curves.steps], curves.range(part));
    plot.axes(curves.blank);
    this.#beside.hairlines(plot, curves);
    bands(plot, curves.list, this.each);
    echoes(plot, curves.list);
    lines(plot, curves.list, this.#front);
    marks(plot, curves.references);
    points(plot, curves.list, this.#front);
    this.follow(this.cursor);
    this.#beside.words(plot, curves, this.#labels.taken);
  }

  /** Room at the right for the longest label, of its own or of those that it stands in line with. */
  #room() {
    const lines = this.inLine.flatMap(({ panel, lanes }) => panel.lines.filter((line) => !lanes.length || lanes.some((l) => !noted(line, l))));
    const letters = Math.max(0, ...lines.map((l) => (l.label ?? "").length)) + (this.lanes.length > 1 ? 1 + Math.max(...this.lanes.map((l) => l.letter.length)) : 0);
    return (0.55 * letters + 4) * colours().em * 0.8571;
  }

  /** Where the plot lies on its canvas, in the canvas's pixels, and what its axes span. */
  geometry() {
    const { canvas, range, box } = this.#plot;
    const [left, top, width, height] = [box.left, box.top, box.width, box.height].map((v) => v * devicePixelRatio);
    return { range, steps: this.#curves.steps, shown: [this.#plot.first, this.#plot.steps], ...(this.#plot.steps ? { canvas, box: { left, top, width, height } } : {}) };
  }

  /** Draws single seeds as well, or not. @param {boolean} on */
  thin(on) {
    if (this.each === on) return;
    this.each = on;
    this.redraw();
  }

  /** The steps that are shown where these are not all. */
  get #part() {
    return this.#whole ? within(this.#last) : undefined;
  }

  /** The last step that the run will have. */
  get #last() {
    return Math.max(1, this.#curves.steps - 1);
  }

  /** Lets the reader choose a range of steps, for all charts. @param {HTMLElement} whole */
  #zoomable(whole) {
    const plot = this.#plot;
    this.root.classList.add("zoomable");
    wireDragging(
      this.root,
      (x) => (plot.steps ? plot.nearest(x) : undefined),
      (step) => ({ x: plot.x(step), top: plot.box.top, height: plot.box.height }),
      (a, b) => zoom(between(a, b, this.#last)),
    );
    whole.addEventListener("click", () => {
      zoom(undefined);
      this.root.focus({ preventScroll: true }); // the button is gone
    });
    onZoom(() => {
      this.#told();
      paint(this.#redraw);
    });
  }

  #redraw = () => this.redraw();

  /** Says which steps are shown. */
  #told() {
    if (!this.#whole) return;
    const part = this.#part;
    this.#whole.hidden = !part;
    if (part) this.#whole.setAttribute("aria-label", `${this.panel.title} shows steps ${part[0]} to ${part[1]}: show the whole run`);
  }

  /** Brings the curves of a sign before the others, where there are any. @param {string | undefined} sign */
  bring(sign) {
    const front = this.panel.lines.some((l) => l.sign === sign) ? (sign ?? "") : "";
    if (this.#front === front) return;
    this.#front = front;
    this.redraw();
  }

  /** @param {MouseEvent} e */
  #hover(e) {
    const { left, top } = this.root.getBoundingClientRect();
    const step = this.#plot.stepAt(e.clientX - left, e.clientY - top);
    const last = this.#curves.length - 1;
    this.#under(step === undefined || last < 0 ? undefined : Math.min(step, last));
  }

  /** @param {number | undefined} step under the pointer */
  #under(step) {
    if (step === this.#hovered) return;
    this.#hovered = step;
    this.#point(step);
  }

  /** Moves the cursor, of all charts where this one counts what they count. @param {number | undefined} step */
  #point(step) {
    if (!this.panel.axis) share(step);
    else this.follow(step);
  }

  /** Shows the cursor at a step. @param {number | undefined} step */
  follow(step) {
    this.cursor = step;
    if (!this.#plot.steps || !this.#width) return;
    this.#crosshair.show(this.#plot, this.#curves.list, step);
    this.#labels.draw(this.#plot, this.#curves, step, this.#width, this.#front);
  }

  /** Shows the step under the cursor in all figures. */
  #pick() {
    if (!this.panel.axis && this.cursor !== undefined) choose(this.cursor);
  }

  /** @param {KeyboardEvent} e */
  #pressed(e) {
    this.draw(); // what has come and waits for the painter is there for a key
    const last = this.#curves.length - 1;
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
    const part = this.#part;
    const [from, end] = part ?? [0, this.#last];
    const times = { "+": 0.5, "=": 0.5, "-": 2 }[e.key];
    if (this.#whole && (times || (part && e.key === "Escape"))) {
      zoom(times ? about([from, end], Math.max(from, Math.min(end, at)), times, this.#last) : undefined);
      e.preventDefault();
      const now = this.#part;
      return tell(now ? `Steps ${now[0]} to ${now[1]}.` : "The whole run.");
    }
    if (e.key === "Escape") {
      if (this.cursor === (this.panel.axis ? undefined : rest())) return; // it means something else
      this.#point(undefined);
    } else if (to !== undefined) {
      const step = Math.max(0, Math.min(last, to));
      if (part) zoom(holding(part, step)); // it goes along
      this.#point(step);
    } else return;
    e.preventDefault();
    tell(this.cursor === undefined ? "" : valuesAt(this.#curves, this.cursor));
  }

  /** @param {{ width: number, height: number }} box */
  #resize(box) {
    const first = !this.#plot.steps;
    this.#width = Math.round(box.width);
    this.#height = Math.round(box.height);
    if (!first) this.redraw();
    paint(this.#draw); // what came while it was folded away
  }

  /** Says that there is nothing yet, and in a while how the curves run. */
  #describe() {
    if (this.lanes.some((l) => l.note)) this.#summarise(); // whoever opens the numbers at once reads it
    else if (this.summary) this.#timer ||= window.setTimeout(() => this.#summarise(), SUMMARY);
    const text = !this.#curves.blank ? "" : this.lanes.some((l) => l.log.length) ? "not measured yet" : this.#foremost ? "The curves appear here. Run starts the training." : "";
    this.#waiting.textContent = text;
    if (text) this.root.append(this.#waiting);
    else this.#waiting.remove();
  }

  /** Whether the page has no chart before this one. */
  get #foremost() {
    return document.querySelector("[data-panel]")?.contains(this.root) ?? false;
  }

  #summarise() {
    this.#timer = 0;
    if (this.summary) this.summary.textContent = this.sentence();
  }
}
