// The numbers behind a figure: its summary, a table, and the server's files of it.

import { views } from "./band.js";
import { all, element, one } from "./elements.js";
import { aim, links, table } from "./numbers.js";

/** While records keep coming numbers follow so often, in milliseconds: they can be read meanwhile. */
const PACE = 3000;

/** Figures whose numbers are open. */
const OPEN = "[data-numbers][aria-expanded=true]";

/** @typedef {import("./desk.js").Desk} Desk */

export class Behind {
  #due = 0;

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** Opens or closes the numbers behind a figure. @param {HTMLElement} button @param {boolean} open */
  show(button, open) {
    const { figures, lanes, time } = this.desk;
    const { charts, maps, spheres } = figures;
    const figure = /** @type {HTMLElement} */ (button.closest("figure"));
    const panel = /** @type {HTMLElement} */ (one(figure, "[data-panel-data]"));
    if (open) figures.now(figure);
    button.setAttribute("aria-expanded", String(open));
    panel.hidden = !open;
    if (!open) return panel.replaceChildren();
    const chart = charts.find((c) => figure.contains(c.root));
    const images = figures.lazy.inside?.in(figure);
    if (images) {
      const numbers = images.table();
      return panel.replaceChildren(element("p", "aside", images.sentence()), numbers, ...images.files(numbers));
    }
    if (figure.matches("[data-batch], [data-neighbours]")) return; // they come with what draws them
    const runs = chart ? this.#files() : lanes.flatMap((l) => (l.run ? this.#file(l.letter, [l.run]) : []));
    const from = links([...(runs.length > 1 ? this.#joint() : []), ...runs], figure.dataset.figure ?? "");
    aim(from, time.step);
    if (chart) return panel.replaceChildren(element("p", "aside", chart.sentence()), table(chart), from);
    const shown = figure === spheres?.figure ? spheres.list : maps.in(figure);
    panel.replaceChildren(...shown.flatMap((m) => [element("p", "aside", m.sentence()), m.table()]), from);
  }

  /** Brings what is open up to the figures. @param {ParentNode} root that they stand below */
  again(root) {
    for (const open of all(root, OPEN)) this.show(/** @type {HTMLElement} */ (open), true);
  }

  /** Records keep coming: what is open follows, as far as it was scrolled. What somebody points at or is among stays. */
  follow() {
    this.#due ||= window.setTimeout(() => {
      this.#due = 0;
      for (const open of all(this.desk.main, OPEN)) {
        const panel = open.closest("figure")?.querySelector("[data-panel-data]");
        if (!panel || panel.matches(":hover, :focus-within")) continue;
        const places = all(panel, ".scroll").map((e) => e.scrollTop);
        this.show(/** @type {HTMLElement} */ (open), true);
        all(panel, ".scroll").forEach((e, i) => (e.scrollTop = places[i] ?? 0));
      }
    }, PACE);
  }

  /** A figure of images shows others. Its numbers follow, unless somebody is among them. @param {HTMLElement} figure */
  drawn(figure) {
    if (!figure.querySelector("[data-panel-data] :focus")) this.again(figure);
  }

  /** Where the server has a figure of all lanes, which it letters in their order: none where one before the last has no run. */
  #joint() {
    const { lanes } = this.desk;
    const runs = lanes.flatMap(({ run }) => run ?? []);
    return lanes[runs.length - 1].run === runs.at(-1) ? this.#file("all", runs) : [];
  }

  /** Where the server has what a chart shows: a file for each lane, or for all seeds of one. */
  #files() {
    const { lanes, kin } = this.desk;
    return views(lanes, kin).flatMap(({ letter }, k) => this.#file(letter, kin[k].flatMap((i) => lanes[i].run ?? [])));
  }

  /** Where the server has a figure of runs together. @param {string} letter @param {import("./lane.js").Run[]} runs */
  #file(letter, [first, ...more]) {
    const query = [...more.map((r) => `with=${r.id}`), ...(more.length && this.desk.seeds ? ["seeds=each"] : [])].join("&");
    return first ? [{ letter, url: first.url, query: query && `?${query}` }] : [];
  }
}
