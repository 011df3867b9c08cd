// What the reader does, and what it means.

import { watch } from "./drafts.js";
import { all, one } from "./elements.js";
import { lookAt } from "./look.js";
import { wireTips } from "./tips.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {Desk} desk */
export function wire(desk) {
  const { main } = desk;
  watch(main);
  main.addEventListener("change", (e) => {
    const input = /** @type {HTMLInputElement | HTMLSelectElement} */ (e.target);
    if (input.dataset.key) desk.change(input.dataset.key, input.value.trim());
  });
  main.addEventListener("submit", (e) => submitted(desk, e));
  main.addEventListener("click", (e) => clicked(desk, e));
  main.addEventListener("toggle", () => desk.noted(), true);
  one(main, "[data-more]")?.addEventListener("toggle", () => desk.draw());
  wireBar(desk);
  const controls = one(main, ".controls");
  wireTips(controls);
  matchMedia("(min-width: 768px)").addEventListener("change", (e) => {
    if (e.matches && controls?.matches(":popover-open")) controls.hidePopover();
  });
}

/** @param {Desk} desk */
function wireBar(desk) {
  const { root } = desk.bar;
  root.addEventListener("submit", (e) => e.preventDefault());
  root.addEventListener("click", (e) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest("[data-action]"));
    const action = button?.dataset.action;
    if (!action || action === "run") return; // which the form submits
    e.preventDefault();
    desk.order(action);
  });
}

/** A form: the settings, a switch, an order to a run of the list. @param {Desk} desk @param {SubmitEvent} e */
function submitted(desk, e) {
  const form = /** @type {HTMLFormElement} */ (e.target);
  if (form.matches("[data-leads]")) return; // to another page
  e.preventDefault();
  const by = /** @type {HTMLButtonElement | null} */ (e.submitter);
  if (by?.dataset.switch) desk.change(by.dataset.switch, by.value);
  const { of, order } = form.dataset;
  if (of && order) desk.orderOf(of, order);
  if (by?.dataset.action === "run") desk.run();
}

/** A button of a figure. @param {Desk} desk @param {MouseEvent} e */
function clicked(desk, e) {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest("[data-numbers], button[data-order], [data-slow-open], [data-each], [data-seeds], [data-remove], [data-look]"));
  if (!button) return;
  if (button.dataset.look) lookAt(button.dataset.look);
  else if (button.dataset.order !== undefined) {
    const alike = button.getAttribute("aria-pressed") !== "true";
    desk.see({ order: alike ? "alike" : undefined });
    desk.enqueue(() => desk.arrange(alike));
  } else if (button.dataset.slowOpen !== undefined) desk.enqueue(() => desk.slowly());
  else if (button.dataset.each !== undefined) {
    desk.see({ seeds: desk.seeds ? undefined : "each" });
    desk.figures.thin();
    for (const chart of all(desk.main, ".chart")) desk.behind.again(chart); // its files are others
  } else if (button instanceof HTMLAnchorElement) {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return; // a page of its own
    e.preventDefault();
    const { remove } = button.dataset;
    desk.enqueue(() => (remove === undefined ? desk.orders.seeds(button.getAttribute("aria-label") ?? "") : desk.orders.remove(remove)));
  } else {
    desk.behind.show(button, button.getAttribute("aria-expanded") !== "true");
    desk.noted();
  }
}
