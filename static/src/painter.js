// Draws what has changed once per animation frame, and nothing while the page is hidden.
// A frame has so much time for it: what does not fit is drawn with the next ones, so that
// clicks and keys never wait for a page full of figures.

/** How long the drawings of a frame may take together before the rest waits, in milliseconds. */
const SHARE = 8;

/** In the order in which they were asked for. @type {Set<() => void>} */
const waiting = new Set();
let asked = false;

/** Asks for drawings before the next frame; one that waits already keeps its place. @param {(() => void)[]} draws */
export function paint(...draws) {
  for (const draw of draws) waiting.add(draw);
  ask();
}

function ask() {
  if (asked || document.hidden || !waiting.size) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const until = performance.now() + SHARE;
    for (const draw of [...waiting]) {
      waiting.delete(draw);
      draw();
      if (performance.now() > until) break;
    }
    ask();
  });
}

document.addEventListener("visibilitychange", ask);
