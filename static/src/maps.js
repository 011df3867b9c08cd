// Figures that show a frame: a map in each for the first lane of every kin.

import { colourBar, HeatMap } from "./heatmap.js";
import { Comparison } from "./comparison.js";
import { Correlation } from "./correlation.js";
import { all, one } from "./elements.js";
import { Likeness } from "./likeness.js";
import { Shares } from "./shares.js";

/** What shows a frame of a name. @type {Record<string, typeof HeatMap>} */
const kinds = { correlation: Correlation, equivalence: Comparison, likeness: Likeness, shares: Shares };

/** @typedef {import("./lane.js").Lane} Lane @typedef {{ figure: HTMLElement, name: string, maps: HeatMap[] }} Heat */

export class Maps {
  /** How many each figure has. They are made when they are drawn first: a page that loads does not have time for all at once. */
  #each = 0;

  /** @param {ParentNode} main @param {(text: string) => void} say reads what the keyboard points at @param {() => void} came called when there are new ones */
  constructor(main, say, came) {
    this.say = say;
    this.came = came;
    this.heats = /** @type {HTMLElement[]} */ (all(main, "[data-heat]")).map((figure) => /** @type {Heat} */ ({ figure, name: figure.dataset.heat ?? "", maps: [] }));
  }

  /** The maps in a figure. @param {HTMLElement} figure */
  in(figure) {
    const heat = this.heats.find((h) => h.figure === figure);
    return heat ? this.#made(heat) : [];
  }

  /** Gives every figure so many maps. @param {number} n */
  arrange(n) {
    this.#each = n;
  }

  /** @param {Heat} heat */
  #made(heat) {
    if (heat.maps.length === this.#each) return heat.maps;
    const bar = one(heat.figure, "[data-colourbar]");
    if (bar && !bar.childElementCount && heat.name !== "shares") colourBar(bar); // which end elsewhere in each map, and are there
    heat.maps = Array.from({ length: this.#each }, () => new (kinds[heat.name] ?? HeatMap)(this.say));
    one(heat.figure, "[data-maps]")?.replaceChildren(...heat.maps.map((m) => m.root));
    this.came();
    return heat.maps;
  }

  /**
   * Shows frames of a step, and says whether there are other frames than before.
   * @param {Heat} heat
   * @param {Lane[]} leads the first lane of each kin
   * @param {(lane: Lane, name: string) => import("./wire.js").Frame | undefined} frameOf a lane has at the step
   * @param {boolean} several whether lanes need their letters
   */
  draw(heat, leads, frameOf, several) {
    const { figure, name } = heat;
    const maps = this.#made(heat);
    const before = maps.map((m) => m.frame);
    leads.forEach((lane, i) => {
      const map = maps[i];
      const frame = frameOf(lane, name);
      const letter = several ? lane.letter : "";
      if (map instanceof Shares && frame) map.columns = lane.log.matrix(frame)?.over ?? "";
      if (map instanceof Comparison) map.compare(frame, frameOf(lane, `${name}_ratio`), (frame && lane.log.matrix(frame)?.labels) ?? [], letter);
      else map?.draw(frame, letter, lane.log.mark("offdiagonal", "noise"));
    });
    const last = leads.at(-1);
    const frame = last && frameOf(last, name);
    const unit = one(figure, "[data-heat-unit]");
    const words = frame ? `${maps.at(-1)?.extent(frame)}, step ${frame.step}` : "";
    if (unit && unit.textContent !== words) unit.textContent = words;
    return maps.some((m, i) => m.frame !== before[i]);
  }
}
