// Colours and type of the page for what is drawn on canvas.

/** @typedef {{ positive: string, negative: string, third: string, fourth: string, ink: string, muted: string, mark: string, hairline: string, paper: string, font: string, em: number, least: number }} Colours */

/** @type {Colours | undefined} */
let known;

/** The page's colours, its type for axes, the size of its text and the width of its thinnest curve in pixels, read once and again when the theme changes. @returns {Colours} */
export function colours() {
  if (!known) {
    const css = getComputedStyle(document.documentElement);
    const get = (/** @type {string} */ name) => css.getPropertyValue(`--${name}`).trim();
    const em = parseFloat(css.fontSize);
    known = {
      positive: get("positive"), negative: get("negative"), third: get("third"), fourth: get("fourth"),
      ink: get("ink"), muted: get("muted"), mark: get("mark"), hairline: get("hairline"), paper: get("paper"),
      font: `400 ${(0.8214 * em).toFixed(1)}px Inter, system-ui, sans-serif`,
      em,
      least: parseFloat(get("least-line")) || 0,
    };
  }
  return known;
}

/** Calls back whenever the colours have changed, or how many pixels of the screen one of the page has. @param {() => void} redraw */
export function onColours(redraw) {
  const changed = () => {
    known = undefined;
    redraw();
  };
  document.addEventListener("themechange", changed);
  for (const media of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"]) matchMedia(media).addEventListener("change", changed);
  const denser = () => matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => (changed(), denser()), { once: true });
  denser();
  document.fonts?.addEventListener("loadingdone", changed); // to ask for what is ready would lay the page out
}
