// The marks over and under the timeline's slider: buttons for single events, ticks
// for what is measured in regular intervals.

import { element } from "./elements.js";
import { spread } from "./scale.js";
import { colours } from "./theme-colours.js";

/** Outlines of the events, in a box of 12 x 12. */
const SIGNS = {
  branch: "M6 12V7L1.5 1M6 7L10.5 1",
  collapse: "M6 2.5a3.5 3.5 0 1 0 .01 0z",
  few: "M6 1.5v9M6 1.5L3.5 4M6 1.5L8.5 4M6 10.5L3.5 8M6 10.5L8.5 8",
  rank: "M1 2L10.5 10.5M10.5 5.5v5h-5",
  balance: "M1.5 4.25h9M1.5 7.75h9",
  diverged: "M2 2L10 10M10 2L2 10",
  knn: "",
};
const SVG = "http://www.w3.org/2000/svg";
/** Least distance of the middles of two buttons: what a finger or a pointer needs, in pixels, and what their letter and sign take, in em. */
const APART = [25, 1.7];
/** What a letter of a button's word takes, in em; style/timeline.css has the size. */
const LETTER = 0.5;
/** Half of the slider's thumb: its middle goes from there to there. */
const THUMB = 7;

export class MarkRow {
  /** @type {import("./marks.js").Mark[]} */
  #marks = [];
  #last = 1;

  /** @param {HTMLElement} buttons @param {Element} ticks a path in the slider's pixels */
  constructor(buttons, ticks) {
    this.buttons = buttons;
    this.ticks = ticks;
    new ResizeObserver(() => this.#place()).observe(buttons);
  }

  /** @param {import("./marks.js").Mark[]} marks @param {number} last the step at the slider's end */
  show(marks, last) {
    this.#marks = marks;
    this.#last = last;
    const at = document.activeElement;
    const focused = at instanceof HTMLElement && this.buttons.contains(at) ? at.title : "";
    const events = marks.filter((m) => m.kind !== "knn").map(button);
    this.buttons.replaceChildren(...events);
    events.find((b) => b.title === focused)?.focus({ preventScroll: true });
    this.#place();
  }

  /** Puts all at their steps; buttons stand beside each other where there is no room, and have their words where there is. */
  #place() {
    const width = this.buttons.clientWidth;
    if (!width) return;
    const x = (/** @type {number} */ step) => THUMB + ((width - 2 * THUMB) * step) / this.#last;
    const measured = new Set(this.#marks.filter((m) => m.kind === "knn").map((m) => Math.round(x(m.step))));
    this.ticks.setAttribute("d", [...measured].map((at) => `M${at} 0v5`).join(""));
    const all = /** @type {HTMLElement[]} */ ([...this.buttons.children]);
    const wanted = all.map((b) => x(Number(b.dataset.to)));
    const { em } = colours();
    const apart = Math.max(APART[0], APART[1] * em);
    const places = spread(wanted, apart / 2, width - apart / 2, apart);
    places.forEach((at, i) => {
      const b = all[i];
      b.style.left = `${at.toFixed(1)}px`;
      const next = (places[i + 1] ?? width + apart / 2) - apart;
      b.classList.toggle("worded", at + LETTER * em * (b.querySelector(".word")?.textContent?.length ?? 0) <= next);
    });
  }
}

/** @param {import("./marks.js").Mark} m */
function button(m) {
  const b = /** @type {HTMLButtonElement} */ (element("button", `mark ${m.kind} lane-${m.lane}`));
  b.type = "button";
  b.dataset.to = String(m.step);
  b.title = `${m.text}, step ${m.step}`;
  b.setAttribute("aria-label", b.title);
  const sign = document.createElementNS(SVG, "svg");
  sign.setAttribute("viewBox", "0 0 12 12");
  sign.append(document.createElementNS(SVG, "path"));
  sign.firstElementChild?.setAttribute("d", SIGNS[m.kind]);
  b.append(m.letter, sign, " ", element("span", "word", m.word));
  return b;
}
