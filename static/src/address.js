// The view in the address's fragment: #step=120 where the page shows a step, and
// nothing where it follows the newest; behind it what else the view is, such as
// &stage=loss. A change that stands for itself is an entry of the browser's
// history; while one drags, plays or steps on, the entry changes.

/** What a view may be besides its step: the stage of slow motion, the order of the channels. @type {Record<string, RegExp>} */
const MORE = { stage: /^[a-z]{1,16}$/, order: /^alike$/ };

/** Changes closer together than this are one, in milliseconds. */
const GESTURE = 1000;
/** Browsers take a few changes of the address a second and then complain. */
const PACE = 250;

/**
 * The step that a fragment names: undefined for the newest, null where it says
 * nothing about the view.
 * @param {string} hash
 */
export function stepOf(hash) {
  if (hash === "" || hash === "#") return undefined;
  const text = new URLSearchParams(hash.slice(1)).get("step");
  if (text !== null && /^\d{1,9}$/.test(text)) return Number(text);
  return text === null && viewOf(hash).size ? undefined : null;
}

/** What a fragment says of the view besides the step. @param {string} hash */
export function viewOf(hash) {
  return new Map([...new URLSearchParams(hash.slice(1))].filter(([key, value]) => MORE[key]?.test(value)));
}

/** @param {number | undefined} step @param {Map<string, string>} [view] */
export function fragment(step, view = new Map()) {
  const said = [...(step === undefined ? [] : [`step=${step}`]), ...[...view].map(([key, value]) => `${key}=${value}`)];
  return said.length ? `#${said.join("&")}` : "";
}

export class Address {
  /** What the view is besides its step. */
  view = viewOf(location.hash);
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
    const url = location.pathname + location.search + fragment(step, this.view);
    if (url === location.pathname + location.search + location.hash) return;
    if (!same) history.pushState(null, "", url);
    else this.#timer = window.setTimeout(() => history.replaceState(null, "", url), held ? PACE : PACE / 2);
  }

  /** Says something of the view, or no more; show tells it to the browser. @param {string} key @param {string} [value] */
  say(key, value) {
    if (value === undefined) this.view.delete(key);
    else this.view.set(key, value);
  }

  /** The address has been changed by somebody else. */
  forget() {
    clearTimeout(this.#timer);
    this.#last = -Infinity;
    this.#held = false;
  }
}
