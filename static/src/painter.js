// Draws what has changed once per animation frame, and nothing while the page is hidden.
// A frame has so much time for it: what does not fit is drawn with the next ones, so that
// clicks and keys never wait for a page full of figures.

/** How long the drawings of a frame may take together before the rest waits, in milliseconds. */
const SHARE = 8;

/** In the order in which they were asked for. @type {Set<() => void>} */
const waiting = new Set();
/** What every frame has time for. @type {Set<() => void>} */
const first = new Set();
let asked = false;

/** Asks for drawings before the next frame; one that waits already keeps its place. @param {(() => void)[]} draws */
export function paint(...draws) {
  for (const draw of draws) waiting.add(draw);
  ask();
}

/** Asks for a drawing in the next frame, whatever else waits: for what is quick, and steers the rest. @param {() => void} draw */
export function paintFirst(draw) {
  first.add(draw);
  ask();
}

/** Whether nothing waits: what the page knows is what it shows. */
export const idle = () => !(first.size + waiting.size);

function ask() {
  if (asked || document.hidden || idle()) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const until = performance.now() + SHARE;
    try {
      for (const draw of [...first]) {
        first.delete(draw);
        draw();
      }
      for (const draw of [...waiting]) {
        waiting.delete(draw);
        draw();
        if (performance.now() > until) break;
      }
    } finally {
      ask(); // for what is left, also behind one that cannot be drawn
    }
  });
}

document.addEventListener("visibilitychange", ask);
