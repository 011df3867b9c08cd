// The records that the first page plays: how many of them are shown when. Knows nothing
// of charts; home.js draws what it says.

/** Steps a second of a recorded run. */
const SPEED = 40;
/** How long the whole curve stays before it plays again, in milliseconds. */
const REST = 5000;

export class Reel {
  /** What has come, in order. @type {any[]} */
  records = [];
  /** How many of them are shown, with fractions. */
  at = 0;
  /** Playing shows more from frame to frame, whole whatever there is as it comes, without motion. @type {"playing" | "whole" | "paused"} */
  #mode;
  #over = false;
  #rest = 0;

  /**
   * @param {number} steps that the run has when it is whole
   * @param {boolean} live whether it is running: then the newest is shown, at no speed of its own
   * @param {boolean} still whether the reader wants no motion
   */
  constructor(steps, live, still) {
    this.steps = steps;
    this.live = live;
    this.#mode = still ? "whole" : "playing";
  }

  get playing() {
    return this.#mode === "playing";
  }

  /** Whether nothing more will be shown until the reader wants it. */
  get stands() {
    return this.#mode === "paused" || (this.#mode === "whole" && !this.live);
  }

  /** The reader plays or pauses it: at the end from the beginning. */
  press() {
    this.#mode = this.stands ? "playing" : "paused";
    if (this.playing && !this.live && this.at >= this.records.length) this.at = 0;
  }

  /** Shows more, if it plays. @param {number} passed milliseconds since the last frame */
  pass(passed) {
    const { length } = this.records;
    if (!this.playing) return;
    if (this.at < length) this.at = this.live ? length : Math.min(length, this.at + (SPEED * passed) / 1000);
    else if (!this.live && length >= this.steps && (this.#rest += passed) > REST) this.#rest = this.at = 0;
  }

  /**
   * Takes in the lines of an answer until it ends, or breaks off, which is an end as well:
   * from then on the run is one that was recorded.
   * @param {ReadableStream<Uint8Array>} body @param {() => void} came called when there is more, and at the end
   */
  async read(body, came) {
    const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
    let text = "";
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const lines = (text + value).split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) if (line) this.records.push(JSON.parse(line));
        this.#took(came);
      }
    } catch {
      // what has come stays; the words say that it is not all
    }
    this.live = false;
    this.#over = true;
    this.#took(came);
  }

  /** @param {() => void} came */
  #took(came) {
    if (this.#mode === "whole") this.at = this.records.length;
    came();
  }

  /** What is shown, in words. */
  get words() {
    const how = this.live ? "running" : this.#over && this.records.length < this.steps ? "no more records come" : "recorded";
    return `${how}, ${Math.floor(this.at)} of ${this.steps} steps`;
  }
}
