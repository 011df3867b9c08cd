// What a change of the form becomes: another lane, which starts where the one before it
// ran, or other settings that wait for the button.

import { GESTURE } from "./address.js";
import { span } from "./band.js";
import { all, one } from "./elements.js";
import { Lane } from "./lane.js";
import { AGAIN } from "./runs.js";
import { act, lanesOf, problemsOf } from "./server.js";
import { beside, compose, madeRoom } from "./settings.js";

/** How long to wait for more changes before they are acted on, in milliseconds. */
const SETTLE = 120;

/** @typedef {import("./desk.js").Desk} Desk */

export class Changes {
  /** Changes that are not acted on yet. @type {Map<string, string>} */
  #pending = new Map();
  /** Changes that came to nothing, because the server was full or could not be reached: the form still shows them, and whoever runs it tries again. @type {Map<string, string>} */
  #failed = new Map();
  /** What ran has been stopped for them. */
  #stopped = false;
  #timer = 0;
  /** When a control was changed last. */
  #taken = -Infinity;
  /** What made the last lane: which control, when, and the lane's query. */
  #made = { by: "", at: -Infinity, query: "" };

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** A control has changed. Changes that come together are acted on together. @param {string} key @param {string} value */
  take(key, value) {
    this.#pending.set(key, value);
    this.#taken = performance.now();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.desk.enqueue(() => this.apply()), SETTLE);
  }

  /** What is pending is acted on by somebody else, or later; what comes next is another gesture. */
  hold() {
    clearTimeout(this.#timer);
    this.#made.at = -Infinity;
  }

  /** The form is another one: what waits to be acted on stays in it, what has failed does not. */
  stay() {
    this.#forget();
    for (const [key, value] of this.#pending) {
      const control = /** @type {HTMLInputElement | null} */ (one(this.desk.main, `[data-field="${CSS.escape(key)}"] [data-key]`));
      if (control) control.value = value;
    }
  }

  #forget() {
    this.#failed.clear();
    this.#stopped = false;
  }

  /** Nothing that has changed is to be acted on. */
  drop() {
    this.hold();
    this.#pending.clear();
    this.#forget();
  }

  /** Acts on what has changed, and on what has failed before. Whether that has started anything. */
  async apply() {
    const { branching, lanes } = this.desk;
    const changes = new Map([...this.#failed, ...this.#pending]);
    const last = lanes.at(-1);
    const newest = [...changes].at(-1);
    const taken = this.#taken; // what is changed while this one is on its way is another gesture's
    if (!newest || !last) return false;
    this.#failed.clear();
    this.#pending.clear();
    try {
      return await (branching.step === undefined ? this.#act(changes, last, taken) : branching.diverge(branching.step, ...newest));
    } catch (e) {
      this.#failed = changes;
      throw e;
    }
  }

  /**
   * Makes the next lane of the last one. Where something runs, it runs too, beside the lane that was first among those
   * that go on; what was tried between them stops and keeps its curve, so that one who turns a slider has two runs under
   * way and not six. Whether the new one has been started.
   * @param {Map<string, string>} changes @param {Lane} last @param {number} taken when the newest of them was made
   */
  async #act(changes, last, taken) {
    const { desk } = this;
    const base = changes.has("method") ? shared(desk.main) : new Map(last.settings);
    // what is changed for a lane is changed for all its seeds
    const together = changes.has("seed") ? [last] : (desk.kin.at(last.tone) ?? []).map((i) => desk.lanes[i]);
    base.set("seed", together.map((l) => l.resolved.get("seed")).join(","));
    for (const [key, value] of changes) base.set(key, value);

    const alone = await desk.page(String(new URLSearchParams([...base])));
    const problems = problemsOf(alone);
    if (problems.length && last.active) {
      // what runs goes on as it is
      for (const { key, text } of problems) desk.complain(key, text, last.resolved.get(key));
      return false;
    }
    const next = lanesOf(alone).map((l) => new Lane(l, undefined));
    if (next.at(-1)?.query === last.query) { // changed, and changed back
      await desk.showForm(desk.lanes.length > 1 ? undefined : alone); // whose links know one lane only
      return false;
    }
    const goes = last.active || this.#stopped;
    const there = desk.lanes.filter((l) => next.some(({ query }) => query === l.query));
    const by = [...changes.keys()].at(-1) ?? "";
    const again = by === this.#made.by && taken - this.#made.at < GESTURE && last.query === this.#made.query;
    const anew = goes && there.some((l) => AGAIN.includes(l.state));
    const lanes = after(desk.lanes, together, next, anew, again);
    if (lanes.length === desk.lanes.length && lanes.every((l, i) => l === desk.lanes[i])) {
      await desk.showForm();
      this.#known(there);
      for (const { key, text } of problems) desk.complain(key, text, last.resolved.get(key));
      return false;
    }
    const asked = compose(next.map((l) => l.resolved));
    const { tone } = desk.lanes.find((l) => l.active) ?? last;
    const on = lanes.filter((l) => l.active && l.tone === tone && !next.includes(l));
    const stopped = goes ? desk.lanes.filter((l) => l.active && !on.includes(l) && !there.includes(l)) : [];
    if (goes) {
      this.#stopped = true;
      await Promise.all(stopped.flatMap((l) => (l.run ? act(l.run.url, "stop") : [])));
      await desk.runs.submit(compose([...on, ...next].map((l) => l.resolved))); // one submission, which counts once
    }
    const says = madeRoom(stayed(desk.lanes, together, again), lanes) || stoppedFor(desk.lanes, stopped.filter((l) => lanes.includes(l)), on);
    await desk.show(lanes.length > 1 ? await desk.page(compose(lanes.map((l) => l.resolved))) : goes ? await desk.page(asked) : alone, undefined, again);
    this.#made = { by, at: taken, query: there.length ? "" : (desk.lanes.at(-1)?.query ?? "") }; // a lane that was there is nobody's gesture
    if (says) desk.bar.note(says);
    if (there.length === next.length && lanes.at(-1)?.query !== next.at(-1)?.query) this.#known(there);
    for (const { key, text } of problems) desk.complain(key, text); // the form has the nearest value now
    return goes;
  }

  /** Says where what was wanted stands already. @param {Lane[]} there */
  #known(there) {
    const { bar, lanes } = this.desk;
    const some = there.flatMap(({ query }) => lanes.findIndex((l) => l.query === query));
    const letters = span(lanes.map((l) => l.letter), some);
    bar.note(some.length > 1 ? `lanes ${letters} have these settings already` : `lane ${letters} has these settings already`);
  }
}

/**
 * The lanes after a change: those that were there, and the new ones behind them. What was changed stays beside them where
 * it has begun. Where all that is wanted is there already each stays in its place, and so in its colour; but what is to run
 * anew goes behind the others, since the form edits the last lane, and a change while something runs is one of what runs.
 * @template {{ query: string, log: { length: number } }} L
 * @param {L[]} lanes @param {L[]} changed some of them @param {L[]} next @param {boolean} [anew] those of next that are there run anew
 * @param {boolean} [again] what was changed was made by the same gesture, as when one turns a slider key by key, and goes
 */
export function after(lanes, changed, next, anew = false, again = false) {
  const staying = stayed(lanes, changed, again);
  /** @param {L[]} some @param {L} l */
  const among = (some, l) => some.some(({ query }) => query === l.query);
  const stay = !anew && next.every((n) => among(lanes, n));
  const kept = lanes.filter((l) => (among(next, l) ? stay : staying.includes(l)));
  return stay ? kept : beside(kept, next);
}

/** The lanes that a change of some of them leaves: all, where those have begun and are not of the same gesture. @template {{ log: { length: number } }} L @param {L[]} lanes @param {L[]} changed @param {boolean} again */
const stayed = (lanes, changed, again) => (!again && changed.some((l) => l.log.length > 0) ? lanes : lanes.filter((l) => !changed.includes(l)));

/** Says what has stopped so that others go on; nothing where nothing has. @param {Lane[]} lanes @param {Lane[]} stopped some of them @param {Lane[]} on others of them */
function stoppedFor(lanes, stopped, on) {
  const letters = (/** @type {Lane[]} */ some) => span(lanes.map((l) => l.letter), some.map((l) => lanes.indexOf(l)));
  return stopped.length && on.length ? `${letters(stopped)} stopped for these settings, ${letters(on)} runs on beside them` : "";
}

/** The settings of the last lane that another method takes over. @param {HTMLElement} main */
function shared(main) {
  const form = /** @type {HTMLFormElement} */ (main.querySelector("[data-method-form]"));
  const radio = /** @type {HTMLInputElement} */ (form.querySelector("input[type=radio]"));
  const prefix = radio.name.slice(0, -"method".length);
  /** @type {Map<string, string>} */
  const settings = new Map();
  for (const { name, value } of /** @type {HTMLInputElement[]} */ (all(form, "input[type=hidden]"))) {
    if (prefix ? name.startsWith(prefix) : !/^[b-f]\./.test(name)) settings.set(name.slice(prefix.length), value);
  }
  return settings;
}
