// How much held-out images look like each other to the encoder: their classes show
// as blocks along the diagonal, where the encoder has found them.

import { HeatMap, summary } from "./heatmap.js";
import { value } from "./wire.js";
import { number } from "./words.js";

/** @typedef {import("./wire.js").Frame} Frame */

export class Likeness extends HeatMap {
  subject = "Likeness of held-out images";
  over = "images";
  heads = ["image", "with itself", "most like", "cosine", "mean |cosine|"];

  /** @param {Frame} f */
  extent(f) {
    return `${f.rows} held-out images by class`;
  }

  sentence() {
    const f = this.frame;
    if (!f) return "Not measured yet.";
    const s = summary(f);
    return `mean |cosine| of two images ${number(s.mean)}, most alike ${s.at[0]} and ${s.at[1]} with ${number(s.most)}`;
  }

  /** @param {Frame} f @param {[number, number]} at */
  element(f, [i, j]) {
    return `images ${i} and ${j}: cosine ${number(value(f, i, j))}`;
  }
}
