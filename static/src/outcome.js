// What there is to say about how runs went: collapse, divergence, failure.

import { element } from "./elements.js";
import { finding } from "./findings.js";

/** What it is to try a setting, where its key and its value do not say that. @type {Record<string, (value: string) => string>} */
const WORDS = { warmup: (steps) => `Try a warm-up of ${steps} steps` };

/** What a run without its records is. The twin of forgotten in templates/lab.go. */
const FORGOTTEN = "Its records made room for others. Run computes them again, to the same curve.";

/**
 * Whether a lane's run, or some of its records, are still to be heard of: so far the server's page knows more.
 * @param {import("./lane.js").Lane} lane
 */
function unheard({ run, log }) {
  if (!run) return false;
  return run.state === "connecting" || (run.state !== "forgotten" && log.length < (run.manifest?.done ?? 0));
}

/**
 * Writes the outcomes of all lanes into an element. Where a run diverged, buttons
 * offer what usually helps, which the server knows (internal/engine/diverged.go).
 * @param {HTMLElement} root
 * @param {import("./lane.js").Lane[]} lanes
 * @param {(key: string, value: string) => void} attempt runs the last lane with another setting
 * @param {number} [step] how things stand there: what came later is not said
 */
export function showOutcomes(root, lanes, attempt, step = Infinity) {
  if (lanes.some(unheard)) return;
  const parts = lanes.map((lane, i) => {
    const m = lane.run?.manifest;
    const name = lanes.length > 1 ? `${lane.letter}: ` : "";
    const over = step >= lane.log.length - 1;
    if (m?.state === "diverged" && over) return diverged(name, m, i === lanes.length - 1 ? lane.tries : [], attempt);
    if (m?.state === "failed" && over) return note("finding bad", `${name}Failed:`, m.reason ?? "");
    if (m?.state === "forgotten") return note("finding", `${name}Forgotten.`, FORGOTTEN);
    const found = finding(lane.log, step);
    return found && note("finding", name + found.title, found.text);
  });
  const shown = parts.filter((p) => p !== undefined);
  const text = shown.map((p) => p.textContent).join("|");
  if (root.dataset.shown === text) return; // leave the reader's selection and focus alone
  root.dataset.shown = text;
  root.replaceChildren(...shown);
}

/** @param {string} className @param {string} title @param {string} text */
function note(className, title, text) {
  const div = element("div", className);
  const p = element("p", "");
  p.append(element("b", "", title), ` ${text}`);
  div.append(p);
  return div;
}

/**
 * @param {string} name
 * @param {import("./stream.js").Manifest} m
 * @param {[string, string][]} tries settings, each to try by itself
 * @param {(key: string, value: string) => void} attempt
 */
function diverged(name, m, tries, attempt) {
  const div = note("finding bad", `${name}Diverged`, (m.reason || `at step ${m.done - 1}`).replace(/^diverged /, ""));
  if (m.causes?.length) {
    const list = document.createElement("ul");
    for (const cause of m.causes) list.append(element("li", "", cause));
    div.append(element("p", "", "The likeliest causes:"), list);
  }
  if (tries.length) {
    const row = element("div", "try");
    for (const [key, value] of tries) {
      const button = /** @type {HTMLButtonElement} */ (element("button", "button", WORDS[key]?.(value) ?? `Try ${key.replace("then.", "")} ${value}`));
      button.type = "button";
      button.addEventListener("click", () => attempt(key, value));
      row.append(button);
    }
    div.append(row);
  }
  return div;
}
