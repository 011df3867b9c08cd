// The view in the address's fragment: #step=120 where the page shows a step, and
// nothing where it follows the newest. A change that stands for itself is an entry
// of the browser's history; while one drags, plays or steps on, the entry changes.

/** Changes closer together than this are one, in milliseconds. */
const GESTURE = 1000;
/** Browsers take a few changes of the address a second and then complain. */
const PACE = 250;

/**
 * The step that a fragment names: undefined for the newest, null where it says
 * nothing about steps.
 * @param {string} hash
 */
export function stepOf(hash) {
  if (hash === "" || hash === "#") return undefined;
  const text = new URLSearchParams(hash.slice(1)).get("step");
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** @param {number | undefined} step */
export const fragment = (step) => (step === undefined ? "" : `#step=${step}`);

export class Address {
  #last = -Infinity;
  #held = false;
  #timer = 0;

  /**
   * @param {number | undefined} step
   * @param {boolean} held more changes of the same gesture are to come
   */
  show(step, held) {
    clearTimeout(this.#timer);
    const now = performance.now();
    const same = this.#held || now - this.#last < GESTURE;
    [this.#last, this.#held] = [now, held];
    const url = location.pathname + location.search + fragment(step);
    if (url === location.pathname + location.search + location.hash) return;
    if (!same) history.pushState(null, "", url);
    else this.#timer = window.setTimeout(() => history.replaceState(null, "", url), held ? PACE : PACE / 2);
  }

  /** The address has been changed by somebody else. */
  forget() {
    clearTimeout(this.#timer);
    this.#last = -Infinity;
    this.#held = false;
  }
}
