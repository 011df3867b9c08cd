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
    const stack = this.charts.filter((c) => c.root.closest(".overview"));
    for (const c of stack) c.inLine = stack;
    onColours(() => this.charts.forEach((c) => c.redraw()));
    const label = one(main, "[data-recorded]");
    this.recorded = label ? new Recorded(label, main, () => (this.#curves(), desk.draw()), () => desk.draw()) : undefined;
    const sphere = one(main, "[data-spheres]");
    this.spheres = sphere ? new Spheres(sphere, say, () => this.#picked()) : undefined;
    const formula = /** @type {HTMLElement | null} */ (one(main, '[data-region="explain"]'));
    if (formula) new Terms(formula, (role) => {
      this.spheres?.light(role);
      this.charts.forEach((c) => c.bring(role));
    });
    this.lazy = new Lazy(main.dataset.inside ?? "", main, { say, spheres: this.spheres, go: (step) => desk.time.go(step), stage: (name) => desk.see({ stage: name }), keep: (said) => desk.keep(said), drawn: (figure) => desk.behind.drawn(figure) }, () => {
      desk.stage();
      desk.draw();
    });
    this.maps = new Maps(main, say, () => this.channels?.apply());
    const map = /** @type {HTMLElement | null | undefined} */ (one(main, "[data-order]")?.closest("[data-heat]"));
    /** Puts the channels of the maps in another order; frames and stories have none. */
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

  /** Draws a figure at once: the painter may not have come to it. @param {Element} figure */
  now(figure) {
    this.parts.find((p) => p.figure && figure.contains(p.figure))?.draw();
  }

  /** A figure is of another step or run, and so are the numbers behind it; while it follows a run they have a pace of their own (Behind.follow). @param {Element | null | undefined} figure */
  #moved(figure) {
    const { behind, lanes, time } = this.desk;
    if (figure && (time.step !== undefined || !lanes.some((l) => l.active))) behind.again(figure);
  }

  /** Another anchor or angle is seen: its class may choose another held-out image. */
  #picked() {
    this.desk.noted();
    this.inside();
  }

  /** Draws what is loaded when it is wanted. */
  inside() {
    const { lanes, leads, time } = this.desk;
    this.lazy.inside?.draw(leads, leads[lanes.at(-1)?.tone ?? 0], time.step, time.shown);
  }

  /** The last frame of a name that a lane has at the step. @param {Lane} lane @param {string} name */
  #frame = (lane, name) => lane.log.frame(name, this.desk.time.step);

  /** @param {Chart} chart */
  #chart(chart) {
    const { lanes, kin, time } = this.desk;
    const moved = chart.panel.axis && this.#spectra.unroll(chart, lanes, kin, time.step);
    chart.draw();
    if (moved) this.#moved(chart.root.closest("figure"));
  }

  #spheres() {
    const { leads, lanes } = this.desk;
    const moved = this.spheres?.draw(leads.map((l) => {
      const frames = (/** @type {string} */ name) => this.#frame(l, name);
      const shares = frames("shares");
      const step = frames("sphere")?.step ?? -1;
      const order = ["data", "batch", "seed"].map((key) => l.resolved.get(key)).join(); // what engine.Batch draws the images of
      return { query: l.query, name: lanes.length > 1 ? l.letter : "", order, over: (shares && l.log.matrix(shares)?.over) ?? "", classes: l.classes, step, frames, faces: l.run?.pictures.faces(step) };
    }));
    if (moved) this.#moved(this.spheres?.figure);
  }

  /** @param {import("./maps.js").Heat} heat */
  #map(heat) {
    const { leads, lanes } = this.desk;
    if (this.maps.draw(heat, leads, this.#frame, lanes.length > 1)) this.#moved(heat.figure);
  }

  /** The channels of the maps are shown in another order. @param {HTMLElement} figure */
  #reordered(figure) {
    for (const heat of this.maps.heats) if (heat.figure === figure) this.#map(heat);
    this.desk.behind.again(figure);
  }
}
