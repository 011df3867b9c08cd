// What the page loads only when somebody wants to see it (inside.js).

/** @typedef {typeof import("./inside.js")} Module */

export class Lazy {
  /** @type {import("./inside.js").Inside | undefined} */
  inside;
  /** @type {Module | undefined} */
  module;
  /** @type {Promise<Module> | undefined} */
  #coming;

  /**
   * @param {string} url of the bundle
   * @param {HTMLElement} main
   * @param {import("./inside.js").Page} page
   * @param {() => void} changed called when it is there
   */
  constructor(url, main, page, changed) {
    this.url = url;
    this.main = main;
    this.page = page;
    this.changed = changed;
    const near = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && this.ask(), { rootMargin: "25%" });
    for (const figure of main.querySelectorAll("[data-batch], [data-neighbours]")) near.observe(figure);
  }

  /** Loads the bundle, if it can be had: the page works without. */
  ask() {
    this.wake().catch(() => {});
  }

  /** Loads the bundle, once. A load that fails may be tried again. */
  wake() {
    this.#coming ??= /** @type {Promise<Module>} */ (import(this.url)).then(
      (module) => {
        this.module = module;
        this.inside ??= new module.Inside(this.main, this.page);
        this.changed();
        return module;
      },
      (e) => {
        this.#coming = undefined;
        throw e;
      },
    );
    return this.#coming;
  }
}
