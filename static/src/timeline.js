// The one line of time: a slider over the steps of all lanes, play, marks, and the
// keys that go with them. It knows which step the page shows; the desk draws it.

import { element } from "./numbers.js";
import { Player } from "./player.js";
import { fingerprint, marksOf } from "./marks.js";
import { spread } from "./scale.js";

/** @typedef {import("./marks.js").Mark} Mark */

/** Outlines of the marks, in a box of 12 x 12. */
const SIGNS = {
  branch: "M6 12V7L1.5 1M6 7L10.5 1",
  collapse: "M6 2.5a3.5 3.5 0 1 0 .01 0z",
  diverged: "M2 2L10 10M10 2L2 10",
  knn: "",
};
const SVG = "http://www.w3.org/2000/svg";
/** Least distance of the middles of two marks, in pixels: what a finger or a pointer needs. */
const APART = 25;
/** Half of the slider's thumb: its middle goes from there to there. */
const THUMB = 7;

export class Timeline {
  /** The step that is shown; undefined: the newest. @type {number | undefined} */
  step;
  /** The newest step of all lanes; -1: none. */
  newest = -1;
  /** The last step that any lane will have. */
  last = 1;
  /** @type {Mark[]} */
  marks = [];
  #steady = 1; // what the slider's end was drawn for
  #drawn = "";
  #dragging = false;
  #active = false;

  /**
   * @param {HTMLElement} root
   * @param {{ moved(step: number | undefined, held: boolean): void, say(text: string): void, branch(step: number): void }} on
   * moved says that another step is to be shown; held: and more are to come, as while one drags
   */
  constructor(root, on) {
    this.root = root;
    this.on = on;
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
    this.slider = /** @type {HTMLInputElement} */ (find("[data-step]"));
    this.text = find("[data-now]");
    this.buttons = find("[data-marks]");
    this.ticks = /** @type {Element} */ (root.querySelector("[data-ticks] path"));
    const pace = /** @type {HTMLSelectElement} */ (find("[data-pace]"));
    this.player = new Player(() => Number(pace.value), (steps) => this.#played(steps));
    this.slider.addEventListener("input", () => {
      this.#dragging = true;
      this.go(Number(this.slider.value), true);
    });
    this.slider.addEventListener("change", () => {
      this.#dragging = false;
      this.go(Number(this.slider.value));
    });
    root.addEventListener("click", (e) => {
      const button = /** @type {Element} */ (e.target).closest("button");
      if (button) this.#press(button);
    });
    root.addEventListener("keydown", (e) => this.#key(e));
    document.addEventListener("keydown", (e) => this.#anywhere(e));
    new ResizeObserver(() => this.#place()).observe(this.buttons);
  }

  /** The step that all figures show: the chosen one or the newest. */
  get shown() {
    return this.step === undefined ? this.newest : Math.min(this.step, Math.max(0, this.newest));
  }

  /** Brings everything up to the lanes. @param {import("./lane.js").Lane[]} lanes */
  show(lanes) {
    this.newest = Math.max(-1, ...lanes.map((l) => l.log.length - 1));
    this.last = Math.max(1, ...lanes.map((l) => l.steps - 1), this.newest);
    if (this.step !== undefined && this.step >= this.last) this.step = undefined;
    this.#active = lanes.some((l) => l.active);
    this.root.classList.toggle("empty", this.newest < 0);
    this.slider.max = String(this.last);
    const branch = /** @type {HTMLButtonElement} */ (this.root.querySelector("[data-go=branch]"));
    branch.hidden = this.newest < 1;
    const drawn = `${this.last},${fingerprint(lanes)}`;
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.marks = marksOf(lanes);
      this.#draw();
    }
    this.#tell();
  }

  /**
   * Shows a step; the newest one and what is beyond it mean to follow the newest.
   * @param {number | undefined} step
   * @param {boolean} [held] more steps of the same movement are to come
   */
  go(step, held = false) {
    if (!held) this.player.pause();
    this.step = step === undefined || step >= this.newest ? undefined : Math.max(0, step);
    this.#tell();
    this.on.moved(this.step, held);
  }

  /** Takes a step as somebody else has set it. @param {number | undefined} step */
  take(step) {
    this.player.pause();
    this.step = step;
    this.#tell();
  }

  /** The words for the marks of a step. @param {number} step */
  at(step) {
    return this.marks.filter((m) => m.step === step).map((m) => m.text).join(", ");
  }

  #tell() {
    const { shown } = this;
    const live = this.step === undefined;
    this.root.classList.toggle("live", live);
    this.root.querySelector("[data-go=live]")?.setAttribute("aria-pressed", String(live));
    const play = /** @type {HTMLElement} */ (this.root.querySelector("[data-go=play]"));
    const word = this.player.playing ? "Pause" : "Play";
    if (play.textContent !== word) play.textContent = word;
    if (!this.#dragging) this.slider.value = String(Math.max(0, shown));
    this.root.style.setProperty("--fill", `${(100 * Math.max(0, shown)) / this.last}%`);
    this.root.style.setProperty("--known", `${(100 * Math.max(0, this.newest)) / this.last}%`);
    const marked = this.newest < 0 ? "" : this.at(shown);
    const where = this.newest < 0 ? "no step yet" : `step ${shown} of ${this.last + 1}`;
    const how = live && this.#active && this.newest >= 0 ? ", live" : "";
    const words = where + how + (marked ? `: ${marked}` : "");
    if (this.text.textContent === words) return;
    this.text.replaceChildren(element("b", "", where), how + (marked ? `: ${marked}` : ""));
    this.text.title = marked;
    this.slider.setAttribute("aria-valuetext", words);
  }

  /** Makes the marks anew: ticks for what is measured in regular intervals, buttons for the rest. */
  #draw() {
    this.#steady = this.last;
    const focused = document.activeElement instanceof HTMLElement && this.buttons.contains(document.activeElement) ? document.activeElement.title : "";
    this.buttons.replaceChildren(
      ...this.marks
        .filter((m) => m.kind !== "knn")
        .map((m) => {
          const b = /** @type {HTMLButtonElement} */ (element("button", `mark ${m.kind} lane-${m.lane}`));
          const sign = document.createElementNS(SVG, "svg");
          sign.setAttribute("viewBox", "0 0 12 12");
          sign.append(document.createElementNS(SVG, "path"));
          sign.firstElementChild?.setAttribute("d", SIGNS[m.kind]);
          b.append(m.letter, sign);
          b.type = "button";
          b.dataset.to = String(m.step);
          b.title = `${m.text}, step ${m.step}`;
          b.setAttribute("aria-label", b.title);
          return b;
        }),
    );
    for (const b of this.buttons.children) if (b instanceof HTMLElement && b.title === focused) b.focus({ preventScroll: true });
    this.#place();
  }

  /** Puts ticks and marks at their steps; marks stand beside each other where there is no room. */
  #place() {
    const width = this.buttons.clientWidth;
    if (!width) return;
    const all = /** @type {HTMLElement[]} */ ([...this.buttons.children]);
    const x = (/** @type {number} */ step) => THUMB + ((width - 2 * THUMB) * step) / this.#steady;
    const measured = new Set(this.marks.filter((m) => m.kind === "knn").map((m) => Math.round(x(m.step))));
    this.ticks.setAttribute("d", [...measured].map((at) => `M${at} 0v5`).join(""));
    spread(all.map((b) => x(Number(b.dataset.to))), APART / 2, width - APART / 2, APART).forEach((at, i) => (all[i].style.left = `${at.toFixed(1)}px`));
  }

  /** @param {HTMLElement} button */
  #press(button) {
    if (button.dataset.to) return this.#jump(Number(button.dataset.to));
    switch (button.dataset.go) {
      case "play":
        return this.toggle();
      case "back":
        return this.#by(-1);
      case "forward":
        return this.#by(1);
      case "previous":
        return this.#toMark(-1);
      case "next":
        return this.#toMark(1);
      case "live":
        return this.go(undefined);
      case "branch":
        this.player.pause();
        return this.on.branch(this.shown);
    }
  }

  /** @param {number} steps */
  #by(steps) {
    if (this.newest < 0) return;
    this.go(this.shown + steps);
    this.on.say(this.text.textContent ?? "");
  }

  /** Shows a step and says what is marked there. @param {number} step */
  #jump(step) {
    this.go(step);
    this.on.say(this.text.textContent ?? "");
  }

  /** @param {-1 | 1} way */
  #toMark(way) {
    const { shown } = this;
    const next = way < 0 ? this.marks.findLast((m) => m.step < shown) : this.marks.find((m) => m.step > shown);
    if (next && next.step <= this.newest) this.#jump(next.step);
    else this.on.say(way < 0 ? "no mark before this step" : "no mark after this step");
  }

  /** Plays from the step that is shown, from the first where that is the newest; or pauses. */
  toggle() {
    if (this.newest < 0) return;
    if (this.player.playing) {
      this.player.pause();
      this.go(this.step);
      return;
    }
    this.player.play();
    this.go(this.step ?? 0, true);
  }

  /** @param {number} steps */
  #played(steps) {
    const next = this.shown + steps;
    this.go(next, next < this.newest); // with the newest step the play is over: from there on it follows
  }

  /** Keys that are the timeline's own. @param {KeyboardEvent} e */
  #key(e) {
    const chord = (e.ctrlKey || e.metaKey || e.altKey) && !e.getModifierState("AltGraph"); // with which some keyboards write [
    if (chord || e.target instanceof HTMLSelectElement) return;
    switch (e.key) {
      case ",":
        this.#by(-1);
        break;
      case ".":
        this.#by(1);
        break;
      case "[":
        this.#toMark(-1);
        break;
      case "]":
        this.#toMark(1);
        break;
      default:
        return;
    }
    e.preventDefault();
  }

  /** Keys that work wherever nothing else wants them. @param {KeyboardEvent} e */
  #anywhere(e) {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || e.repeat) return;
    const at = /** @type {Element} */ (e.target);
    if (e.key === "Escape") {
      if (this.step === undefined || document.querySelector(":popover-open") || at.closest(".controls")) return;
      this.go(undefined);
      this.on.say("live");
    } else if (e.key === " ") {
      if (at !== this.slider && at.closest("a, button, input, select, textarea, summary, .scroll")) return;
      this.toggle();
    } else return;
    e.preventDefault();
  }
}
