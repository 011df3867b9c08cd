// A held-out image and those most like it to the encoder, with the initial weights
// and at the step that is shown, by the frames of the likeness.

import { element } from "./elements.js";
import { FaceCursor, taken } from "./facecursor.js";
import { grid } from "./numbers.js";
import { nearby } from "./strips.js";

/** @typedef {import("./lane.js").Lane} Lane @typedef {import("./wire.js").Frame} Frame @typedef {import("./pictures.js").Sheet} Sheet */

const K = 8;

/**
 * The images most like one, the most alike first; of those as alike, the one that comes first.
 * @param {Frame} f @param {number} i
 */
export function nearestTo(f, i, k = K) {
  return Array.from({ length: f.cols }, (_, j) => j)
    .filter((j) => j !== i)
    .sort((a, b) => f.data[i * f.cols + b] - f.data[i * f.cols + a] || a - b)
    .slice(0, k)
    .map((j) => ({ image: j, cosine: f.scale * f.data[i * f.cols + j] }));
}

export class Neighbours {
  /** The image that is looked at, by its place in the frame. */
  picked = 0;
  #class = -1;
  /** A link has said which image; the anchor's class does not choose another before it is another. */
  #told = false;
  #drawn = "";
  /** What is compared: a lane's first frame, and that of the step. @type {{ lane: Lane, frame: Frame }[]} */
  #rows = [];
  /** @type {Sheet | undefined} */
  #sheet;
  #redraw = () => {};
  #near;
  #cursor;

  /** @param {HTMLElement} figure @param {import("./inside.js").Page} page */
  constructor(figure, page) {
    this.figure = figure;
    this.page = page;
    this.#near = nearby(figure, () => this.#redraw());
    this.root = /** @type {HTMLElement} */ (figure.querySelector("[data-rows]"));
    this.unit = /** @type {HTMLElement} */ (figure.querySelector("[data-neighbours-unit]"));
    figure.addEventListener("click", (e) => {
      const turn = /** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest("[data-turn]"))?.dataset.turn;
      if (turn) this.#turn(turn);
    });
    this.#cursor = new FaceCursor(this.root, "Nearest neighbours", page.say);
  }

  /** Shows the neighbours of a link's image; undefined: the link leaves it to the anchor. @param {number | undefined} image */
  take(image) {
    this.picked = image ?? 0;
    this.#told = image !== undefined;
    this.#class = -1;
    this.#redraw();
  }

  /**
   * @param {Lane[]} lanes @param {number} shown
   * @param {import("./sphere.js").Sphere | undefined} sphere whose anchor's class is followed
   */
  draw(lanes, shown, sphere) {
    this.#redraw = () => this.draw(lanes, shown, sphere);
    this.#follow(sphere); // also out of sight: what the reader turns to comes after it
    const able = lanes.filter((l) => l.run && l.log.length && l.log.matrices.some((m) => m.name === "likeness"));
    if (!able.length) return this.#none(lanes.some((l) => l.log.length) ? "not measured: the interval of kNN is 0" : "not measured yet");
    if (shown < 0 || !this.#near()) return;
    this.#sheet = able[0].run?.pictures.heldOut();
    const rows = able.flatMap((l) => {
      const [before, now] = [l.log.frame("likeness", 0), l.log.frame("likeness", shown)];
      if (before?.step !== 0) l.run?.recall.want(0); // a late viewer has the newest frames only
      return before?.step === 0 && now ? (now === before ? [{ lane: l, frame: before }] : [{ lane: l, frame: before }, { lane: l, frame: now }]) : [];
    });
    this.#follow(sphere);
    const drawn = `${this.picked} ${this.#sheet?.list.sprite} ${rows.map((r) => `${r.lane.query} ${r.frame.step}`)}`;
    if (!this.#sheet || !rows.length || drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { images } = this.#sheet.list;
    this.picked = Math.min(this.picked, images.length - 1);
    const mine = images[this.picked];
    this.unit.textContent = `of held-out image ${this.picked} of ${images.length}, ${mine.name}`;
    this.#rows = rows;
    const me = element("div", "picked");
    me.dataset.said = `image ${this.picked}, ${mine.name}, whose neighbours these are`;
    me.append(this.#sheet.picture(this.picked, 0, `${mine.name}, held-out image ${this.picked}`), element("span", "", mine.name));
    const sets = element("div", "rows");
    sets.append(...rows.flatMap(({ lane, frame }) => this.#row(/** @type {Sheet} */ (this.#sheet), frame, lanes.length > 1 ? `${lane.letter}, ` : "")));
    const all = element("div", "likes");
    all.append(me, sets);
    this.root.replaceChildren(all);
    this.#cursor.drawn(this.sentence());
    this.page.drawn(this.figure);
  }

  /** There are no neighbours, of these lanes. @param {string} why */
  #none(why) {
    if (this.#drawn === why) return;
    this.#drawn = why;
    this.#rows = [];
    this.#sheet = undefined;
    this.unit.textContent = "";
    this.root.replaceChildren(element("p", "aside", why));
    this.#cursor.drawn(this.sentence());
    this.page.drawn(this.figure);
  }

  /** One paragraph about the neighbours. */
  sentence() {
    return this.#rows.length ? `Neighbours ${this.unit.textContent}. ${[...this.root.querySelectorAll(".rows .aside")].map((p) => p.textContent).join("; ")}.` : "Not measured yet.";
  }

  table() {
    const images = this.#sheet?.list.images ?? [];
    const several = new Set(this.#rows.map((r) => r.lane)).size > 1;
    const rows = this.#rows.flatMap(({ lane, frame }) =>
      nearestTo(frame, this.picked).map(({ image, cosine }, i) => [...(several ? [lane.letter] : []), String(frame.step), String(i + 1), String(image), images[image]?.name ?? "", cosine.toFixed(2).replace("-", "−")]),
    );
    return grid("Numbers: Nearest neighbours", [...(several ? ["lane"] : []), "step", "rank", "held-out image", "class", "cosine"], rows);
  }

  /** @param {HTMLElement} numbers */
  files(numbers) {
    return this.#sheet ? [taken(this.#sheet.list.sprite, numbers, "neighbours")] : [];
  }

  /** @param {Sheet} sheet @param {Frame} frame @param {string} letter */
  #row(sheet, frame, letter) {
    const { images } = sheet.list;
    const mine = images[this.picked].class;
    const near = nearestTo(frame, this.picked);
    const alike = near.filter((n) => images[n.image].class === mine).length;
    const when = `${letter}${frame.step === 0 ? "initial weights" : `step ${frame.step}`}: ${alike} of ${near.length} of its class`;
    const list = element("ol", "strip");
    list.setAttribute("aria-label", when);
    list.append(
      ...near.map(({ image, cosine }, rank) => {
        const { name, class: c } = images[image];
        const said = cosine.toFixed(2).replace("-", "−");
        const cell = element("li", c === mine ? "face same" : "face");
        cell.append(sheet.picture(image, 0, `${name}, cosine ${said}`), element("span", "", c === mine ? `✓\u202f${said}` : said));
        cell.title = name;
        cell.dataset.said = `${when}. Number ${rank + 1}: image ${image}, ${name}, cosine ${said}`;
        return cell;
      }),
    );
    return [element("p", "aside", when), list];
  }

  /** A newly picked anchor chooses an image of its class. @param {import("./sphere.js").Sphere | undefined} sphere */
  #follow(sphere) {
    const c = sphere?.pickedClass ?? -1;
    if (!this.#sheet) return;
    if (c < 0 && (sphere?.picked ?? -1) < 0) this.#told = false; // there is no anchor to be known
    if (c === this.#class) return;
    this.#class = c;
    if (this.#told) {
      this.#told = false;
      return;
    }
    if (c < 0) return this.page.keep({ near: this.picked || undefined }); // the anchor is gone, and its image stays
    const first = this.#sheet.list.images.findIndex((m) => m.class === c);
    if (first < 0 || this.#sheet.list.images[this.picked]?.class === c) return;
    this.picked = first;
    this.page.keep({ near: undefined }); // a link has the anchor, which says it
  }

  /** @param {string} turn */
  #turn(turn) {
    const images = this.#sheet?.list.images;
    if (!images) return;
    const n = images.length;
    if (turn === "class") {
      const next = images.findIndex((m, i) => i > this.picked && m.class !== images[this.picked].class);
      this.picked = Math.max(0, next);
    } else this.picked = (this.picked + Number(turn) + n) % n;
    this.page.keep({ near: this.#class < 0 ? this.picked || undefined : this.picked });
    this.#redraw();
    this.page.say(`${this.unit.textContent}. ${[...this.root.querySelectorAll(".rows .aside")].map((p) => p.textContent).join("; ")}`);
  }
}
