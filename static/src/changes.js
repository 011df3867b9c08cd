// What a change of the form becomes: another lane, which starts where the one before it
// ran, or other settings that wait for the button.

import { all, one } from "./elements.js";
import { Lane } from "./lane.js";
import { act, lanesOf, problemsOf } from "./server.js";
import { beside, compose } from "./settings.js";

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

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** A control has changed. Changes that come together are acted on together. @param {string} key @param {string} value */
  take(key, value) {
    this.#pending.set(key, value);
    this.hold();
    this.#timer = window.setTimeout(() => this.desk.enqueue(() => this.apply()), SETTLE);
  }

  /** What is pending is acted on by somebody else, or later. */
  hold() {
    clearTimeout(this.#timer);
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
    if (!newest || !last) return false;
    this.#failed.clear();
    this.#pending.clear();
    try {
      return await (branching.step === undefined ? this.#act(changes, last) : branching.diverge(branching.step, ...newest));
    } catch (e) {
      this.#failed = changes;
      throw e;
    }
  }

  /** Makes the next lane of the last one. What was running stops and keeps its curve. Whether the new one has been started. @param {Map<string, string>} changes @param {Lane} last */
  async #act(changes, last) {
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
    const lanes = after(desk.lanes, together, next);
    const asked = compose(next.map((l) => l.resolved));
    const goes = last.active || this.#stopped;
    if (goes) {
      this.#stopped = true;
      await Promise.all(desk.lanes.flatMap((l) => (l.active && l.run ? act(l.run.url, "stop") : [])));
      await desk.runs.submit(asked);
    }
    await desk.show(lanes.length > 1 ? await desk.page(compose(lanes.map((l) => l.resolved))) : goes ? await desk.page(asked) : alone);
    for (const { key, text } of problems) desk.complain(key, text); // the form has the nearest value now
    return goes;
  }
}

/**
 * The lanes after a change: those that were there, and the new ones behind them. What was changed stays beside them where it has begun.
 * @template {{ query: string, log: { length: number } }} L
 * @param {L[]} lanes @param {L[]} changed some of them @param {L[]} next
 */
export function after(lanes, changed, next) {
  const begun = changed.some((l) => l.log.length > 0);
  return beside(lanes.filter((l) => (begun || !changed.includes(l)) && !next.some((n) => n.query === l.query)), next);
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
