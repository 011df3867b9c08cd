// Who pushes whom: a row for each anchor, a column for each other sample, as the
// root of its share of the anchor's negative term.

import { element } from "./elements.js";
import { colourBar, HeatMap } from "./heatmap.js";
import { grid } from "./numbers.js";
import { value } from "./wire.js";
import { percent } from "./words.js";

/** @typedef {import("./wire.js").Frame} Frame */

/** Share of a sample in an anchor's push, 0 to 1. @param {Frame} f @param {number} i @param {number} j */
export const share = (f, i, j) => value(f, i, j) ** 2;

/** How many samples make half of what is shown of a row; 0 where nothing is. @param {Frame} f @param {number} i */
export function half(f, i) {
  const shares = Float64Array.from({ length: f.cols }, (_, j) => share(f, i, j)).sort().reverse();
  const whole = shares.reduce((a, b) => a + b, 0);
  let sum = 0;
  if (whole > 0) for (let n = 0; n < shares.length; n++) if ((sum += shares[n]) >= whole / 2) return n + 1;
  return 0;
}

/**
 * The image of a column, and whether in the other view than the anchor's; nothing for a member of a bank, which is of another batch.
 * @param {string} over what the columns are, as the schema says
 * @param {Frame} f @param {number} j
 */
export function member(over, f, j) {
  if (over === "bank") return undefined;
  const other = over === "other view" || (over === "both views" && j < f.cols / 2);
  return { other, image: over === "both views" && !other ? j - f.cols / 2 : j };
}

/**
 * What a column is, for an anchor.
 * @param {string} over what the columns are, as the schema says
 * @param {Frame} f @param {number} i @param {number} j
 */
export function sample(over, f, i, j) {
  const m = member(over, f, j);
  if (!m) return `member of the bank, number ${j + 1} by weight`;
  const { image, other } = m;
  if (image === i) return other ? "its own positive" : "itself";
  return `image ${image} in the ${other ? "other" : "same"} view`;
}

/** The largest element in size. @param {Frame} f */
const heaviest = (f) => f.scale * f.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

export class Shares extends HeatMap {
  subject = "Who pushes whom";
  over = "anchors and samples";
  /** What the columns are. */
  columns = "";
  /** Of this map alone: its colours end where its shares do. */
  #bar = element("div", "colourbar");
  #end = NaN;

  /** @param {(text: string) => void} say */
  constructor(say) {
    super(say);
    this.#bar.setAttribute("aria-hidden", "true"); // the sentence has the end
    this.root.append(this.#bar);
  }

  /** @param {Frame | undefined} frame @param {string} name @param {number | undefined} floor */
  draw(frame, name, floor) {
    super.draw(frame, name, floor);
    const end = frame ? heaviest(frame) : 0;
    if (end === this.#end) return;
    this.#end = end;
    if (end) colourBar(this.#bar, [`pull ${percent(end ** 2)}`, `push ${percent(end ** 2)}`]);
    else this.#bar.replaceChildren();
  }

  /** Shares are small where many push: the heaviest has the last colour. @param {Frame} f */
  end(f) {
    return heaviest(f) || 1;
  }

  /** @param {Frame} f */
  extent(f) {
    return `${f.rows} anchors, ${f.cols} samples`;
  }

  sentence() {
    const f = this.frame;
    if (!f) return "Not measured yet.";
    const halves = Array.from({ length: f.rows }, (_, i) => half(f, i)).filter((n) => n > 0);
    if (!halves.length) return "nothing pushes";
    const mean = halves.reduce((a, b) => a + b, 0) / halves.length;
    return `half of an anchor's push comes from ${mean.toFixed(1)} samples on average; the darkest has ${percent(heaviest(f) ** 2)}`;
  }

  /** @param {Frame} f @param {[number, number]} at */
  element(f, [i, j]) {
    const does = f.data[i * f.cols + j] < 0 ? "of the pull" : "of the push";
    return `anchor ${i}: ${percent(share(f, i, j))} ${does} is due to ${sample(this.columns, f, i, j)}; half of it to ${half(f, i)} samples`;
  }

  /** The heaviest samples of every anchor. */
  table() {
    const f = this.frame;
    if (!f) return element("div", "scroll");
    const shown = 3;
    const rows = Array.from({ length: f.rows }, (_, i) => {
      const order = Array.from({ length: f.cols }, (_, j) => j).sort((a, b) => share(f, i, b) - share(f, i, a) || a - b);
      const cell = (/** @type {number} */ j) => `${sample(this.columns, f, i, j)}: ${f.data[i * f.cols + j] < 0 ? "pulls " : ""}${percent(share(f, i, j))}`;
      return [String(i), String(half(f, i)), ...order.slice(0, shown).map(cell)];
    });
    return grid(`Numbers: ${this.subject}${this.name ? `, ${this.name}` : ""}`, ["anchor", "make half", "heaviest", "second", "third"], rows);
  }
}
