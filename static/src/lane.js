// A lane of the page: its settings, and where there is a run, the run's records
// and the connection that brings them.

import { RunLog } from "./log.js";
import { Pictures } from "./pictures.js";
import { Recall } from "./recall.js";
import { Stream, ended } from "./stream.js";
import { stateWords } from "./words.js";

/**
 * What the page says about a lane (deskLane in templates/lab.go).
 * @typedef {{ letter: string, title: string, query: string, settings: [string, string][], resolved: [string, string][], run: string, state: string, classes: string[], tries?: [string, string][] }} Told
 */

/** The records and the connection of a run; they outlive a redrawing of the page. */
export class Run {
  log = new RunLog();
  /** @type {import("./stream.js").Manifest | undefined} */
  manifest;
  /** @type {import("./stream.js").Link} */
  link = "connecting";
  /** @type {import("./network.js").Way} */
  way = "socket";
  /** Arrivals of the last seconds, for the speed. @type {{ time: number, done: number }[]} */
  #arrivals = [];
  /** Which attempt they are of, by the log's resets. */
  #attempt = 0;

  /**
   * @param {string} id
   * @param {(run: Run, what: "records" | "state") => void} changed
   * @param {string} [url] where the server has it
   * @param {typeof Stream} [Source] what brings its records
   */
  constructor(id, changed, url = `/runs/${id}`, Source = Stream) {
    this.id = id;
    this.url = url;
    this.pictures = new Pictures(this.url, () => changed(this, "records"));
    this.recall = new Recall(this.url, this.log, () => changed(this, "records"));
    this.stream = new Source(this.url, this.log, {
      manifest: (m) => {
        this.manifest = m;
        changed(this, "state");
      },
      records: () => {
        this.#arrived(performance.now());
        changed(this, "records");
      },
      link: (state, way) => {
        this.link = state;
        this.way = way;
        changed(this, "state");
      },
    });
  }

  /** Records have come. @param {number} now */
  #arrived(now) {
    if (this.#attempt !== this.log.resets) this.#arrivals = [];
    this.#attempt = this.log.resets;
    this.#arrivals.push({ time: now, done: this.log.length });
    while (this.#arrivals.length > 2 && now - this.#arrivals[0].time > 2000) this.#arrivals.shift();
  }

  get state() {
    return this.manifest?.state ?? (this.link === "closed" ? "idle" : "connecting");
  }

  get ended() {
    return ended(this.state);
  }

  /** Where the run is: while it goes on with the steps that have arrived here, behind its end with all that it took. */
  get progress() {
    const m = this.manifest;
    return { state: this.state, reason: m?.reason, position: m?.position, wait: m?.wait, done: m && this.ended ? m.done : this.log.length, steps: m?.steps ?? 0 };
  }

  /** Steps a second over the last two seconds; 0: not known. */
  get speed() {
    const [first, last] = [this.#arrivals[0], this.#arrivals.at(-1)];
    if (!first || !last || this.#attempt !== this.log.resets || this.state !== "running" || last.time - first.time < 500) return 0;
    return (1000 * (last.done - first.done)) / (last.time - first.time);
  }
}

export class Lane {
  /** @param {Told} told @param {Run | undefined} run */
  constructor(told, run) {
    this.letter = told.letter;
    this.title = told.title;
    this.query = told.query;
    this.settings = new Map(told.settings);
    this.resolved = new Map(told.resolved);
    this.classes = told.classes;
    /** Settings, each to try by itself where its run has diverged. */
    this.tries = told.tries ?? [];
    this.run = run;
    this.log = run?.log ?? new RunLog();
    /** Number of those that differ from it in the seed at most, which gives them their colour. */
    this.tone = 0;
  }

  get state() {
    return this.run?.state ?? "idle";
  }

  /** Where its run is, in words; empty as long as the server's page knows more. */
  get words() {
    const { run } = this;
    if (!run) return "not run yet";
    if (run.state === "connecting") return "";
    return run.link === "reconnecting" || run.link === "outdated" ? run.link : stateWords(run.progress);
  }

  /** Whether something is going on. */
  get active() {
    return ["queued", "running", "paused"].includes(this.state);
  }

  get steps() {
    return Math.max(this.run?.manifest?.steps ?? 0, Number(this.resolved.get("then.steps") ?? this.resolved.get("steps") ?? 0));
  }
}
