// The panel Share as the page sees it: its script comes when it is opened first, and what
// the server says in it anew waits until it is closed, since ticks in it stay until then.

import { all, one } from "./elements.js";

export class Sharing {
  /** @type {{ refresh(): void } | undefined} */
  #wired;
  /** Its script, and that it is wired. @type {Promise<void> | undefined} */
  #coming;
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

  /**
   * The server has more to say in the panel. Whether that may be shown at once: while the panel
   * is open it waits, but of other settings only where something is ticked.
   * @param {boolean} [others] it is about other settings
   */
  outdate(others = false) {
    const open = one(document, "#share:popover-open");
    const boxes = open ? /** @type {HTMLInputElement[]} */ (all(open, "input[type=checkbox]")) : [];
    this.#stale = open !== null && (!others || boxes.some((b) => b.checked !== b.defaultChecked));
    if (this.#stale && others) this.desk.bar.note("The panel Share keeps what you have ticked, and the settings before: close it to have the new ones.");
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
      this.#coming ??= import(panel.dataset.share ?? "").then((script) => void (this.#wired = script.wire(panel, () => this.desk.view())));
      await this.#coming;
      this.refresh();
    } catch {
      this.#coming = undefined;
      this.desk.bar.note("The panel's script does not come; links and forms in it work without.");
    }
  }
}
