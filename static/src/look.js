// The way from the words of a story to a figure that it names.

/** Brings an element to the top of the window, below the bar; at once where the reader wants no motion. @param {Element} e */
export function bring(e) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  e.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}

/** Brings a figure into view, below the bar, and the keyboard to its plot; the view that a link would have stays as it is. @param {string} id of the figure */
export function lookAt(id) {
  const figure = document.getElementById(id);
  if (!figure) return;
  const fold = figure.closest("details");
  if (fold) fold.open = true;
  const plot = /** @type {HTMLElement | null} */ (figure.querySelector('[tabindex="0"]'));
  if (!plot) figure.tabIndex = -1; // nothing has been run that it could draw
  (plot ?? figure).focus({ preventScroll: true });
  bring(figure);
}
