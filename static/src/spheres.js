// The spheres of all lanes: they turn together, and have their buttons in common.

import { START, turned } from "./projection.js";
import { Sphere } from "./sphere.js";
import { axes, globe } from "./spherewords.js";
import { onColours } from "./theme-colours.js";

/** Radians a second of idle turning. */
const IDLE = 0.25;

/**
 * What a lane shows: the frames of one step by their names.
 * @typedef {{ name: string, picture: string, over: string, classes: string[], step: number, frames: (name: string) => import("./wire.js").Frame | undefined, faces?: import("./sphere.js").Faces }} Shown
 */

export class Spheres {
  /** @type {Sphere[]} */
  list = [];
  /** @type {import("./sphere.js").View} */
  view = { angle: START, further: 0, pairs: false, parts: ["positive", "negative"] };
  #turning = 0;

  /** @param {HTMLElement} figure @param {(text: string) => void} say */
  constructor(figure, say) {
    this.figure = figure;
    this.say = say;
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
    });
    onColours(() => this.#paint());
  }

  /** @param {Shown[]} lanes */
  draw(lanes) {
    if (this.list.length !== lanes.length) {
      this.list = lanes.map(() => new Sphere(this.view, (a, b) => this.#turn(a, b), (n) => this.#scale(n), this.say));
      const root = /** @type {HTMLElement} */ (this.figure.querySelector("[data-globes]"));
      root.classList.toggle("single", lanes.length === 1);
      root.replaceChildren(...this.list.map((s) => s.root));
    }
    lanes.forEach(({ name, picture, over, classes, step, frames, faces }, i) => {
      const next = globe(frames, step, over, classes);
      // frames of a step come one after another: until all are here the last picture stays
      if (next || !frames("sphere")) this.list[i].draw(next, name, picture, faces);
    });
    const g = this.list.find((s) => s.globe)?.globe;
    const unit = this.figure.querySelector("[data-sphere-unit]");
    const words = g ? `${axes(g)}, step ${g.step}` : "";
    if (unit && unit.textContent !== words) unit.textContent = words;
  }

  /** Draws the arrows of these parts only. @param {import("./sphere.js").Part[]} parts */
  only(parts) {
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
      previous: () => this.list.forEach((s) => s.next(-1)),
      next: () => this.list.forEach((s) => s.next(1)),
      shorter: () => this.#scale(1),
      longer: () => this.#scale(-1),
      pairs: () => {
        pressed((this.view.pairs = !this.view.pairs));
        this.#paint();
      },
      turn: () => this.#idle(!this.#turning),
    };
    does[what]?.();
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
