// The one line of time: a slider over the steps of all lanes, play, marks, and the
// keys that go with them. It knows which step the page shows; the desk draws it.

import { obstacle, reach } from "./branch.js";
import { element, say } from "./elements.js";
import { MarkRow } from "./markrow.js";
import { fingerprint, marksOf } from "./marks.js";
import { Player } from "./player.js";

/** @typedef {import("./marks.js").Mark} Mark */

export class Timeline {
  /** The step that is shown; undefined: the newest. @type {number | undefined} */
  step;
  /** The newest step of all lanes; -1: none. */
  newest = -1;
  /** The last step that any lane will have. */
  last = 1;
  /** @type {Mark[]} */
  marks = [];
  #drawn = "";
  #dragging = false;
  #running = false;
  /** The lane that would branch. @type {import("./lane.js").Lane | undefined} */
  #last;
  #several = false;
  #pace;

  /**
   * @param {HTMLElement} root
   * @param {{ moved(step: number | undefined, held: boolean): void, say(text: string): void, branch(step: number): void, paced?(pace: number | undefined): void }} on
   * moved says that another step is to be shown; held: and more are to come, as while one drags. paced says that another pace is chosen, nothing for the usual one
   */
  constructor(root, on) {
    this.root = root;
    this.on = on;
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
    this.slider = /** @type {HTMLInputElement} */ (find("[data-step]"));
    this.text = find("[data-now]");
    this.row = new MarkRow(find("[data-marks]"), find("[data-ticks] path"));
    this.#pace = /** @type {HTMLSelectElement} */ (find("[data-pace]"));
    this.player = new Player(() => Number(this.#pace.value), (steps) => this.#played(steps));
    this.#pace.addEventListener("change", () => on.paced?.(this.#pace.selectedOptions[0]?.defaultSelected ? undefined : Number(this.#pace.value)));
    this.slider.addEventListener("input", () => {
      this.#dragging = true;
      this.go(Number(this.slider.value), true);
    });
    for (const end of ["change", "pointerup", "pointercancel", "blur"]) { // a drag that comes back to where it began is no change
      this.slider.addEventListener(end, () => {
        if (!this.#dragging && end !== "change") return;
        this.#dragging = false;
        this.go(Number(this.slider.value));
      });
    }
    root.addEventListener("click", (e) => {
      const button = /** @type {Element} */ (e.target).closest("button");
      if (button) this.#press(button);
    });
    root.addEventListener("keydown", (e) => this.#key(e));
    document.addEventListener("keydown", (e) => this.#anywhere(e));
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
    this.#running = lanes.some((l) => l.state === "running");
    [this.#last, this.#several] = [lanes.at(-1), lanes.length > 1];
    this.root.classList.toggle("empty", this.newest < 0 && lanes.every((l) => !l.run || l.run.manifest?.done === 0)); // the page says the same before records come
    this.slider.max = String(this.last);
    const branch = /** @type {HTMLButtonElement | null} */ (this.root.querySelector("[data-go=branch]")); // a lesson may have none
    if (branch) branch.hidden = this.newest < 1;
    const drawn = `${this.last},${fingerprint(lanes)}`;
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.marks = marksOf(lanes);
      this.row.show(this.marks, this.last);
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

  /** Plays so many steps a second from now on, if that can be chosen; else as usual. @param {number | undefined} pace */
  pace(pace) {
    const options = [...this.#pace.options];
    const chosen = options.find((o) => Number(o.value) === pace) ?? options.find((o) => o.defaultSelected);
    if (chosen) this.#pace.value = chosen.value;
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
    const where = this.newest < 0 ? "no step yet" : `step ${shown} of 0–${this.last}`; // numbers; the bar says how many are done
    const how = live && this.#running && this.newest >= 0 ? ", live" : "";
    this.#branches();
    const words = where + how + (marked ? `: ${marked}` : "");
    if (this.text.textContent === words) return;
    if (this.text.childElementCount !== 2) this.text.replaceChildren(element("b", ""), element("span", ""));
    say(this.text.children[0], where);
    say(this.text.children[1], how + (marked ? `: ${marked}` : ""));
    this.text.title = marked;
    this.slider.setAttribute("aria-valuetext", words);
  }

  /** Says whether the step that is shown can branch. Where it cannot, a press says why in full. */
  #branches() {
    const button = this.root.querySelector("[data-go=branch]");
    const why = this.root.querySelector("[data-why]");
    if (!button || !why || !this.#last) return;
    const full = obstacle(this.#last, this.shown, this.#several);
    button.setAttribute("aria-disabled", String(full !== ""));
    button.setAttribute("title", full);
    say(why, full && this.newest > 0 ? (this.shown < 1 ? "from step 1 on" : `up to step ${reach(this.#last)}`) : "");
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
      if (this.step === undefined || document.querySelector(":popover-open, .slow.open") || at.closest(".controls")) return;
      this.go(undefined);
      this.on.say(this.#running ? "live" : this.text.textContent ?? "");
    } else if (e.key === " ") {
      if (at !== this.slider && at.closest("a, button, input, select, textarea, summary, .scroll")) return;
      this.toggle();
    } else return;
    e.preventDefault();
  }
}
