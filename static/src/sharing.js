// The panel Share as the page sees it: its script comes when it is opened first, and what
// the server says in it anew waits until it is closed, since ticks in it stay until then.

export class Sharing {
  /** @type {{ refresh(): void } | undefined} */
  #wired;
  /** What the panel says has become old while it was open. */
  #stale = false;

  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    const panel = /** @type {HTMLElement | null} */ (document.querySelector("[data-share]"));
    panel?.addEventListener("beforetoggle", (e) => void this.#toggled(panel, /** @type {ToggleEvent} */ (e).newState === "open"));
  }

  /** The view has changed. */
  refresh() {
    this.#wired?.refresh();
  }

  /** The server has more to say in the panel. Whether that may be shown at once. */
  outdate() {
    this.#stale ||= Boolean(document.querySelector("#share:popover-open"));
    return !this.#stale;
  }

  /** @param {HTMLElement} panel @param {boolean} open */
  async #toggled(panel, open) {
    if (!open) {
      if (this.#stale) this.desk.renew(["share"]);
      this.#stale = false;
      return;
    }
    try {
      this.#wired ??= (await import(panel.dataset.share ?? "")).wire(panel, () => this.desk.view());
      this.refresh();
    } catch {
      this.desk.bar.note("The panel's script does not come; links and forms in it work without.");
    }
  }
}
