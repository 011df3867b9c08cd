// One step in slow motion: the stages of the last lane's step one after another, each
// with the numbers that this very step has recorded, the part of the picture and of
// the formula that it is about, and the arrows that it adds to the sphere.

import { element } from "./elements.js";
import { face, rowNames } from "./strips.js";
import { number } from "./words.js";

/** @typedef {import("./lane.js").Lane} Lane */

/** Images of the batch that the first stage shows. */
const FACES = 6;

/**
 * Whose arrows the sphere shows at a stage: they appear with their own.
 * @param {string[]} stages in order @param {string} stage
 * @returns {import("./sphere.js").Part[]}
 */
export function arrowsAt(stages, stage) {
  const at = stages.indexOf(stage);
  return /** @type {const} */ (["positive", "negative"]).filter((part) => at < 0 || (stages.includes(part) && stages.indexOf(part) <= at));
}

export class Slow {
  /** The stage that is shown; empty: closed. */
  stage = "";
  #drawn = "";
  #redraw = () => {};

  /** @param {HTMLElement} root @param {HTMLElement} main @param {import("./inside.js").Page} page */
  constructor(root, main, page) {
    this.root = root;
    this.main = main;
    this.page = page;
    root.addEventListener("click", (e) => this.#click(/** @type {Element} */ (e.target)));
    root.addEventListener("keydown", (e) => this.#key(e));
    document.addEventListener("keydown", (e) => {
      if (e.key === "Escape" && this.stage && !e.defaultPrevented && !document.querySelector(":popover-open")) this.show("");
    });
  }

  /** The stages that there are, in order. */
  get items() {
    return /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll("[data-stage]")]);
  }

  get stages() {
    return this.items.map((e) => e.dataset.stage ?? "");
  }

  /** Opens at the first stage. */
  open() {
    this.show(this.stages[0]);
    this.root.focus({ preventScroll: true });
  }

  /** Shows a stage, or closes. @param {string} stage */
  show(stage) {
    if (stage === this.stage) return;
    const at = document.activeElement;
    const here = at === document.body || this.root.contains(at);
    this.take(stage);
    this.page.stage(stage || undefined);
    if (stage) this.#look();
    else if (here) /** @type {HTMLElement | null} */ (this.main.querySelector("[data-slow-open]"))?.focus({ preventScroll: true }); // where it begins again
  }

  /** Takes a stage as the link says it; one that there is not closes. @param {string} stage */
  take(stage) {
    this.stage = this.stages.includes(stage) ? stage : "";
    this.#redraw();
  }

  /** @param {Lane | undefined} lane whose stages these are @param {boolean} several whether there are other kinds of lanes @param {number} shown */
  draw(lane, several, shown) {
    this.#redraw = () => this.draw(lane, several, shown);
    if (this.stage && !this.stages.includes(this.stage)) return this.show(""); // other settings have other stages
    const { stage, stages } = this;
    if (!stage && !this.root.classList.contains("open")) return;
    this.root.classList.toggle("open", stage !== "");
    document.body.classList.toggle("slowly", stage !== "");
    this.page.spheres?.only(arrowsAt(stages, stage));
    for (const e of this.main.querySelectorAll("[data-in]")) e.classList.toggle("lit", stage !== "" && (e.getAttribute("data-in") ?? "").split(" ").includes(stage));
    if (!stage || !lane) {
      this.#drawn = "";
      return;
    }
    this.items.forEach((e) => {
      const on = e.dataset.stage === stage;
      e.classList.toggle("current", on);
      const button = e.querySelector("[data-stage-to]");
      if (on) button?.setAttribute("aria-current", "step");
      else button?.removeAttribute("aria-current");
    });
    const at = stages.indexOf(stage);
    this.#button("-1").disabled = at === 0;
    this.#button("1").disabled = at === stages.length - 1;
    this.#numbers(lane, shown);
    this.#faces(lane, shown);
    this.#arrows(lane, shown);
    const where = `${several ? `${lane.letter}, ` : ""}step ${shown}, stage ${at + 1} of ${stages.length}`;
    const drawn = `${where} ${stage}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const unit = this.root.querySelector("[data-slow-step]");
    if (unit) unit.textContent = where;
    const live = this.root.querySelector("[data-slow-live]");
    if (live) live.textContent = `${this.items[at].querySelector(".plain")?.textContent}, stage ${at + 1} of ${stages.length}. ${this.items[at].querySelector(".stage > p")?.textContent} ${this.#said(at)}`;
  }

  /** @param {string} way @returns {HTMLButtonElement} */
  #button(way) {
    return /** @type {HTMLButtonElement} */ (this.root.querySelector(`[data-stage-go="${way}"]`));
  }

  /** The numbers of a stage in words. @param {number} at */
  #said(at) {
    return [...this.items[at].querySelectorAll("[data-number]:not([hidden])")].map((e) => `${e.querySelector("dt")?.textContent} ${e.querySelector("dd")?.textContent}`).join(", ");
  }

  /** What this very step has measured; nothing stands where it has not. @param {Lane} lane @param {number} step */
  #numbers(lane, step) {
    for (const e of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-number]"))) {
      const value = lane.log.at(e.dataset.number ?? "", step);
      e.hidden = Number.isNaN(value);
      const cell = e.querySelector("dd");
      const text = e.hidden ? "" : number(value);
      if (cell && cell.textContent !== text) cell.textContent = text;
    }
  }

  /** The first images of the batch. @param {Lane} lane @param {number} step */
  #faces(lane, step) {
    const root = /** @type {HTMLElement | null} */ (this.stage === "views" ? this.root.querySelector("[data-faces]") : null);
    const sheet = root && lane.run?.pictures.batch(Math.min(step, lane.steps - 1), 0);
    if (!root || !sheet || root.dataset.sprite === sheet.list.sprite) return;
    root.dataset.sprite = sheet.list.sprite;
    const list = element("ul", "strip");
    list.setAttribute("aria-label", "First images of the batch");
    list.append(rowNames(sheet), ...sheet.list.images.slice(0, FACES).map((_, i) => face(sheet, i)));
    root.replaceChildren(list);
  }

  /** Where the sphere's arrows are of an earlier step, says so. @param {Lane} lane @param {number} step */
  #arrows(lane, step) {
    const p = /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-stage="${this.stage}"] [data-arrows]`));
    const measured = lane.log.frame("sphere", step)?.step;
    if (!p) return;
    p.hidden = measured === undefined || measured === step;
    if (p.hidden || p.dataset.step === String(measured)) return;
    p.dataset.step = String(measured);
    const button = /** @type {HTMLButtonElement} */ (element("button", "quiet", `go to step ${measured}`));
    button.type = "button";
    button.dataset.goto = String(measured);
    p.replaceChildren(`The sphere shows the arrows of step ${measured}, the last that measured them.`, button);
  }

  /** Brings what the stage is about into sight, where it is not. */
  #look() {
    const about = arrowsAt(this.stages, this.stage).length ? "[data-spheres]" : ".diagram";
    const part = this.main.querySelector(about);
    const box = part?.getBoundingClientRect();
    const foot = this.root.getBoundingClientRect().top;
    if (!box || (box.top >= 0 && box.top < foot - 120)) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    part?.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }

  /** @param {number} by */
  #by(by) {
    const { stages } = this;
    this.show(stages[Math.max(0, Math.min(stages.length - 1, stages.indexOf(this.stage) + by))]);
  }

  /** @param {Element} at */
  #click(at) {
    const button = at.closest("button");
    if (!button) return;
    const { stageGo, stageTo, goto } = button.dataset;
    if (stageGo === "close") this.show("");
    else if (stageGo) this.#by(Number(stageGo));
    else if (stageTo) this.show(stageTo);
    else if (goto) this.page.go(Number(goto));
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || !this.stage) return;
    /** @type {Record<string, () => void>} */
    const does = {
      ArrowLeft: () => this.#by(-1), ArrowRight: () => this.#by(1), ArrowUp: () => this.#by(-1), ArrowDown: () => this.#by(1),
      Home: () => this.#by(-Infinity), End: () => this.#by(Infinity), Escape: () => this.show(""),
    };
    if (!does[e.key]) return;
    e.preventDefault();
    does[e.key]();
  }
}
