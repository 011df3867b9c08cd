// The way from the words of a story to a figure that it names.

/** Brings a figure into view, below the bar, and the keyboard to its plot; the view that a link would have stays as it is. @param {string} id of the figure */
export function lookAt(id) {
  const figure = document.getElementById(id);
  if (!figure) return;
  const fold = figure.closest("details");
  if (fold) fold.open = true;
  const plot = /** @type {HTMLElement | null} */ (figure.querySelector('[tabindex="0"]'));
  if (!plot) figure.tabIndex = -1; // nothing has been run that it could draw
  (plot ?? figure).focus({ preventScroll: true });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  figure.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}
