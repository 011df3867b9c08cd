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

/** Rows as CSV, in which minus is a hyphen: programs read it. @param {string[][]} rows */
export function csv(rows) {
  const cell = (/** @type {string} */ text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text.replaceAll("−", "-"));
  return rows.map((row) => `${row.map(cell).join(",")}\n`).join("");
}

/**
 * Links to what a figure of images shows: the pictures as the server has drawn them, and its table.
 * @param {string} sprite @param {HTMLElement} numbers that have it @param {string} name of the file
 * @param {string} [of] whose these are, where there are others
 */
export function taken(sprite, numbers, name, of) {
  const p = element("p", "links");
  const row = of ? element("span", "of", `${of}:`) : p;
  if (row !== p) p.append(row);
  const cells = [...numbers.querySelectorAll("tr")].map((tr) => [...tr.children].map((c) => c.textContent ?? ""));
  const table = btoa(String.fromCharCode(...new TextEncoder().encode(csv(cells))));
  row.append(
    Object.assign(document.createElement("a"), { textContent: "PNG", href: sprite }),
    Object.assign(document.createElement("a"), { textContent: "CSV", href: `data:text/csv;base64,${table}`, download: `${name}.csv` }),
  );
  if (of) for (const a of row.children) a.setAttribute("aria-label", `${a.textContent} of ${of}`);
  return p;
}
