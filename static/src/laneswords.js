// What is said of lanes beside the figures: where each is, how far it agrees with the
// first, how it went, and whether the terms agree with autodiff.

import { Agreements, words as agreement } from "./alike.js";
import { showBadge } from "./badge.js";
import { all, one } from "./elements.js";
import { showOutcomes } from "./outcome.js";

export class LanesWords {
  #agreements;

  /** @param {HTMLElement} main @param {() => void} changed there is more to say @param {(key: string, value: string) => void} attempt runs the last lane with another setting */
  constructor(main, changed, attempt) {
    this.main = main;
    this.attempt = attempt;
    this.#agreements = new Agreements(changed);
  }

  /** @param {import("./lane.js").Lane[]} lanes @param {number | undefined} at the step that the page shows, where it is not the newest */
  show(lanes, at) {
    for (const e of /** @type {HTMLElement[]} */ (all(this.main, "[data-lane]"))) {
      const i = Number(e.dataset.lane);
      const said = one(e, "[data-lane-state]");
      const lane = lanes[i];
      if (!said || !lane) continue;
      const { words } = lane;
      if (words && said.textContent !== words) said.textContent = words;
      const alike = one(e, "[data-alike]");
      const known = i > 0 && alike ? this.#agreements.between(lanes[0], lane, at) : undefined;
      if (alike && known) alike.textContent = agreement(lanes[0].letter, known);
    }
    const outcome = one(this.main, "[data-outcome]");
    if (outcome) showOutcomes(outcome, lanes, this.attempt, at);
    showBadge(this.main, lanes.at(-1)?.log, at);
  }
}
