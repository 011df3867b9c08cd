// A matrix as a picture: one pixel an element, for the correlation of the two
// views a pair of channels, coloured by the fixed map of -1..1, scaled without
// smoothing.

import { describe, element } from "./elements.js";
import { grid } from "./numbers.js";
import { diverging, divergingAt } from "./palette.gen.js";
import { value } from "./wire.js";
import { number } from "./words.js";

/** @typedef {import("./wire.js").Frame} Frame */

/**
 * What a frame says apart from its picture: mean and largest size off the diagonal, and the mean on it.
 * @param {Frame} f
 */
export function summary(f) {
  let sum = 0;
  let own = 0;
  let count = 0;
  let most = 0;
  let at = [0, 0];
  for (let i = 0; i < f.rows; i++) {
    for (let j = 0; j < f.cols; j++) {
      if (i === j) own += f.data[i * f.cols + j];
      if (i === j) continue;
      const a = Math.abs(f.data[i * f.cols + j]);
      sum += a;
      count++;
      if (a > most) {
        most = a;
        at = [i, j];
      }
    }
  }
  return { mean: count ? (f.scale * sum) / count : 0, own: (f.scale * own) / f.rows, most: value(f, at[0], at[1]), at };
}

/**
 * Fills an image, one pixel an element.
 * @param {ImageData} image @param {Frame} f
 * @param {number} [end] the value at the end of the colours
 */
export function colour(image, f, end = 1) {
  for (let k = 0; k < f.data.length; k++) {
    const entry = 3 * divergingAt((f.scale * f.data[k]) / end);
    image.data[4 * k] = diverging[entry];
    image.data[4 * k + 1] = diverging[entry + 1];
    image.data[4 * k + 2] = diverging[entry + 2];
    image.data[4 * k + 3] = 255;
  }
}

/** The colours from left to right, into an element made for it, with what their ends stand for. @param {HTMLElement} root @param {[string, string]} [ends] */
export function colourBar(root, [low, high] = ["−1", "1"]) {
  const canvas = document.createElement("canvas");
  canvas.width = 255;
  canvas.height = 1;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = ctx.createImageData(255, 1);
  for (let i = 0; i < 255; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = diverging[3 * (i + 1) + c];
    image.data[4 * i + 3] = 255;
  }
  ctx.putImageData(image, 0, 0);
  root.replaceChildren(low, canvas, high);
}

/** The nearest element that a frame has. @param {Frame} f @param {[number, number]} at @returns {[number, number]} */
const within = (f, [i, j]) => [Math.max(0, Math.min(f.rows - 1, i)), Math.max(0, Math.min(f.cols - 1, j))];

/** One lane's map with its sentence, its crosshair and its reading. */
export class HeatMap {
  /** @type {Frame | undefined} */
  frame;
  /** The channels under the crosshair. @type {[number, number] | undefined} */
  at;
  name = "";
  /** @type {number | undefined} */
  floor;
  /** What is shown, and what the keyboard moves over. */
  subject = "Correlation of the two views";
  over = "channels";
  /** The row of the frame that each row and column of the picture shows. @type {number[]} */
  order = [];
  /** Of the table of rows and those that they are most like. */
  heads = ["channel", "with itself", "most with", "correlation", "mean |correlation|"];
  #canvas = document.createElement("canvas");
  #text = document.createElement("p");
  #rows = document.createElement("span");
  #columns = document.createElement("span");
  surface = document.createElement("div");
  /** Of the root, as last seen: to ask for it would lay the page out. */
  #width = 0;
  #drawn = false;

  /** @param {(text: string) => void} say reads what the keyboard points at */
  constructor(say) {
    this.say = say;
    this.root = document.createElement("div");
    this.root.className = "map";
    this.surface.className = "surface room"; // as the server's page has it, until there is a picture
    this.surface.tabIndex = 0;
    this.surface.setAttribute("role", "application");
    this.surface.setAttribute("aria-roledescription", "heat map");
    this.#rows.className = this.#columns.className = "cross";
    this.#rows.hidden = this.#columns.hidden = true;
    this.surface.append(this.#canvas, this.#rows, this.#columns);
    this.root.append(this.surface, this.#text);
    describe(this.surface, this.#text);
    new ResizeObserver(() => {
      this.#width = this.root.clientWidth;
      this.fit();
    }).observe(this.root);
    this.surface.addEventListener("pointermove", (e) => this.#point(e));
    this.surface.addEventListener("pointerdown", (e) => this.#point(e));
    this.surface.addEventListener("pointerleave", () => this.#move(undefined));
    this.surface.addEventListener("blur", () => this.#move(undefined));
    this.surface.addEventListener("keydown", (e) => this.#key(e));
  }

  /**
   * @param {Frame | undefined} frame
   * @param {string} name of the lane, for several
   * @param {number | undefined} floor what independent channels would show
   */
  draw(frame, name, floor) {
    if (this.#drawn && frame === this.frame && name === this.name && floor === this.floor && !this.at) return;
    this.#drawn = true;
    this.name = name;
    this.floor = floor;
    this.surface.setAttribute("aria-label", `${this.subject}${name ? `, ${name}` : ""}. Arrow keys move over the ${this.over}.`);
    if (!frame) {
      this.#canvas.width = this.#canvas.height = 1;
      this.#canvas.style.width = "";
      this.surface.classList.toggle("room", !this.root.classList.contains("labelled"));
      this.frame = undefined;
      this.#text.textContent = `${name ? `${name}: ` : ""}not measured yet`;
      return;
    }
    if (frame !== this.frame) {
      this.frame = frame;
      this.surface.classList.remove("room");
      this.#canvas.width = frame.cols;
      this.#canvas.height = frame.rows;
      const ctx = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
      const image = ctx.createImageData(frame.cols, frame.rows);
      colour(image, this.arranged(frame), this.end(frame));
      ctx.putImageData(image, 0, 0);
      this.fit();
      if (this.at) return this.#move(within(frame, this.at)); // it may be smaller
    }
    this.#tell();
  }

  /** Has the picture made anew with the next drawing. */
  again() {
    this.frame = undefined;
  }

  /** A frame as it is drawn. @param {Frame} f */
  arranged(f) {
    this.order = Array.from({ length: f.rows }, (_, i) => i);
    return f;
  }

  /** Gives each element the same whole number of pixels, where there are as many. */
  fit() {
    const width = this.#width * devicePixelRatio;
    const each = Math.floor(width / this.#canvas.width);
    this.#canvas.style.width = each >= 1 ? `${(each * this.#canvas.width) / devicePixelRatio}px` : "";
  }

  /** The value at the end of the colours. @param {Frame} _f */
  end(_f) {
    return 1;
  }

  /** Which part of what is shown. @param {Frame} f */
  extent(f) {
    return f.of > f.rows ? `${f.rows} of ${f.of} channels` : `${f.rows} channels`;
  }

  /** One sentence about the map. */
  sentence() {
    const f = this.frame;
    if (!f) return "Not measured yet.";
    const s = summary(f);
    const floor = this.floor === undefined ? "" : `, noise floor ${number(this.floor)}`;
    return `mean |off-diagonal| ${number(s.mean)}${floor}; mean diagonal ${number(s.own)}; largest ${number(s.most)} at (${s.at[0]}, ${s.at[1]})`;
  }

  /** The element at a place in words. @param {Frame} f @param {[number, number]} at */
  element(f, [i, j]) {
    return `channels (${i}, ${j}): ${number(value(f, i, j))}`;
  }

  /** Each row, from top to bottom, with the one that it is most like. */
  table() {
    const f = this.frame;
    if (!f) return element("div", "scroll");
    const rows = this.order.map((i) => {
      const others = this.order.filter((j) => j !== i);
      const most = others.reduce((a, b) => (Math.abs(value(f, i, b)) > Math.abs(value(f, i, a)) ? b : a), others[0]);
      const mean = others.reduce((sum, j) => sum + Math.abs(value(f, i, j)), 0) / Math.max(1, others.length);
      return [i, number(value(f, i, i)), most ?? "", most === undefined ? "" : number(value(f, i, most)), number(mean)].map(String);
    });
    return grid(`Numbers: ${this.subject}${this.name ? `, ${this.name}` : ""}`, this.heads, rows);
  }

  #tell() {
    const f = this.frame;
    if (!f) return;
    const bold = document.createElement("b");
    if (this.name) bold.textContent = `${this.name} `;
    const text = this.at ? this.element(f, this.at) : this.sentence();
    this.#text.replaceChildren(bold, text);
  }

  /** @param {[number, number] | undefined} at */
  #move(at) {
    this.at = at;
    const f = this.frame;
    this.#rows.hidden = this.#columns.hidden = !at || !f;
    if (at && f) {
      Object.assign(this.#rows.style, { left: "0", width: "100%", height: "1px", top: `${(100 * (at[0] + 0.5)) / f.rows}%` });
      Object.assign(this.#columns.style, { top: "0", height: "100%", width: "1px", left: `${(100 * (at[1] + 0.5)) / f.cols}%` });
    }
    this.#tell();
  }

  /** @param {PointerEvent} e */
  #point(e) {
    if (!this.frame) return;
    const box = this.surface.getBoundingClientRect();
    const i = Math.floor(((e.clientY - box.top) / box.height) * this.frame.rows);
    const j = Math.floor(((e.clientX - box.left) / box.width) * this.frame.cols);
    this.#move(within(this.frame, [i, j]));
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    const f = this.frame;
    if (!f || e.ctrlKey || e.metaKey || e.altKey) return;
    const [i, j] = this.at ?? [0, 0];
    const far = e.shiftKey ? 8 : 1;
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowUp: [i - far, j], ArrowDown: [i + far, j], ArrowLeft: [i, j - far], ArrowRight: [i, j + far], Home: [0, 0], End: [f.rows - 1, f.cols - 1] };
    const to = moves[e.key];
    if (e.key === "Escape") {
      if (!this.at) return; // it means something else
      this.#move(undefined);
    } else if (to) this.#move(within(f, to));
    else return;
    e.preventDefault();
    this.say(this.#text.textContent ?? "");
  }
}
