// What charts show of settings that nobody has run here yet: a run that comes with the
// program, and that it is one. Nothing else of the page knows it: it is no run of a lane.

import { RunLog } from "./log.js";

/** How long its curves take to come, in milliseconds: what moves for five seconds or more would need a button that stops it. */
const COMES = 4000;
/** No frame takes them further than this, in milliseconds: after a pause nothing jumps. */
const FRAME = 100;

/** What is said of charts that show it. */
const NOTE = "Recorded earlier with these settings, not run here.";

export class Recorded {
  /** @type {RunLog | undefined} */
  #log;
  #steps = 0;
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
  }

  /** What charts show in the place of lanes; nothing where these are others, or have been run. @param {import("./lane.js").Lane[]} lanes @returns {import("./curves.js").LaneView[] | undefined} */
  of(lanes) {
    const [lane] = lanes;
    const fits = lanes.length === 1 && !lane.run && lane.query === this.label.dataset.recorded;
    if (fits) void this.#fetch();
    const log = fits ? this.#log : undefined;
    this.label.hidden = !fits || this.#failed; // there from the beginning, so that nothing moves when the curves come
    this.main.classList.toggle("replay", log !== undefined);
    return log && [{ letter: lane.letter, title: lane.title, log, steps: this.#steps, note: NOTE }];
  }

  async #fetch() {
    if (this.#asked) return;
    this.#asked = true;
    const { records = "", schema = "{}" } = this.label.dataset;
    const answer = await fetch(records).catch(() => undefined);
    const text = answer?.ok ? await answer.text().catch(() => "") : "";
    const lines = text.split("\n").filter(Boolean);
    const log = new RunLog();
    log.reset(JSON.parse(schema));
    this.#failed = !lines.length;
    if (lines.length) {
      this.#log = log;
      this.#steps = lines.length;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) append(log, lines, lines.length);
      else this.#comes(log, lines);
    }
    this.came();
  }

  /** The curves come as those of a run do, faster. @param {RunLog} log @param {string[]} records */
  #comes(log, records) {
    let [passed, last] = [0, performance.now()];
    const frame = (/** @type {number} */ now) => {
      passed += Math.min(FRAME, Math.max(0, now - last));
      last = now;
      const before = log.length;
      append(log, records, Math.min(records.length, Math.floor((records.length * passed) / COMES)));
      if (log.length > before) this.grew();
      if (log.length < records.length) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
}

/** Takes records over until there are so many. @param {RunLog} log @param {string[]} records @param {number} upTo */
function append(log, records, upTo) {
  while (log.length < upTo) log.appendJSON(JSON.parse(records[log.length]));
}
