// Draws what has changed once per animation frame, and nothing while the page is hidden.

/** @type {Set<() => void>} */
const waiting = new Set();
let asked = false;

/** Asks for a drawing before the next frame. @param {() => void} draw */
export function paint(draw) {
  waiting.add(draw);
  ask();
}

function ask() {
  if (asked || document.hidden || !waiting.size) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const now = [...waiting];
    waiting.clear();
    for (const draw of now) draw();
  });
}

document.addEventListener("visibilitychange", ask);
