// Regions that another page of the lab has as well: what forms, formulas and diagrams
// say for other settings is written by the server, and taken over from there.

import { begun } from "./drafts.js";
import { all } from "./elements.js";

/**
 * Takes over regions of another page; focus, what the reader has unfolded and what he has begun to enter stay.
 * @param {Document} doc @param {string[]} names
 */
export function replaceRegions(doc, names) {
  const again = focused();
  for (const name of names) {
    const here = document.querySelector(`[data-region="${name}"]`);
    const there = doc.querySelector(`[data-region="${name}"]`);
    if (!here || !there) continue;
    const open = new Set(all(here, "details[open]").map(titleOf));
    const resume = begun(here);
    here.replaceChildren(...there.childNodes);
    resume();
    for (const d of all(here, "details")) if (open.has(titleOf(d))) d.setAttribute("open", "");
  }
  if (document.activeElement !== document.body) return;
  const e = again();
  if (e instanceof HTMLElement) e.focus({ preventScroll: true });
}

/** What of a page is unfolded goes by its title. @param {Element} details */
const titleOf = (details) => details.querySelector("summary")?.textContent?.trim() + (details.getAttribute("data-fold") ?? "");

/** How to find what has the focus when it is there anew: a slider by its setting, an order to a run by the run, others by their id, a method by its value. @returns {() => Element | null} */
function focused() {
  const e = document.activeElement;
  const id = e?.id ?? "";
  if (e instanceof HTMLInputElement && e.type === "range") {
    const field = e.closest("[data-field]")?.getAttribute("data-field");
    if (field) return () => document.querySelector(`[data-field="${field}"] input[type=range]`);
  }
  const run = e?.closest("[data-of]")?.getAttribute("data-of");
  if (run) return () => document.querySelector(`[data-of="${CSS.escape(run)}"] button`);
  if (id) return () => document.getElementById(id);
  const value = e instanceof HTMLInputElement ? e.value : "";
  return () => document.querySelector(`[data-method-form] input[value="${CSS.escape(value)}"]`);
}
