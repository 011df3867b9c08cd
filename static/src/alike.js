// How far the encoders of two lanes agree, from the server, which has the frames of
// both. Asked again whenever both lanes have measured anew.

/** @typedef {{ step: number, cka: number, overlap: number }} Agreement */

/**
 * The last agreement in words. The server says the same where there is no script (agreement in templates/lab.go).
 * @param {string} letter of the other lane
 * @param {Agreement} a
 */
export function words(letter, a) {
  return `encoder like ${letter}'s: CKA ${a.cka.toFixed(2)}, ${Math.round(100 * a.overlap)} % of the neighbours in common, step ${a.step}`;
}

/** After how long an answer that did not come is asked for again, in milliseconds. */
const AGAIN = 10_000;

export class Agreements {
  /** Steps that an answer is there or awaited for, by the pair of runs. @type {Map<string, number>} */
  #asked = new Map();
  /** At each step that was compared, in their order. @type {Map<string, Agreement[]>} */
  #known = new Map();
  /** The server reads both runs for an answer, so it is asked for one at a time. */
  #queue = Promise.resolve();

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
  }

  /**
   * What is known of two lanes at a step or last before it; asks where there may be more.
   * @param {import("./lane.js").Lane} a @param {import("./lane.js").Lane} b
   * @param {number} [at]
   */
  between(a, b, at = Infinity) {
    const [x, y] = [a.log.last("knn_accuracy"), b.log.last("knn_accuracy")];
    if (!a.run || !b.run || !x || !y) return undefined;
    const pair = `${a.run.id} ${b.run.id}`;
    const step = Math.min(x.step, y.step);
    if ((this.#asked.get(pair) ?? -1) < step) {
      this.#asked.set(pair, step);
      const url = `${a.run.url}/compare/${b.run.id}`;
      this.#queue = this.#queue.then(() => this.#ask(pair, url));
    }
    return this.#known.get(pair)?.findLast((s) => s.step <= at);
  }

  /**
   * Asks for what is behind the last step that is known; where no answer comes, or the server puts it off, in a while again.
   * @param {string} pair @param {string} url
   */
  async #ask(pair, url) {
    const known = this.#known.get(pair) ?? [];
    try {
      const answer = await fetch(`${url}?from=${(known.at(-1)?.step ?? -1) + 1}`, { headers: { Accept: "application/json" } });
      if (answer.status === 429 || answer.status >= 500) throw new Error(`status ${answer.status}`);
      if (!answer.ok) return;
      this.#known.set(pair, [...known, ...((await answer.json()).steps ?? [])]);
      this.changed();
    } catch {
      setTimeout(() => {
        this.#asked.delete(pair);
        this.changed(); // runs that have ended bring no record to ask with
      }, AGAIN);
    }
  }
}
