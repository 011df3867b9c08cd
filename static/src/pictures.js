// The images of a run as the server draws them: sprites, and lists of what stands
// in them. They never change, so each is asked for once.

/** @typedef {{ sprite: string, height: number, width: number, step: number, from: number, of: number, kinds: string[], across?: number, images: { image: number, class: number, name: string }[] }} List */

/** Images of a batch that are asked for together: those of the sphere. */
export const PAGE = 32;

/** How many sheets of a run are kept. */
const KEPT = 48;
/** How many that are not here yet are remembered: who scrubs on does not want the old ones any more. */
const WANTED = 3;
/** How long to leave the server alone after it did not answer, in milliseconds. */
const PAUSE = 5000;

/** Images side by side, each in all its kinds one below the other. */
export class Sheet {
  /** @param {List} list @param {HTMLImageElement} sprite */
  constructor(list, sprite) {
    this.list = list;
    this.sprite = sprite;
  }

  /** One picture as an element, pixel for pixel. @param {number} i @param {number} kind @param {string} label for who does not see it */
  picture(i, kind, label) {
    const { width, height, across } = this.list;
    const canvas = Object.assign(document.createElement("canvas"), { width, height, className: "picture" });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    const [column, row] = across ? [i % across, Math.floor(i / across)] : [i, kind];
    canvas.getContext("2d")?.drawImage(this.sprite, column * width, row * height, width, height, 0, 0, width, height);
    return canvas;
  }
}

export class Pictures {
  /** By their path; the oldest first. @type {Map<string, Sheet>} */
  #sheets = new Map();
  /** Paths that are not here, the most wanted first. @type {string[]} */
  #wanted = [];
  /** Paths that the server has refused. */
  #refused = new Set();
  #busy = false;
  #again = 0;
  /** How many sheets have come. */
  came = 0;

  /** @param {string} url of the run @param {() => void} changed called when pictures have come */
  constructor(url, changed) {
    this.url = url;
    this.changed = changed;
  }

  /** Images of a step's batch; undefined while they are on their way. @param {number} step @param {number} from @param {number} n */
  batch(step, from, n = PAGE) {
    return this.#sheet(`views.json?step=${step}&from=${from}&n=${n}`);
  }

  /** The held-out images of the likeness, likewise. */
  heldOut() {
    return this.#sheet("heldout.json");
  }

  /** The images of a step's batch for its sphere. @param {number} step @returns {import("./sphere.js").Faces} */
  faces(step) {
    const of = (/** @type {number} */ row, /** @type {boolean} */ second) => {
      const sheet = this.batch(step, row - (row % PAGE));
      const kind = second ? "second view" : "first view";
      return sheet?.picture(row % PAGE, sheet.list.kinds.indexOf(kind), `${sheet.list.images[row % PAGE].name}, ${kind}`);
    };
    return { came: this.came, of };
  }

  /** @param {string} path */
  #sheet(path) {
    const sheet = this.#sheets.get(path);
    if (sheet || this.#refused.has(path)) return sheet;
    if (this.#wanted[0] !== path) this.#wanted = [path, ...this.#wanted.filter((p) => p !== path)].slice(0, WANTED);
    void this.#fetch();
    return undefined;
  }

  async #fetch() {
    if (this.#busy || performance.now() < this.#again) return;
    const path = this.#wanted[0];
    if (!path) return;
    this.#busy = true;
    try {
      const answer = await fetch(`${this.url}/${path}`);
      if (answer.status >= 400 && answer.status < 500) this.#refused.add(path);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const list = /** @type {List} */ (await answer.json());
      const sprite = new Image();
      sprite.src = list.sprite;
      await sprite.decode();
      this.#sheets.set(path, new Sheet(list, sprite));
      if (this.#sheets.size > KEPT) for (const [oldest] of this.#sheets) if (this.#sheets.size > KEPT) this.#sheets.delete(oldest);
      this.came++;
    } catch {
      if (!this.#refused.has(path)) {
        this.#again = performance.now() + PAUSE;
        setTimeout(this.changed, PAUSE + 50);
      }
    }
    this.#busy = false;
    this.#wanted = this.#wanted.filter((p) => p !== path);
    this.changed();
    void this.#fetch();
  }
}
