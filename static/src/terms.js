// A term of the formula that is pointed at or has the focus shows what it is about: its
// parts of the picture of the branches, its arrows on the spheres, its curve in the charts.

/** @typedef {"positive" | "negative" | "own"} Role */

export class Terms {
  /** The term under the pointer, and the one that is shown. @type {HTMLElement | null} */
  #pointed = null;
  /** @type {HTMLElement | null} */
  #shown = null;

  /**
   * @param {HTMLElement} region of formula and picture; what is in it may be written anew at any time
   * @param {(role: Role | undefined) => void} light shows a role alone in the figures, or all again
   */
  constructor(region, light) {
    this.region = region;
    this.light = light;
    region.addEventListener("pointerover", (e) => this.#point(termAt(/** @type {Element} */ (e.target))));
    region.addEventListener("pointerleave", () => this.#point(null));
    for (const event of ["focusin", "focusout"]) region.addEventListener(event, () => this.#show());
    new MutationObserver(() => this.#point(null)).observe(region, { childList: true }); // what was pointed at is gone
  }

  /** @param {HTMLElement | null} term */
  #point(term) {
    this.#pointed = term;
    this.#show();
  }

  #show() {
    const focused = document.activeElement;
    const term = this.#pointed ?? (focused && this.region.contains(focused) ? termAt(focused) : null);
    if (term === this.#shown) return;
    this.#shown = term;
    const role = /** @type {Role | undefined} */ (term?.dataset.in?.split(" ")[0]);
    for (const e of /** @type {NodeListOf<HTMLElement>} */ (this.region.querySelectorAll("[data-in]"))) {
      const about = e.dataset.term ? e.dataset.term === term?.dataset.term : (e.dataset.in ?? "").split(" ").includes(role ?? "");
      e.classList.toggle("about", term !== null && about);
    }
    this.light(role);
  }
}

/** @param {Element} e @returns {HTMLElement | null} */
const termAt = (e) => e.closest("[data-term]");
