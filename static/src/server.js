// Requests to the server. A page for other settings comes as HTML and gives its
// regions, so that forms, formulas and diagrams are written in one place only.

/** @typedef {{ key: string, value: string, problem: string, range?: string, nearest?: string }} SettingError */

/** An answer that is not what was asked for, with the bad settings where it names them. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {SettingError[]} errors
   * @param {string} [later] what stands in the way of a submission that may be tried again, in a few words
   */
  constructor(message, errors, later = "") {
    super(message);
    this.errors = errors;
    this.later = later;
  }
}

/** @param {string} url @returns {Promise<Document>} */
export async function page(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(`The server answered ${answer.status}.`, []);
  return new DOMParser().parseFromString(text, "text/html");
}

/**
 * What a page of the lab says of itself (desk in templates/lab.go): its lanes, its own address, and what a lesson has fixed.
 * @typedef {{ lanes: import("./lane.js").Told[], address: string, path: string, lesson?: string, locked?: string[], told?: boolean }} Told
 */

/** @param {HTMLElement} main @returns {Told} */
export const told = (main) => JSON.parse(main.dataset.lab ?? "{}");

/** The lanes of a page that was asked for. @param {Document} doc */
export function lanesOf(doc) {
  const main = /** @type {HTMLElement | null} */ (doc.querySelector("[data-lab]"));
  if (!main) throw new Error("the server's page has no lab");
  return told(main).lanes;
}

/** What its form finds wrong, by settings. @param {Document} doc */
export function problemsOf(doc) {
  return [...doc.querySelectorAll("[data-field] .problem")].map((p) => ({ key: p.closest("[data-field]")?.getAttribute("data-field") ?? "", text: p.textContent ?? "" }));
}

/**
 * Starts the runs of an experiment.
 * @param {string} query
 * @returns {Promise<{ id: string, page: string, lanes: { lane: string, id: string, url: string, state: string }[] }>}
 */
export function start(query) {
  return post("/runs", new URLSearchParams(query));
}

/**
 * An order to a run: pause, resume, step, stop.
 * @param {string} url of the run
 * @param {string} order
 */
export function act(url, order) {
  return post(`${url}/${order}`);
}

/** @param {string} url @param {URLSearchParams} [body] */
async function post(url, body) {
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const errors = said.errors ?? [];
    throw new Refused(errors[0]?.message ?? `The server answered ${answer.status}.`, errors.filter((/** @type {any} */ e) => e.key), said.later);
  }
  return said;
}
