// What charts show of settings that nobody has run here yet: runs that come with the
// program, and that they are that. Nothing else of the page knows them: they are no runs of its lanes.

import { RunLog } from "./log.js";

/** How long its curves take to come, in milliseconds: what moves for five seconds or more would need a button that stops it. */
const COMES = 4000;
/** No frame takes them further than this, in milliseconds: after a pause nothing jumps. */
const FRAME = 100;

/** What is said of charts that show it. */
const NOTE = "Recorded earlier with these settings, not run here.";

/** A lane as the page has it (RecordedLane in templates/view.go). @typedef {{ query: string, records: string, schema: import("./log.js").Schema }} RecordedLane */

export class Recorded {
  /** @type {RecordedLane[]} */
  #lanes;
  /** Of the lanes, with the steps that they will have, when they are here. @type {{ log: RunLog, steps: number }[] | undefined} */
  #runs;
  #asked = false;
  #failed = false;

  /**
   * @param {HTMLElement} label that says what is shown, and knows where it is (recording in templates/lab.templ)
   * @param {HTMLElement} main
   * @param {() => void} came called when it is here
   * @param {() => void} grew called when its curves have come further
   */
  constructor(label, main, came, grew) {
    this.label = label;
    this.main = main;
    this.came = came;
    this.grew = grew;
    this.#lanes = JSON.parse(label.dataset.recorded ?? "[]");
  }

  /** What charts show in the place of lanes; nothing where these are others, or have been run. @param {import("./lane.js").Lane[]} lanes @returns {import("./curves.js").LaneView[] | undefined} */
  of(lanes) {
    const fits = lanes.length === this.#lanes.length && lanes.every((l, i) => !l.run && l.query === this.#lanes[i].query);
    if (fits) void this.#fetch();
    const runs = fits ? this.#runs : undefined;
    this.label.hidden = !fits || this.#failed; // there from the beginning, so that nothing moves when the curves come
    this.main.classList.toggle("replay", runs !== undefined);
    return runs?.map(({ log, steps }, i) => ({ letter: lanes[i].letter, title: lanes[i].title, log, steps, ...(i ? {} : { note: NOTE }) }));
  }

  async #fetch() {
    if (this.#asked) return;
    this.#asked = true;
    const all = await Promise.all(this.#lanes.map(({ records }) => lines(records)));
    this.#failed = !all.every((l) => l.length);
    if (!this.#failed) {
      const runs = all.map((l, i) => {
        const log = new RunLog();
        log.reset(this.#lanes[i].schema);
        return { log, steps: l.length };
      });
      this.#runs = runs;
      const show = (/** @type {number} */ share) => runs.forEach(({ log, steps }, i) => append(log, all[i], Math.floor(share * steps)));
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) show(1);
      else this.#comes(show);
    }
    this.came();
  }

  /** The curves come as those of runs do, faster. @param {(share: number) => void} show */
  #comes(show) {
    let [passed, last] = [0, performance.now()];
    const frame = (/** @type {number} */ now) => {
      passed += Math.min(FRAME, Math.max(0, now - last));
      last = now;
      show(Math.min(1, passed / COMES));
      this.grew();
      if (passed < COMES) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
}

/** The records at an address; none where they cannot be had. @param {string} records */
async function lines(records) {
  const answer = await fetch(records).catch(() => undefined);
  const text = answer?.ok ? await answer.text().catch(() => "") : "";
  return text.split("\n").filter(Boolean);
}

/** Takes records over until there are so many. @param {RunLog} log @param {string[]} records @param {number} upTo */
function append(log, records, upTo) {
  while (log.length < upTo) log.appendJSON(JSON.parse(records[log.length]));
}
