// The tip over a setting goes with Escape and with a change, and comes back with another setting.

/** @param {Element | null} controls */
export function wireTips(controls) {
  let silent = "";
  const named = (/** @type {Event} */ e) => /** @type {Element} */ (e.target).closest("[data-field]")?.getAttribute("data-field") ?? "";
  const hush = (/** @type {Event} */ e) => {
    silent = named(e);
    controls?.classList.add("undocumented");
  };
  controls?.addEventListener("keydown", (e) => /** @type {KeyboardEvent} */ (e).key === "Escape" && hush(e));
  controls?.addEventListener("change", hush);
  for (const back of ["focusin", "pointerover"]) controls?.addEventListener(back, (e) => named(e) !== silent && controls.classList.remove("undocumented"));
}
