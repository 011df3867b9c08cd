// One lane's sphere: its picture, what the pointer and the keyboard do with it, and
// what it says in words. It is given the frames of one step and knows no other.

import { describe, element } from "./elements.js";
import { nearest } from "./projection.js";
import { grid } from "./numbers.js";
import { layout } from "./spherelayout.js";
import { paintSphere } from "./spherepaint.js";
import { classOf, classed, heaviest, hint, imageOf, named, partner, pointsOf, rowsOf, sentence, story } from "./spherewords.js";
import { colours } from "./theme-colours.js";
import { number } from "./words.js";

/** @typedef {"positive" | "negative"} Part */

/**
 * What all lanes share: the angle, the steps of the arrows' scale, whether pairs are joined, which arrows are drawn.
 * @typedef {{ angle: import("./projection.js").Angle, further: number, pairs: boolean, parts: Part[] }} View
 *
 * The pictures of the step's batch, each as a new element; nothing while they are on
 * their way. came counts what has arrived.
 * @typedef {{ came: number, of(image: number, second: boolean): HTMLElement | undefined }} Faces
 */

/** How near a click must be, and from where on a press is a drag, in pixels. */
const REACH = 16;
const DRAG = 4;

/** What a press of an arrow key turns, in radians; a button, which does not repeat, turns twice as far. */
export const STEP = Math.PI / 24;

export class Sphere {
  /** @type {import("./spherewords.js").Globe | undefined} */
  globe;
  /** @type {import("./spherewords.js").Point[]} */
  points = [];
  /** The row of the anchor that is looked at; -1: none. */
  picked = -1;
  name = "";
  /** The lane's settings. */
  query = "";
  /** What says which images its batches have, and in which order: where two lanes have the same, the same row is the same image. */
  order = "";
  /** @type {import("./spherelayout.js").Layout | undefined} */
  layout;
  canvas = document.createElement("canvas");
  surface = element("div", "surface");
  #tip = element("div", "tip");
  /** @type {Faces | undefined} */
  #faces;
  #came = 0;
  #text = element("div", "words");
  /** Of the surface, as last seen: to ask for it would lay the page out. */
  #size = [0, 0];
  #drawn = false;
  #hover = -1;
  /** @type {{ x: number, y: number, moved: boolean } | undefined} */
  #press;

  /**
   * @param {View} view
   * @param {(turn: number, tilt: number) => void} turn turns all lanes
   * @param {(further: number) => void} scale changes the arrows of all lanes
   * @param {(order: string, row: number) => void} choose has all lanes of that order look at an anchor
   * @param {(text: string) => void} say reads what the keyboard points at
   */
  constructor(view, turn, scale, choose, say) {
    this.view = view;
    this.turn = turn;
    this.scale = scale;
    this.choose = choose;
    this.say = say;
    this.root = element("div", "globe");
    this.surface.tabIndex = 0;
    this.surface.setAttribute("role", "application");
    this.surface.setAttribute("aria-roledescription", "sphere");
    this.#tip.hidden = true;
    this.#tip.setAttribute("aria-hidden", "true"); // the keyboard picks, and is told
    this.surface.append(this.canvas, this.#tip);
    this.root.append(this.surface, this.#text);
    describe(this.surface, this.#text);
    new ResizeObserver((seen) => {
      const box = seen[seen.length - 1].contentRect;
      this.#size = [Math.round(box.width), Math.round(box.height)];
      this.paint();
    }).observe(this.surface);
    this.surface.addEventListener("pointerdown", (e) => this.#down(e));
    this.surface.addEventListener("pointermove", (e) => this.#move(e));
    this.surface.addEventListener("pointerup", (e) => this.#up(e));
    this.surface.addEventListener("pointercancel", () => (this.#press = undefined));
    this.surface.addEventListener("pointerleave", () => this.#point(-1));
    this.surface.addEventListener("keydown", (e) => this.#key(e));
  }

  /**
   * Shows the frames of a step, or where there are none says why.
   * @param {import("./spherewords.js").Globe | undefined} globe
   * @param {string} name of the lane, for several
   * @param {Faces} [faces]
   */
  draw(globe, name, faces) {
    if (this.#drawn && globe?.points === this.globe?.points && globe?.shares === this.globe?.shares && name === this.name) {
      if ((faces?.came ?? 0) === this.#came) return;
      this.#came = faces?.came ?? 0;
      this.#tell();
      this.#show();
      return;
    }
    this.#faces = faces;
    this.#came = faces?.came ?? 0;
    this.#drawn = true;
    this.name = name;
    this.surface.setAttribute("aria-label", `Embedding sphere${name ? `, ${name}` : ""}. Arrow keys turn it, n and p pick an anchor, Escape lets go, plus and minus scale the arrows.`);
    this.globe = globe;
    this.points = globe ? pointsOf(globe) : [];
    if (globe && this.picked >= this.points.length) this.picked = -1;
    if (this.#hover >= this.points.length) this.#hover = -1;
    this.#tell();
    this.paint();
    this.#show();
  }

  /** Draws what is there, at the size that there is. */
  paint() {
    const [width, height] = this.#size;
    if (!width || !height) return;
    const dense = devicePixelRatio;
    const [w, h] = [Math.round(width * dense), Math.round(height * dense)];
    if (this.canvas.width !== w || this.canvas.height !== h) Object.assign(this.canvas, { width: w, height: h });
    const ctx = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    ctx.setTransform(dense, 0, 0, dense, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const g = this.globe;
    const picked = g ? this.picked : -1; // a link may name an anchor before there are points
    this.layout = layout(this.points, this.view.angle, width, height, this.view.further, picked, this.view.parts);
    const mine = g ? classOf(g, picked) : -1;
    paintSphere(ctx, this.layout, colours(), {
      alike: this.points.map((_, i) => g !== undefined && mine >= 0 && classOf(g, i) === mine),
      picked,
      partner: g && picked >= 0 ? partner(g, picked) : -1,
      heaviest: g && picked >= 0 ? heaviest(g, picked) : [],
      pairs: this.view.pairs,
      hover: this.#hover,
    });
  }

  /** Looks at an anchor, as do the lanes with the same images; -1 lets go. @param {number} row */
  pick(row) {
    const n = this.points.length;
    if (!n) return;
    this.choose(this.order, row < 0 ? -1 : (row + n) % n);
    this.say(this.picked < 0 ? "No anchor." : (this.#text.querySelector("dl")?.textContent ?? ""));
  }

  /** Shows an anchor as picked, where there are no points yet or it is one of them, and says nothing. @param {number} row */
  see(row) {
    this.picked = !this.globe || row < this.points.length ? row : -1;
    this.#tell();
    this.paint();
  }

  /** @param {number} by */
  next(by) {
    this.pick(this.picked < 0 ? (by > 0 ? 0 : this.points.length - 1) : (this.picked + by + this.points.length) % this.points.length);
  }

  /** The class of the anchor's image; -1: none is picked, or it is not known. */
  get pickedClass() {
    return this.globe ? classOf(this.globe, this.picked) : -1;
  }

  /** One paragraph about the picture. */
  sentence() {
    return this.globe ? sentence(this.globe, this.points) : "Not measured yet.";
  }

  table() {
    if (!this.globe) return element("div", "scroll");
    const { head, rows } = rowsOf(this.globe, this.points);
    return grid(`Numbers: Embedding sphere${this.name ? `, ${this.name}` : ""}`, head, rows);
  }

  #tell() {
    const said = [];
    const p = element("p", "");
    if (this.name) p.append(element("b", "", `${this.name} `));
    p.append(this.globe ? this.sentence() : "The outputs appear here when the first step has run.");
    said.push(p);
    if (this.globe && this.picked >= 0) {
      const list = element("dl", "anchor");
      for (const { part, text, images } of story(this.globe, this.points, this.picked, this.name ? 3 : 5)) {
        const row = element("div", part === "positive" || part === "negative" ? part : "");
        row.append(element("dt", "", `${part} `), this.#saying(text, images ?? []));
        list.append(row);
      }
      said.push(list);
    } else if (this.globe && !this.name) said.push(element("p", "hint", hint(this.globe)));
    this.#text.replaceChildren(...said);
  }

  /** A line about an anchor, with the images that it is about. @param {string} text @param {import("./spherewords.js").Seen[]} images */
  #saying(text, images) {
    const said = element("dd", "");
    if (!images.length) said.append(`${text}. `);
    images.forEach(({ image, second, text }, i) => {
      const line = element("span", "seen");
      const face = image < 0 ? undefined : this.#faces?.of(image, second);
      if (face) line.append(face);
      line.append(`${text}${i < images.length - 1 ? ",\n" : ". "}`);
      said.append(line);
    });
    return said;
  }

  /** Shows which image the pointer is at. */
  #show() {
    const [g, place] = [this.globe, this.layout?.places[this.#hover]];
    this.#tip.hidden = !g || !place || this.#press?.moved === true;
    if (!g || !place || this.#tip.hidden) return;
    const { image, second } = imageOf(g, this.#hover);
    const face = this.#faces?.of(image, second);
    this.#tip.replaceChildren(...(face ? [face] : []), element("b", "", classed(g, this.#hover)), element("span", "", named(g, this.#hover)));
    const left = place.x > this.surface.clientWidth / 2;
    Object.assign(this.#tip.style, { left: `${place.x}px`, top: `${place.y}px`, translate: `${left ? "calc(-100% - 12px)" : "12px"} ${place.y > this.surface.clientHeight / 2 ? "-100%" : "0"}` });
  }

  /** @param {PointerEvent} e @returns {[number, number]} */
  #at(e) {
    const box = this.canvas.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top];
  }

  /** @param {number} row under the pointer */
  #point(row) {
    if (row === this.#hover) return;
    this.#hover = row;
    this.paint();
    this.#show();
  }

  /** @param {PointerEvent} e */
  #down(e) {
    if (e.button !== 0) return;
    this.#press = { x: e.clientX, y: e.clientY, moved: false };
    this.surface.setPointerCapture(e.pointerId);
  }

  /** @param {PointerEvent} e */
  #move(e) {
    const press = this.#press;
    if (!press) return this.#point(nearest(this.layout?.places ?? [], ...this.#at(e), REACH));
    const [dx, dy] = [e.clientX - press.x, e.clientY - press.y];
    if (!press.moved && Math.hypot(dx, dy) < DRAG) return;
    this.#press = { x: e.clientX, y: e.clientY, moved: true };
    this.#show();
    const radius = this.layout?.radius || 1;
    this.turn(-dx / radius, dy / radius);
  }

  /** @param {PointerEvent} e */
  #up(e) {
    const press = this.#press;
    this.#press = undefined;
    if (!press || press.moved) return;
    const row = nearest(this.layout?.places ?? [], ...this.#at(e), REACH);
    this.pick(row === this.picked ? -1 : row);
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const far = e.shiftKey ? 4 * STEP : STEP;
    /** @type {Record<string, () => void>} */
    const does = {
      ArrowLeft: () => this.turn(-far, 0), ArrowRight: () => this.turn(far, 0), ArrowUp: () => this.turn(0, far), ArrowDown: () => this.turn(0, -far),
      n: () => this.next(1), p: () => this.next(-1), Home: () => this.pick(0), Escape: () => this.pick(-1),
      "+": () => this.#rescale(-1), "=": () => this.#rescale(-1), "-": () => this.#rescale(1),
    };
    if (!does[e.key] || (e.key === "Escape" && this.picked < 0)) return; // which then means something else
    e.preventDefault();
    does[e.key]();
  }

  /** @param {number} further */
  #rescale(further) {
    this.scale(further);
    this.say(`An arrow as long as the radius stands for ${number(this.layout?.unit ?? 0)}.`);
  }
}
