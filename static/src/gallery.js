// The gallery: the lab page's own bundle, with runs that come with the program in the
// place of the server's, and what is below it in states that those are not in.

const main = /** @type {HTMLElement} */ (document.querySelector("[data-canned]"));
const exhibits = /** @type {HTMLElement} */ (document.querySelector("[data-bundle]"));
const lab = /** @type {typeof import("./lab.js")} */ (await import(exhibits.dataset.bundle ?? ""));

/** @typedef {import("./stream.js").Listener} Listener @typedef {import("./stream.js").Manifest} Manifest @typedef {import("./log.js").RunLog} RunLog */

/**
 * What an exhibit's run is (told in templates/gallery.go).
 * @typedef {{
 *   lane: import("./lane.js").Told, manifest?: Manifest, link?: import("./stream.js").Link, way?: import("./network.js").Way, speed?: number,
 *   fields?: Record<string, number>, refused?: { Title: string, Text: string },
 * }} Told
 */

const NOTHING = "This is the gallery: nothing is started or changed here.";

/** @param {string} url */
async function buffer(url) {
  return (await fetch(url)).arrayBuffer();
}

/** A recorded run, each asked for once. @type {Map<string, Promise<{ manifest: Manifest, steps: import("./wire.js").Steps, frames: import("./wire.js").Frame[] }>>} */
const records = new Map();

/** @param {string} url of the run */
function recorded(url) {
  const known = records.get(url) ?? Promise.all([fetch(url, { headers: { Accept: "application/json" } }).then((a) => a.json()), buffer(`${url}/steps`), buffer(`${url}/frames`)]).then(
    ([manifest, steps, frames]) => ({ manifest, steps: /** @type {import("./wire.js").Steps} */ (lab.decode(steps)), frames: lab.decodeAll(frames) }),
  );
  records.set(url, known);
  return known;
}

/** Brings a recorded run as if it had come over a connection. */
class Canned {
  /** @param {string} url @param {RunLog} log @param {Listener} on */
  constructor(url, log, on) {
    void recorded(url).then(({ manifest, steps, frames }) => {
      log.reset(manifest.schema);
      for (const block of [steps, ...frames]) log.append(block);
      on.link("closed", "socket");
      on.manifest(manifest);
      on.records();
    });
  }

  close() {}
  cut() {}
}

class CannedRun extends lab.Run {
  /** @param {string} id @param {(run: import("./lane.js").Run, what: "records" | "state") => void} changed */
  constructor(id, changed) {
    super(id, changed, `${main.dataset.canned}${id}`, /** @type {any} */ (Canned));
  }
}

/** A run of an exhibit: the first records of a recorded one, in the state that is told. @param {Told} told */
async function runOf(told) {
  const { manifest, steps } = await recorded(`${main.dataset.canned}${told.lane.run}`);
  const values = steps.values.slice();
  manifest.schema.fields.forEach((/** @type {import("./log.js").Field} */ field, /** @type {number} */ j) => {
    const value = told.fields?.[field.name];
    if (value !== undefined) for (let i = 0; i < steps.n; i++) values[i * steps.m + j] = value;
  });
  class Stated {
    /** @param {string} _url @param {RunLog} log @param {Listener} on */
    constructor(_url, log, on) {
      log.reset(manifest.schema);
      log.append({ ...steps, values, n: told.manifest?.done ?? 0 });
      on.link(told.link ?? "open", told.way ?? "socket");
      on.manifest({ ...manifest, reason: "", ...told.manifest });
    }

    close() {}
    cut() {}
  }
  const run = new lab.Run(told.lane.run, () => {}, `${main.dataset.canned}${told.lane.run}`, /** @type {any} */ (Stated));
  Object.defineProperty(run, "speed", { value: told.speed ?? 0 });
  return run;
}

/** Has the page's parts say what there is to say of an exhibit's run. @param {HTMLElement} root */
async function show(root) {
  /** @type {Told} */
  const told = JSON.parse(root.dataset.told ?? "");
  const lane = new lab.Lane(told.lane, told.manifest && (await runOf(told)));
  const bar = /** @type {HTMLElement | null} */ (root.querySelector("[data-runbar]"));
  const said = bar && new lab.Bar(bar);
  said?.show([lane], undefined);
  if (said && told.refused) lab.tellFailure(root, said, new lab.Refused(told.refused.Text, [], told.refused.Title));
  const state = root.querySelector("[data-lane-state]");
  if (state) state.textContent = lane.words;
  const outcome = /** @type {HTMLElement | null} */ (root.querySelector("[data-outcome]"));
  if (outcome) lab.showOutcomes(outcome, [lane], () => said?.note(NOTHING));
  lab.showBadge(root, lane.log, undefined);
  root.dataset.shown = "";
}

const desk = lab.begin(CannedRun);

// What would start, stop or change a run says instead that it does not. The panel Share is as on any page.
desk.change = desk.order = desk.run = desk.orders.remove = async () => desk.bar.note(NOTHING);
document.addEventListener("submit", (e) => {
  if (/** @type {Element} */ (e.target).closest("#share")) return;
  e.preventDefault();
  e.stopPropagation();
  desk.bar.note(NOTHING);
}, true);

lab.wireSliders(exhibits);
await Promise.all([.../** @type {NodeListOf<HTMLElement>} */ (exhibits.querySelectorAll("[data-told]"))].map(show));

export {}; // a module, which may wait
