// Images read by keyboard, one after the other: the one under the cursor is marked and said.

import { describe, element } from "./elements.js";

export class FaceCursor {
  /** Which of the faces; -1: none. */
  #at = -1;
  #summary = element("p", "visually-hidden");

  /**
   * @param {HTMLElement} root where the faces stand, each with what it says in data-said
   * @param {string} name @param {(text: string) => void} say
   */
  constructor(root, name, say) {
    this.root = root;
    this.say = say;
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-roledescription", "images");
    root.setAttribute("aria-label", `${name}. Arrow keys read the images.`);
    root.before(this.#summary);
    describe(root, this.#summary);
    root.addEventListener("keydown", (e) => this.#key(e));
    root.addEventListener("blur", () => this.#mark(-1));
  }

  /** Other faces are there. @param {string} summary of them */
  drawn(summary) {
    if (this.#summary.textContent !== summary) this.#summary.textContent = summary;
    this.#mark(Math.min(this.#at, this.#faces().length - 1));
  }

  #faces() {
    return /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll("[data-said]")]);
  }

  /** @param {number} at */
  #mark(at) {
    this.#at = at;
    this.#faces().forEach((face, i) => face.classList.toggle("at", i === at));
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const faces = this.#faces();
    const last = faces.length - 1;
    const to = { ArrowRight: this.#at + 1, ArrowDown: this.#at + 1, ArrowLeft: this.#at - 1, ArrowUp: this.#at - 1, Home: 0, End: last, Escape: this.#at < 0 ? undefined : -1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    this.#mark(e.key === "Escape" ? -1 : Math.max(0, Math.min(last, to)));
    this.say(faces[this.#at]?.dataset.said ?? (last < 0 ? (this.root.textContent ?? "") : ""));
    faces[this.#at]?.scrollIntoView({ block: "nearest" });
  }
}

/**
 * Links to what a figure of images shows: the pictures as the server has drawn them, and its table.
 * @param {string} sprite @param {HTMLElement} numbers that have it @param {string} name of the file
 */
export function taken(sprite, numbers, name) {
  const lines = [...numbers.querySelectorAll("tr")].map((row) => [...row.children].map((c) => (/[",\n]/.test(c.textContent ?? "") ? `"${c.textContent?.replaceAll('"', '""')}"` : c.textContent)).join(","));
  const p = element("p", "links");
  for (const [format, href] of [["PNG", sprite], ["CSV", `data:text/csv;base64,${btoa(String.fromCharCode(...new TextEncoder().encode(lines.join("\n") + "\n")))}`]]) {
    const a = Object.assign(document.createElement("a"), { href, textContent: format, download: format === "CSV" ? `${name}.csv` : "" });
    if (format === "PNG") a.removeAttribute("download");
    p.append(a);
  }
  return p;
}
