// The runs of the page's lanes. Their records outlive a redrawing of the page: lanes that
// come again have the runs that they had.

import { Lane } from "./lane.js";
import { start } from "./server.js";
import { ended } from "./stream.js";

/** @typedef {import("./lane.js").Run} Run */

/** States of runs that can be submitted again. */
export const AGAIN = ["cancelled", "failed", "forgotten"];

export class Runs {
  /** By their ids. @type {Map<string, Run>} */
  #known = new Map();
  /** Runs about whose end the page knows. @type {Set<string>} */
  #over = new Set();

  /** @param {typeof import("./lane.js").Run} Kind of the runs @param {(run: Run, what: "records" | "state") => void} heard */
  constructor(Kind, heard) {
    this.Kind = Kind;
    this.heard = heard;
  }

  /** The lanes that a page tells of, with their runs; what has no lane any more is left. @param {import("./lane.js").Told[]} told */
  take(told) {
    const kept = new Map();
    const lanes = told.map((l) => {
      if (ended(l.state)) this.#over.add(l.run);
      if (!l.run) return new Lane(l, undefined);
      const run = this.#known.get(l.run) ?? new this.Kind(l.run, this.heard);
      kept.set(l.run, run);
      return new Lane(l, run);
    });
    for (const [id, run] of this.#known) if (!kept.has(id)) run.stream.close();
    this.#known = kept;
    return lanes;
  }

  /** Whether a run has ended and the page does not know yet; asked once, it does. @param {Run} run */
  news(run) {
    if (!run.ended || this.#over.has(run.id)) return false;
    this.#over.add(run.id);
    return true;
  }

  /** Starts runs. One that was stopped begins anew, and has to be listened to anew. @param {string} query */
  async submit(query) {
    for (const { id } of (await start(query)).lanes) {
      const old = this.#known.get(id);
      if (!old || !AGAIN.includes(old.state)) continue;
      old.stream.close();
      this.#known.delete(id);
      this.#over.delete(id);
    }
  }
}
