// What charts show of settings that nobody has run here yet: a run that comes with the
// program, and that it is one. Nothing else of the page knows it: it is no run of a lane.

import { RunLog } from "./log.js";

/** What is said of charts that show it. */
const NOTE = "Recorded earlier with these settings, not run here.";

export class Recorded {
  /** @type {RunLog | undefined} */
  #log;
  #asked = false;
  #failed = false;

  /**
   * @param {HTMLElement} label that says what is shown, and knows where it is (recording in templates/lab.templ)
   * @param {HTMLElement} main
   * @param {() => void} came called when it is here
   */
  constructor(label, main, came) {
    this.label = label;
    this.main = main;
    this.came = came;
  }

  /** What charts show in the place of lanes; nothing where these are others, or have been run. @param {import("./lane.js").Lane[]} lanes @returns {import("./curves.js").LaneView[] | undefined} */
  of(lanes) {
    const [lane] = lanes;
    const fits = lanes.length === 1 && !lane.run && lane.query === this.label.dataset.recorded;
    if (fits) void this.#fetch();
    const log = fits ? this.#log : undefined;
    this.label.hidden = !fits || this.#failed; // there from the beginning, so that nothing moves when the curves come
    this.main.classList.toggle("replay", log !== undefined);
    return log && [{ letter: lane.letter, title: lane.title, log, steps: log.length, note: NOTE }];
  }

  async #fetch() {
    if (this.#asked) return;
    this.#asked = true;
    const { records = "", schema = "{}" } = this.label.dataset;
    const answer = await fetch(records).catch(() => undefined);
    const text = answer?.ok ? await answer.text().catch(() => "") : "";
    const log = new RunLog();
    log.reset(JSON.parse(schema));
    for (const line of text.split("\n")) if (line) log.appendJSON(JSON.parse(line));
    this.#failed = !log.length;
    if (log.length) this.#log = log;
    this.came();
  }
}
