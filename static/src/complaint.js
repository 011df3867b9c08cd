// What did not work, said where it belongs: at its field, or above the figures.

import { element } from "./elements.js";
import { Refused } from "./server.js";

/** @typedef {import("./bar.js").Bar} Bar */

/**
 * Says at a field what is wrong, and puts a value back. False where there is no such field.
 * @param {HTMLElement} main @param {Bar} bar
 * @param {string} key @param {string} text @param {string} [value]
 */
export function complain(main, bar, key, text, value) {
  const field = main.querySelector(`[data-field="${CSS.escape(key)}"]`);
  const input = /** @type {HTMLInputElement | null | undefined} */ (field?.querySelector("[data-key]"));
  if (!field || !input) return false;
  if (value !== undefined) {
    input.value = value;
    input.dispatchEvent(new Event("input"));
  }
  field.querySelector(".problem")?.remove();
  const problem = element("p", "problem", text);
  problem.id = `${input.id}-problem`; // as the server has it
  field.append(problem);
  const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== problem.id);
  input.setAttribute("aria-describedby", [problem.id, ...described].join(" "));
  field.closest("details")?.setAttribute("open", "");
  input.setAttribute("aria-invalid", "true");
  bar.say(text);
  return true;
}

/** The button that submits the settings again. The same stands in refusal in templates/lab.templ. */
function again() {
  const button = element("button", "button", "Try again");
  button.setAttribute("form", "settings-form");
  button.dataset.action = "run";
  const p = element("p", "try");
  p.append(button);
  return p;
}

/** Says what the server has refused, or that something broke. @param {HTMLElement} main @param {Bar} bar @param {unknown} e */
export function tellFailure(main, bar, e) {
  const errors = e instanceof Refused ? e.errors : [];
  const rest = [];
  for (const bad of errors) {
    const key = bad.key.replace(/^[b-f]\./, "");
    const text = `${bad.value} ${bad.problem}${bad.range ? ` ${bad.range}` : ""}${bad.nearest ? `; the nearest is ${bad.nearest}` : ""}.`;
    if (!complain(main, bar, key, text)) rest.push(`${bad.key}: ${text}`);
  }
  if (!errors.length) rest.push(e instanceof Error ? e.message : String(e));
  const notices = main.querySelector('[data-region="notices"]');
  const box = element("div", "notice error");
  box.setAttribute("role", "alert");
  const later = e instanceof Refused ? e.later : "";
  if (!errors.length && !later) box.dataset.failed = ""; // the others say what there is to do
  const head = element("p", "", errors.length ? "Nothing was started: a setting needs a change." : later ? " Nothing was started; the settings are kept." : "That did not work.");
  if (later) head.prepend(element("b", "", `${later}.`));
  box.append(head);
  for (const text of rest) box.append(element("p", "", text));
  if (later) box.append(again());
  notices?.replaceChildren(box);
  bar.busy = "";
}

/** Something else is tried: that the last did not work is said no longer. @param {HTMLElement} main */
export function forgive(main) {
  main.querySelector("[data-failed]")?.remove();
}
