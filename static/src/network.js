// Which way runs reach this page. What gets through is a matter of the network, so
// all streams of the page share what one of them has found out.

/** @typedef {"socket" | "events" | "poll"} Way */

/** Best first. @type {Way[]} */
const WAYS = ["socket", "events", "poll"];

/** Failures in a row after which the next way is tried. */
const PATIENCE = 2;

/**
 * Connections that streams may hold. A browser opens six to a server, and the page
 * needs some for buttons and figures; sockets do not count among them.
 */
const HELD = 4;

export class Network {
  #way = 0;
  #failures = 0;
  #held = 0;

  /** @returns {Way} */
  get way() {
    return WAYS[this.#way];
  }

  /** Whether one more answer may be kept open. */
  get room() {
    return this.#held < HELD;
  }

  /** An answer is kept open until the function that is returned is called. */
  hold() {
    this.#held++;
    return () => this.#held--;
  }

  /** @param {Way} way */
  worked(way) {
    if (way === this.way) this.#failures = 0;
  }

  /**
   * A way did not work although the server was there.
   * @param {Way} way
   * @param {boolean} sure no need to try again
   */
  failed(way, sure) {
    if (way !== this.way || this.#way === WAYS.length - 1) return;
    if (++this.#failures < PATIENCE && !sure) return;
    this.#way++;
    this.#failures = 0;
  }
}
