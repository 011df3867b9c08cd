// The images on which the shown step trains: each as it is and in both views. Lanes
// with the same images, seed, batch and augmentation have one strip, for they see the same.

import { element } from "./elements.js";
import { FaceCursor, taken } from "./facecursor.js";
import { grid } from "./numbers.js";
import { PAGE } from "./pictures.js";

/** @typedef {import("./lane.js").Lane} Lane @typedef {import("./pictures.js").Sheet} Sheet */

/** How many images stand side by side; a divisor of PAGE. */
const SHOWN = 8;

/** How long the images of a step stay while the page follows a run, in milliseconds. */
const STAY = 5000;

/**
 * Says whether a figure is in the window or near it; asks for a drawing when it comes there.
 * @param {HTMLElement} figure @param {() => void} comes
 */
export function nearby(figure, comes) {
  let near = false;
  new IntersectionObserver((seen) => {
    near = seen.at(-1)?.isIntersecting ?? false;
    if (near) comes();
  }, { rootMargin: "25%" }).observe(figure);
  return () => near;
}

/** What decides which images a lane sees, and how. @param {Lane} l */
const sight = (l) => [...l.resolved].filter(([key]) => ["data", "seed", "batch"].includes(key) || key.startsWith("augment.")).join(" ");

/** The letters of lanes. @param {Lane[]} group */
const whose = (group) => group.map((l) => l.letter).join(", ");

/**
 * An image with its pictures below each other.
 * @param {Sheet} sheet @param {number} i place in the sheet
 */
export function face(sheet, i) {
  const { kinds, images } = sheet.list;
  const cell = element("li", "face");
  cell.dataset.said = `image ${sheet.list.from + i}, ${images[i].name}: ${kinds.join(", ")}`;
  cell.append(...kinds.map((kind, k) => sheet.picture(i, k, `${images[i].name}, ${kind}`)), element("span", "", images[i].name));
  return cell;
}

/** What stands in the rows of faces. @param {Sheet} sheet */
export function rowNames(sheet) {
  const names = element("li", "kinds");
  names.setAttribute("aria-hidden", "true"); // every picture says it
  names.append(...sheet.list.kinds.map((kind) => element("span", "", kind)));
  return names;
}

export class Strips {
  /** Row of the batch of the first image that is shown. */
  #from = 0;
  #held = { step: -1, until: 0 };
  #timer = 0;
  #drawn = "";
  /** What is shown, with the lanes that it belongs to. @type {{ group: Lane[], sheet: Sheet }[]} */
  #shown = [];
  /** The reader has turned to others, which are not there yet. */
  #turned = false;
  #redraw = () => {};
  #near;
  #cursor;

  /** @param {HTMLElement} figure @param {import("./inside.js").Page} page */
  constructor(figure, page) {
    this.figure = figure;
    this.page = page;
    this.#near = nearby(figure, () => this.#redraw());
    this.root = /** @type {HTMLElement} */ (figure.querySelector("[data-strips]"));
    this.unit = /** @type {HTMLElement} */ (figure.querySelector("[data-batch-unit]"));
    figure.addEventListener("click", (e) => {
      const by = Number(/** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest("[data-turn]"))?.dataset.turn ?? 0);
      if (!by) return;
      this.#from = Math.max(0, this.#from + by * SHOWN);
      this.#turned = true;
      this.#redraw();
    });
    this.#cursor = new FaceCursor(this.root, "Images of the batch", page.say);
  }

  /** Shows the images of a link. @param {number} from row of the batch */
  take(from) {
    this.#from = from - (from % SHOWN);
    this.#redraw();
  }

  /** @param {Lane[]} lanes @param {boolean} live whether the page follows the newest step @param {number} shown */
  draw(lanes, live, shown) {
    this.#redraw = () => this.draw(lanes, live, shown);
    if (!lanes.some((l) => l.run && l.log.length)) return this.#none();
    if (shown < 0 || !this.#near()) return; // it comes into view between the first records and the line of time's hearing of them
    const step = this.#step(live && lanes.some((l) => l.state === "running"), shown);
    /** @type {Map<string, Lane[]>} */
    const groups = new Map();
    for (const l of lanes) if (l.run && l.log.length) groups.set(sight(l), [...(groups.get(sight(l)) ?? []), l]);
    const batch = Math.min(...[...groups.values()].map(([l]) => Number(l.resolved.get("batch"))));
    this.#from = Math.min(this.#from, Math.floor((batch - 1) / SHOWN) * SHOWN);
    const strips = [...groups.values()].map((group) => {
      const at = Math.min(step, group[0].steps - 1);
      return { group, at, sheet: group[0].run?.pictures.batch(at, this.#from - (this.#from % PAGE)) };
    });
    const names = strips.map(({ group, at, sheet }) => `${group.map((l) => l.letter)} ${at} ${sheet?.list.sprite}`);
    const drawn = `${this.#from} ${names.join()}`;
    if (strips.some((s) => !s.sheet)) return;
    if (drawn !== this.#drawn) this.#show(strips.flatMap(({ group, sheet }) => (sheet ? [{ group, sheet }] : [])), lanes.length, step, batch);
    this.#drawn = drawn;
    if (!this.#turned) return;
    this.#turned = false;
    this.page.say(this.unit.textContent ?? "");
    this.page.keep({ images: this.#from || undefined });
  }

  /** @param {{ group: Lane[], sheet: Sheet }[]} strips @param {number} lanes @param {number} step @param {number} batch */
  #show(strips, lanes, step, batch) {
    this.#shown = strips;
    const last = Math.min(this.#from + SHOWN, batch) - 1;
    this.unit.textContent = `images ${this.#from} to ${last} of ${batch}, step ${step}${lanes > 1 && strips.length === 1 ? ", the same in every lane" : ""}`;
    this.root.replaceChildren(...strips.flatMap(({ group, sheet }) => this.#strip(sheet, strips.length > 1 ? group : [], last)));
    this.#cursor.drawn(this.sentence());
    this.page.drawn(this.figure);
  }

  /** No step has run, of these lanes. */
  #none() {
    if (!this.#drawn) return;
    this.#drawn = "";
    this.#shown = [];
    this.unit.textContent = "";
    this.root.replaceChildren(element("p", "aside", "shown with the first step")); // as the server's page has it
    this.#cursor.drawn(this.sentence());
    this.page.drawn(this.figure);
  }

  /** What is shown, or a part of it: rows of the batch, and whose images they are. */
  #rows(strips = this.#shown) {
    return strips.flatMap(({ group, sheet }) => {
      const first = this.#from - sheet.list.from;
      return sheet.list.images.slice(first, first + SHOWN).map((m, i) => ({ whose: whose(group), row: this.#from + i, ...m }));
    });
  }

  /** One paragraph about the images. */
  sentence() {
    const rows = this.#rows();
    return rows.length ? `${this.unit.textContent?.replace("i", "I")}: ${rows.map((r) => r.name).join(", ")}.` : "Not fetched yet.";
  }

  table(strips = this.#shown) {
    const several = this.#shown.length > 1;
    const rows = this.#rows(strips).map((r) => [...(several ? [r.whose] : []), r.row, r.image, r.name].map(String));
    return grid("Numbers: What the step trains on", [...(several ? ["lanes"] : []), "place in the batch", "image of the data", "class"], rows);
  }

  /** Files of each strip. @param {HTMLElement} numbers of all of them */
  files(numbers) {
    if (this.#shown.length === 1) return [taken(this.#shown[0].sheet.list.sprite, numbers, "batch")];
    return this.#shown.map((strip) => taken(strip.sheet.list.sprite, this.table([strip]), ["batch", ...strip.group.map((l) => l.letter)].join("-"), whose(strip.group)));
  }

  /** The step whose images are shown: while a run is followed it stands still for a while. @param {boolean} moving @param {number} shown */
  #step(moving, shown) {
    const now = performance.now();
    if (moving && this.#held.step >= 0 && shown >= this.#held.step && now < this.#held.until) return this.#held.step;
    clearTimeout(this.#timer);
    this.#held = { step: shown, until: now + STAY };
    if (moving) this.#timer = window.setTimeout(() => this.#redraw(), STAY + 50);
    return shown;
  }

  /** @param {Sheet} sheet @param {Lane[]} lanes that it belongs to, where there are others @param {number} last */
  #strip(sheet, lanes, last) {
    const list = element("ul", "strip");
    list.setAttribute("aria-label", "Images of the batch");
    list.append(rowNames(sheet));
    for (let i = this.#from; i <= last; i++) list.append(face(sheet, i - sheet.list.from));
    return lanes.length ? [element("p", "aside", whose(lanes)), list] : [list];
  }
}
