// The run bar: where things are, in figures for the eye and, at most every five
// seconds, in a polite live region for the ear.

import { element, say } from "./elements.js";
import { stateWords, wayWords } from "./words.js";

const QUIET = 5000; // milliseconds between announcements

export class Bar {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.status = /** @type {HTMLElement} */ (root.querySelector("[data-status]"));
    this.live = /** @type {HTMLElement} */ (root.querySelector("[data-live]"));
    this.progress = /** @type {HTMLProgressElement} */ (root.querySelector("[data-progress]"));
    this.buttons = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll("[data-action]")]);
    for (const b of this.buttons) b.disabled = false; // which of them is shown goes by the state
    this.busy = "";
  }

  /** The last state that was announced. */
  state = "";
  #said = "";
  /** How things are, said or not yet. */
  #words = "";
  #next = 0;
  #timer = 0;
  #remark = 0;
  /** Shows again what was shown last. */
  #again = () => {};

  /**
   * @param {import("./lane.js").Lane[]} lanes
   * @param {number | undefined} at the step that the page shows, where it is not the newest
   */
  show(lanes, at) {
    this.#again = () => this.show(lanes, at);
    const state = overall(lanes);
    if (this.root.dataset.state !== state) this.#turn(state);
    const lane = lanes.findLast((l) => l.state === state) ?? lanes.at(-1);
    const run = lane?.run;
    const name = lanes.length > 1 && lane ? `${lane.letter}: ` : "";
    const p = run?.progress;
    this.progress.value = p?.steps ? p.done / p.steps : 0;

    let words = this.busy || "not run yet";
    if (run && p && !this.busy) {
      words = run.state === "connecting" ? "connecting" : name + stateWords(p);
      if (run.link === "reconnecting") words = `${name}reconnecting; the run goes on, nothing is lost`;
      if (run.link === "outdated") words = `${name}the server has a newer version: reload the page, nothing is lost`;
    }
    const way = run?.link === "open" ? wayWords(run.way) : "";
    if (p && at !== undefined && !this.busy) this.#count("at step ", at, ` · ${words}${way}`);
    else if (run && p && state === "running" && run.link === "open" && !this.busy) {
      const speed = run.speed ? ` · ${run.speed < 10 ? run.speed.toFixed(1) : run.speed.toFixed(0)} steps/s` : "";
      this.#count(`${name}running, `, p.done, ` of ${p.steps} steps${speed}${way}`);
    } else if (this.status.textContent !== words + way) {
      this.status.textContent = words + way;
    }
    this.#announce(words, state);
  }

  /** Says a number, in the elements that there are. @param {string} before @param {number} number @param {string} after */
  #count(before, number, after) {
    if (this.status.childElementCount !== 3) this.status.replaceChildren(...["span", "b", "span"].map((tag) => element(tag, "")));
    [before, String(number), after].forEach((text, i) => say(this.status.children[i], text));
  }

  /** Which buttons there are goes by the state; a focus on one that goes away goes to the first that comes. @param {string} state */
  #turn(state) {
    const focused = this.buttons.find((b) => b === document.activeElement);
    this.root.dataset.state = state;
    if (focused && !focused.checkVisibility()) this.buttons.find((b) => b.checkVisibility())?.focus();
  }

  /** Shows and says a remark for a few seconds. @param {string} text */
  note(text) {
    this.busy = text;
    this.status.textContent = text;
    this.say(text);
    clearTimeout(this.#remark);
    this.#remark = window.setTimeout(() => {
      if (this.busy !== text) return;
      this.busy = "";
      this.#again();
    }, QUIET);
  }

  /** Says something that the reader caused, at once. @param {string} text */
  say(text) {
    this.live.textContent = text;
    this.#next = performance.now() + QUIET;
    this.#await();
  }

  /** @param {string} words @param {string} state */
  #announce(words, state) {
    const event = state !== this.state; // a change of numbers is none
    this.state = state;
    this.#words = words;
    if (words !== this.#said && (event || performance.now() >= this.#next)) this.#speak();
    else this.#await();
  }

  /** Says how things are when what was said last has been heard, if that is something new. */
  #await() {
    clearTimeout(this.#timer);
    if (this.#words !== this.#said) this.#timer = window.setTimeout(() => this.#speak(), this.#next - performance.now());
  }

  #speak() {
    this.#said = this.#words;
    this.say(this.#words);
  }
}

/**
 * The state that the bar shows for all lanes: whatever is going on comes first,
 * then that of the last lane, which the form edits.
 * @param {import("./lane.js").Lane[]} lanes
 */
function overall(lanes) {
  for (const state of ["running", "queued", "paused"]) if (lanes.some((l) => l.state === state)) return state;
  return lanes.at(-1)?.state ?? "idle";
}
