// Fetches the frames that a scrubbed step needs and that are not here: the socket
// sends a late viewer only some, and the history keeps only some of many.

import { decodeAll } from "./wire.js";

/** How many measured steps are fetched at once: the one asked for and the next ones, since time is mostly played forwards. */
const AHEAD = 4;
/** How long to leave the server alone after it did not answer, in milliseconds. */
const PAUSE = 2000;

/** Whether a status says that there is nothing to be had, today or in a while: not that the server is slow or asked too often. @param {number} status */
const refused = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;

export class Recall {
  /** Names and steps of which there is no frame, though that step was measured. */
  #absent = new Set();
  #busy = false;
  #attempt = 0;
  #again = 0;

  /**
   * @param {string} url of the run
   * @param {import("./log.js").RunLog} log
   * @param {() => void} changed called when frames have come
   */
  constructor(url, log, changed) {
    this.url = url;
    this.log = log;
    this.changed = changed;
  }

  /**
   * Sees to it that the last frame of each name at or before a step is here. Asks
   * for one step at a time; whoever draws again with what came asks for the next.
   * @param {number} step
   */
  want(step) {
    if (this.#busy || performance.now() < this.#again) return;
    if (this.#attempt !== this.log.resets) this.#absent.clear(); // another attempt may have what this one had not
    this.#attempt = this.log.resets;
    for (const name of new Set(this.log.matrices.map((m) => m.name))) {
      const due = this.log.due(name, step);
      if (due === undefined || this.#absent.has(`${name} ${due}`) || this.log.frame(name, due)?.step === due) continue;
      void this.#fetch(due);
      return;
    }
  }

  /** @param {number} from */
  async #fetch(from) {
    this.#busy = true;
    const resets = this.log.resets;
    const steps = this.#window(from);
    try {
      const answer = await fetch(`${this.url}/frames?from=${from}&to=${steps[steps.length - 1]}`);
      if (!answer.ok && !refused(answer.status)) throw new Error(`status ${answer.status}`);
      const frames = answer.ok ? decodeAll(await answer.arrayBuffer()) : [];
      if (resets !== this.log.resets) return; // the run began anew meanwhile
      for (const f of frames) this.log.append(f);
      const came = new Set(frames.map((f) => `${f.name} ${f.step}`));
      const until = frames.length ? frames[frames.length - 1].step : Infinity; // an answer may be full before its end
      for (const { name } of this.log.matrices) {
        for (const s of steps) {
          if (s <= until && this.log.due(name, s) === s && !came.has(`${name} ${s}`)) this.#absent.add(`${name} ${s}`);
        }
      }
    } catch {
      this.#again = performance.now() + PAUSE;
      setTimeout(this.changed, PAUSE + 50);
    } finally {
      this.#busy = false;
    }
    this.changed();
  }

  /** The measured steps from one on that are fetched together. @param {number} from */
  #window(from) {
    const steps = [];
    const every = this.log.matrices.reduce((bits, m) => bits | m.every, 0);
    for (let s = from; s < this.log.length && steps.length < AHEAD; s++) if (this.log.has[s] & every) steps.push(s);
    return steps;
  }
}
