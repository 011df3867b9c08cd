// All figures of the page, and what draws each of them at the step that the page shows.

import { views } from "./band.js";
import { Chart } from "./chart.js";
import { OrderButton } from "./correlation.js";
import { all, one } from "./elements.js";
import { Lazy } from "./lazy.js";
import { Maps } from "./maps.js";
import { Recorded } from "./recorded.js";
import { Spectra } from "./spectra.js";
import { Spheres } from "./spheres.js";
import { Terms } from "./terms.js";
import { onColours } from "./theme-colours.js";

/** @typedef {import("./desk.js").Desk} Desk @typedef {import("./lane.js").Lane} Lane */

export class Figures {
  #spectra = new Spectra();

  /** @param {Desk} desk */
  constructor(desk) {
    const { main } = desk;
    const say = (/** @type {string} */ text) => desk.bar.say(text);
    this.desk = desk;
    this.charts = /** @type {HTMLElement[]} */ (all(main, "[data-panel]")).map(
      (figure) => new Chart(/** @type {HTMLElement} */ (one(figure, "[data-plot]")), JSON.parse(figure.dataset.panel ?? ""), one(figure, "[data-summary]")),
    );
    onColours(() => this.charts.forEach((c) => c.redraw()));
    const label = one(main, "[data-recorded]");
    this.recorded = label ? new Recorded(label, main, () => (this.#curves(), desk.draw())) : undefined;
    const sphere = one(main, "[data-spheres]");
    this.spheres = sphere ? new Spheres(sphere, say, () => desk.noted()) : undefined;
    const formula = /** @type {HTMLElement | null} */ (one(main, '[data-region="explain"]'));
    if (formula) new Terms(formula, (role) => {
      this.spheres?.light(role);
      this.charts.forEach((c) => c.bring(role));
    });
    this.lazy = new Lazy(main.dataset.inside ?? "", main, { say, spheres: this.spheres, go: (step) => desk.time.go(step), stage: (name) => desk.see({ stage: name }) }, () => {
      desk.stage();
      desk.draw();
    });
    this.maps = new Maps(main, say, () => this.channels?.apply());
    const map = one(main, '[data-heat="correlation"]');
    /** Puts the channels of the maps in another order; embedded pages may have none. */
    this.channels = map ? new OrderButton(map, () => this.maps.in(map), () => this.lazy.wake(), () => this.#reordered(map)) : undefined;
    /** @type {import("./parts.js").Part[]} */
    this.parts = [
      ...this.charts.map((c) => ({ draw: () => this.#chart(c), figure: c.root })),
      { draw: () => this.#spheres(), figure: sphere ?? undefined },
      ...this.maps.heats.map((h) => ({ draw: () => this.#map(h), figure: h.figure })),
      { draw: () => this.inside() },
    ];
  }

  /** The lanes are others. */
  take() {
    const { lanes, kin, main } = this.desk;
    this.#spectra.forget();
    this.#curves();
    this.thin();
    const unit = one(main, "#chart-loss .unit");
    if (unit) unit.textContent = new Set(lanes.map((l) => l.resolved.get("method"))).size > 1 ? "of different kinds: compare the course" : "";
    this.maps.arrange(kin.length);
  }

  /** Gives the charts what they show: the lanes' records, or before these a recording of the same. */
  #curves() {
    const { lanes, kin } = this.desk;
    const shown = this.recorded?.of(lanes) ?? views(lanes, kin);
    this.charts.forEach((c) => c.show(c.panel.axis ? [] : shown));
  }

  /** Charts show single seeds where the view says so. */
  thin() {
    const { seeds, main } = this.desk;
    for (const c of this.charts) c.thin(seeds);
    one(main, "[data-each]")?.setAttribute("aria-pressed", String(seeds));
  }

  /** Draws what is loaded when it is wanted. */
  inside() {
    const { leads, time } = this.desk;
    this.lazy.inside?.draw(leads, time.step, time.shown);
  }

  /** The last frame of a name that a lane has at the step. @param {Lane} lane @param {string} name */
  #frame = (lane, name) => lane.log.frame(name, this.desk.time.step);

  /** @param {Chart} chart */
  #chart(chart) {
    const { lanes, kin, time } = this.desk;
    if (chart.panel.axis) this.#spectra.unroll(chart, lanes, kin, time.step);
    chart.draw();
  }

  #spheres() {
    const { leads, lanes } = this.desk;
    this.spheres?.draw(leads.map((l) => {
      const frames = (/** @type {string} */ name) => this.#frame(l, name);
      const shares = frames("shares");
      const step = frames("sphere")?.step ?? -1;
      const order = ["data", "batch", "seed"].map((key) => l.resolved.get(key)).join(); // what engine.Batch draws the images of
      return { query: l.query, name: lanes.length > 1 ? l.letter : "", order, over: (shares && l.log.matrix(shares)?.over) ?? "", classes: l.classes, step, frames, faces: l.run?.pictures.faces(step) };
    }));
  }

  /** @param {import("./maps.js").Heat} heat */
  #map(heat) {
    const { leads, lanes, time, behind } = this.desk;
    const moved = this.maps.draw(heat, leads, this.#frame, lanes.length > 1);
    if (moved && time.step !== undefined) behind.again(heat.figure); // while it follows, a table under somebody's eyes stays
  }

  /** The channels of the maps are shown in another order. @param {HTMLElement} figure */
  #reordered(figure) {
    for (const heat of this.maps.heats) if (heat.figure === figure) this.#map(heat);
    this.desk.behind.again(figure);
  }
}
