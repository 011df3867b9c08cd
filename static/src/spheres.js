// The spheres of all lanes: they turn together, have their buttons in common, and those
// whose batches have the same images look at the same one.

import { START, turned } from "./projection.js";
import { Sphere, STEP } from "./sphere.js";
import { axes, globe, hint } from "./spherewords.js";
import { onColours } from "./theme-colours.js";

/** Radians a second of idle turning. */
const IDLE = 0.25;

/**
 * What a lane shows: the frames of one step by their names.
 * order is the same for lanes whose batches have the same images in the same order.
 * @typedef {{ query: string, name: string, order: string, over: string, classes: string[], step: number, frames: (name: string) => import("./wire.js").Frame | undefined, faces?: import("./sphere.js").Faces }} Shown
 */

export class Spheres {
  /** @type {Sphere[]} */
  list = [];
  /** @type {import("./sphere.js").View} */
  view = { angle: START, further: 0, pairs: false, parts: ["positive", "negative"] };
  #turning = 0;
  /** Whose arrows are drawn, and whose alone for a while. */
  #parts = this.view.parts;
  /** @type {import("./sphere.js").Part[] | undefined} */
  #alone;

  /** Anchors that a link names, for lanes that are not there yet. @type {number[]} */
  #picks = [];

  /** @param {HTMLElement} figure @param {(text: string) => void} say @param {() => void} changed says that another anchor or angle is seen */
  constructor(figure, say, changed) {
    this.figure = figure;
    this.say = say;
    this.changed = changed;
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const turn = this.#button("turn");
    const allow = () => {
      turn.hidden = still.matches;
      if (still.matches) this.#idle(false);
    };
    still.addEventListener("change", allow);
    allow();
    figure.addEventListener("click", (e) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest("[data-sphere]"));
      if (button) this.#does(button.dataset.sphere ?? "");
      changed();
    });
    for (const event of ["keyup", "pointerup"]) figure.addEventListener(event, changed);
    onColours(() => this.#paint());
  }

  /** Shows the lanes; whether there are other points than before. @param {Shown[]} lanes */
  draw(lanes) {
    const before = this.list.map((s) => s.globe);
    if (lanes.length !== this.list.length || lanes.some((l, i) => l.query !== this.list[i].query)) this.#arrange(lanes);
    lanes.forEach(({ name, over, classes, step, frames, faces }, i) => {
      const next = globe(frames, step, over, classes);
      // frames of a step come one after another: until all are here the last picture stays
      if (next || !frames("sphere")) this.list[i].draw(next, name, faces);
    });
    const g = this.list.find((s) => s.globe)?.globe;
    const unit = this.figure.querySelector("[data-sphere-unit]");
    const words = g ? `${axes(g)}, step ${g.step}` : "";
    if (unit && unit.textContent !== words) unit.textContent = words;
    this.#hint();
    return this.list.length !== before.length || this.list.some((s, i) => s.globe !== before[i]);
  }

  /** How to read the pictures, once for all of them, until an anchor is picked. */
  #hint() {
    const place = this.figure.querySelector("[data-sphere-hint]");
    const g = this.list.length > 1 && this.list.every((s) => s.picked < 0) ? this.list.find((s) => s.globe)?.globe : undefined;
    const words = g ? hint(g) : "";
    if (place && place.textContent !== words) place.textContent = words;
  }

  /** The lanes are others: each looks at the anchor that it did or a link says, a new one at that of those with its images. @param {Shown[]} lanes */
  #arrange(lanes) {
    const before = this.list.map(({ query, order, picked }) => ({ query, order, picked }));
    const known = lanes.map(({ query, order }, i) => this.#picks[i] ?? (before.find((b) => b.query === query) ?? before.find((b) => b.order === order))?.picked);
    this.#picks = [];
    if (this.list.length !== lanes.length) {
      this.list = lanes.map(() => new Sphere(this.view, (a, b) => this.#turn(a, b), (n) => this.#scale(n), (order, row) => this.#pick(order, row), this.say));
      const root = /** @type {HTMLElement} */ (this.figure.querySelector("[data-globes]"));
      root.classList.toggle("single", lanes.length === 1);
      root.replaceChildren(...this.list.map((s) => s.root));
    }
    lanes.forEach(({ query, order }, i) => {
      const picked = known[i] ?? known.find((k, j) => k !== undefined && lanes[j].order === order) ?? -1;
      Object.assign(this.list[i], { query, order, picked });
    });
    if (before.length) this.changed(); // the address has the anchors of the lanes before
  }

  /** What a link has to say. @returns {import("./view.js").View} */
  state() {
    const degrees = (/** @type {number} */ r) => Number(((180 / Math.PI) * r).toFixed(1));
    const { angle, further, pairs } = this.view;
    /** @type {[number, number]} */
    const turn = [degrees(angle.turn), degrees(angle.tilt)];
    const moved = turn[0] !== degrees(START.turn) || turn[1] !== degrees(START.tilt);
    const anchor = this.list.length ? this.list.map((s) => s.picked) : this.#picks;
    return { ...(anchor.some((a) => a >= 0) ? { anchor } : {}), ...(moved ? { turn } : {}), ...(further ? { arrows: -further } : {}), ...(pairs ? { pairs } : {}) };
  }

  /** Shows what a link says. @param {import("./view.js").View} v */
  restore(v) {
    const radians = (/** @type {number} */ d) => (Math.PI / 180) * d;
    this.view.angle = v.turn ? { turn: radians(v.turn[0]), tilt: radians(v.turn[1]) } : START;
    this.view.further = -(v.arrows ?? 0);
    this.view.pairs = v.pairs ?? false;
    this.#button("pairs").setAttribute("aria-pressed", String(this.view.pairs));
    this.#picks = v.anchor ?? [];
    this.list.forEach((s, i) => s.see(this.#picks[i] ?? -1));
  }

  /** Draws the arrows of these parts only. @param {import("./sphere.js").Part[]} parts */
  only(parts) {
    this.#parts = parts;
    this.#part();
  }

  /** Draws the arrows of a term alone for a while; one that is about no other samples has none. @param {import("./terms.js").Role | undefined} role undefined: as before */
  light(role) {
    this.#alone = role && (role === "own" ? [] : [role]);
    this.#part();
  }

  #part() {
    const parts = this.#alone ?? this.#parts;
    if (parts.join() === this.view.parts.join()) return;
    this.view.parts = parts;
    this.#paint();
  }

  /** @param {string} what @returns {HTMLButtonElement} */
  #button(what) {
    return /** @type {HTMLButtonElement} */ (this.figure.querySelector(`[data-sphere="${what}"]`));
  }

  /** @param {string} what */
  #does(what) {
    const pressed = (/** @type {boolean} */ on) => this.#button(what).setAttribute("aria-pressed", String(on));
    /** @type {Record<string, () => void>} */
    const does = {
      previous: () => this.#firsts().forEach((s) => s.next(-1)),
      next: () => this.#firsts().forEach((s) => s.next(1)),
      shorter: () => this.#scale(1),
      longer: () => this.#scale(-1),
      left: () => this.#turn(-2 * STEP, 0),
      right: () => this.#turn(2 * STEP, 0),
      up: () => this.#turn(0, 2 * STEP),
      down: () => this.#turn(0, -2 * STEP),
      pairs: () => {
        pressed((this.view.pairs = !this.view.pairs));
        this.#paint();
      },
      turn: () => this.#idle(!this.#turning),
    };
    does[what]?.();
  }

  /** All spheres of an order look at an anchor. @param {string} order @param {number} row */
  #pick(order, row) {
    this.#picks = [];
    for (const s of this.list) if (s.order === order) s.see(row);
    this.#hint();
  }

  /** The first sphere of every order, of those that have points. */
  #firsts() {
    return this.list.filter((s, i, all) => s.points.length && all.findIndex((o) => o.order === s.order && o.points.length) === i);
  }

  /** @param {number} by @param {number} tilt */
  #turn(by, tilt) {
    this.view.angle = turned(this.view.angle, by, tilt);
    this.#paint();
  }

  /** @param {number} further */
  #scale(further) {
    this.view.further += further;
    this.#paint();
  }

  #paint() {
    this.list.forEach((s) => s.paint());
  }

  /** Turns slowly, until told otherwise. @param {boolean} on */
  #idle(on) {
    cancelAnimationFrame(this.#turning);
    this.#turning = 0;
    this.#button("turn").setAttribute("aria-pressed", String(on));
    if (!on) return;
    let last = performance.now();
    const step = (/** @type {number} */ now) => {
      this.#turn((IDLE * Math.min(100, now - last)) / 1000, 0);
      last = now;
      this.#turning = requestAnimationFrame(step);
    };
    this.#turning = requestAnimationFrame(step);
  }
}
