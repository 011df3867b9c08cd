// What the reader has begun in a form and not entered yet: digits typed, a slider that is
// held. Answers of the server to earlier changes come in the midst of it, and leave it there.

import { all } from "./elements.js";

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

/** Controls that the reader has edited. One of a setting is no longer among them when its change is told. @type {WeakSet<EventTarget>} */
const edited = new WeakSet();
/** Those that stand in the place of an edited one: of them the browser does not know that there is a change to tell. @type {WeakSet<EventTarget>} */
const carried = new WeakSet();

/** Until the slider under the pointer is let go. */
let free = /** @type {Promise<void>} */ (Promise.resolve());
let letGo = () => {};

/** Resolves when no slider is held. */
export const released = () => free;

/** Watches what the reader edits below an element. @param {HTMLElement} root */
export function watch(root) {
  root.addEventListener("input", (e) => e.target && edited.add(e.target));
  root.addEventListener("change", ({ target }) => isSetting(target) && edited.delete(target));
  root.addEventListener("focusout", ({ target }) => {
    tell(target);
    if (isSetting(target)) edited.delete(target); // edited back to what it was
  });
  root.addEventListener("keydown", ({ key, target }) => key === "Enter" && tell(target));
  root.addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "range") return;
    letGo();
    free = new Promise((resolve) => (letGo = resolve));
  });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => setTimeout(letGo)); // its change comes first
}

/**
 * What is begun in a region, which is about to be replaced; afterwards the result puts it
 * into the new one, where that asks the same.
 * @param {Element} region
 */
export function begun(region) {
  const drafts = all(region, "input[id], select[id]").filter((e) => edited.has(e)).map((e) => {
    const { id, value, form, dataset } = /** @type {Control} */ (e);
    delete dataset.key; // a browser that takes it away may say that it has changed
    return { id, value, action: form?.getAttribute("action") };
  });
  return () => {
    for (const { id, value, action } of drafts) {
      const control = /** @type {Control | null} */ (document.getElementById(id));
      if (!control || control.form?.getAttribute("action") !== action) continue;
      control.value = value;
      edited.add(control);
      carried.add(control);
    }
  };
}

/** @param {EventTarget | null} e @returns {e is Control} */
const isSetting = (e) => e instanceof HTMLElement && e.dataset.key !== undefined;

/** Tells of a change that the browser does not know of. @param {EventTarget | null} e */
function tell(e) {
  if (isSetting(e) && edited.has(e) && carried.has(e)) e.dispatchEvent(new Event("change", { bubbles: true }));
}
