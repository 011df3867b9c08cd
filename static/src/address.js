// The view in the address (view.js). A change of the step that stands for itself is
// an entry of the browser's history; while one drags, plays or steps on, the entry changes.

import { viewOf } from "./view.js";

/** Changes closer together than this are one, in milliseconds. */
export const GESTURE = 1000;
/** Browsers take a few changes of the address a second and then complain. */
const PACE = 250;

export class Address {
  #last = -Infinity;
  #held = false;
  #timer = 0;
  /** What the timer writes. */
  #due = "";
  #notes = 0;

  /**
   * The page shows another step.
   * @param {string} fragment of the view
   * @param {boolean} held more changes of the same gesture are to come
   */
  show(fragment, held) {
    clearTimeout(this.#timer);
    this.#due = "";
    const now = performance.now();
    const same = this.#held || now - this.#last < GESTURE;
    [this.#last, this.#held] = [now, held];
    const url = location.pathname + location.search + fragment;
    if (url === location.pathname + location.search + location.hash) return;
    if (!same) history.pushState(null, "", url);
    else {
      this.#due = url;
      this.#timer = window.setTimeout(() => this.#write(), held ? PACE : PACE / 2);
    }
  }

  /** What comes next is no part of the gesture before it, however soon it comes. */
  part() {
    clearTimeout(this.#timer);
    this.#write();
    this.#last = -Infinity;
    this.#held = false;
  }

  /**
   * The page is about other settings: an entry of its own, and what was shown before stays in the one before it.
   * @param {string} url
   * @param {boolean} again by the gesture that has made the entry: it changes
   */
  turn(url, again) {
    if (again) history.replaceState(null, "", url);
    else history.pushState(null, "", url);
  }

  /** What is still to be written is written, before the page is about other settings. @param {string} fragment of the view */
  settle(fragment) {
    this.forget();
    if (fragment !== location.hash && viewOf(location.hash)) history.replaceState(null, "", location.pathname + location.search + fragment);
  }

  #write() {
    if (this.#due) history.replaceState(null, "", this.#due);
    this.#due = "";
  }

  /** Something else of the view has changed: the entry changes, in a while. @param {() => string} fragment */
  note(fragment) {
    clearTimeout(this.#notes);
    this.#notes = window.setTimeout(() => {
      const hash = fragment();
      if (hash !== location.hash) history.replaceState(null, "", location.pathname + location.search + hash);
    }, PACE);
  }

  /** The address has been changed by somebody else. */
  forget() {
    clearTimeout(this.#timer);
    this.#due = "";
    clearTimeout(this.#notes);
    this.#last = -Infinity;
    this.#held = false;
  }
}
