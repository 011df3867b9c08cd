// Follows a run: a WebSocket that loses nothing. After a cut it asks from the
// last step + 1, later each time; where sockets cannot be opened at all (proxies
// do that) the same records come as lines of JSON.

import { decode } from "./wire.js";

/**
 * What the server says about a run (the manifest, as far as the page uses it).
 * @typedef {{
 *   id: string, title: string, state: string, reason?: string, causes?: string[], steps: number, done: number,
 *   position?: number, wait?: number, attempt: number, curve_hash?: string, schema: import("./log.js").Schema,
 * }} Manifest
 *
 * @typedef {"connecting" | "open" | "reconnecting" | "closed"} Link
 *
 * @typedef {{ manifest(m: Manifest): void, records(): void, link(state: Link, lines: boolean): void }} Listener
 */

const ENDED = new Set(["finished", "diverged", "cancelled", "failed"]);

/** @param {string} state */
export const ended = (state) => ENDED.has(state);

/**
 * How long to wait before the n-th attempt in a row: doubling from a quarter of a
 * second to eight, and between half and all of it, so that a room full of
 * browsers does not come back in one moment.
 * @param {number} n from 0
 * @param {number} random 0 to 1
 */
export function backoff(n, random) {
  return Math.min(8000, 250 * 2 ** n) * (0.5 + random / 2);
}

export class Stream {
  /** @type {Manifest | undefined} */
  manifest;
  /** @type {WebSocket | undefined} */
  #socket;
  #abort = new AbortController();
  #failures = 0; // in a row
  #refused = 0; // sockets that never opened, in a row
  #timer = 0;
  #closed = false;

  /**
   * @param {string} url of the run, "/runs/ID"
   * @param {import("./log.js").RunLog} log
   * @param {Listener} on
   */
  constructor(url, log, on) {
    this.url = url;
    this.log = log;
    this.on = on;
    this.#connect();
  }

  /** Stops following. The records stay. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#socket?.close();
  }

  /** Cuts the connection as a bad network would; for tests. */
  cut() {
    this.#socket?.close(4000, "cut");
  }

  #connect() {
    if (this.#closed) return;
    if (this.#refused >= 2) {
      this.#lines();
      return;
    }
    this.on.link(this.#failures ? "reconnecting" : "connecting", false);
    const address = new URL(`${this.url}/socket?from=${this.log.length}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#refused = 0;
    };
    socket.onmessage = (e) => {
      this.#failures = 0;
      if (typeof e.data === "string") this.#told(JSON.parse(e.data));
      else this.#block(e.data);
    };
    socket.onclose = (e) => {
      if (this.#socket !== socket || this.#closed) return;
      if (e.code === 1000 && this.manifest && ended(this.manifest.state)) this.on.link("closed", false);
      else if (opened) this.#again();
      else void this.#whyRefused();
    };
  }

  /** A socket did not open: is it the server that is away, the run, or only sockets that do not get through? */
  async #whyRefused() {
    try {
      await this.#fetchManifest();
      this.#refused++;
    } catch {
      // not to be reached at all, so nothing is known about sockets
    }
    if (!this.#closed) this.#again();
  }

  /** @param {any} message */
  #told(message) {
    if (message.type === "hello") this.#hello(message.run);
    else if (message.type === "state" && this.manifest) {
      const { type: _, ...rest } = message;
      const m = { ...this.manifest, reason: "", causes: [], position: 0, wait: 0, curve_hash: "", ...rest };
      this.manifest = m;
      this.on.manifest(m);
    }
  }

  /** @param {Manifest} m */
  #hello(m) {
    const other = this.manifest && this.manifest.attempt !== m.attempt;
    const had = this.log.length;
    if (!this.log.fields.length || other) this.log.reset(m.schema);
    this.manifest = m;
    this.on.link("open", false);
    this.on.manifest(m);
    if (other && had > 0) this.#restart(); // the records that we hold are of an earlier attempt
  }

  /** @param {ArrayBuffer} data */
  #block(data) {
    if (this.log.append(decode(data))) this.on.records();
    else this.#restart();
  }

  /** Opens a new socket that asks from where the log ends. */
  #restart() {
    const old = this.#socket;
    this.#socket = undefined;
    old?.close();
    this.#connect();
  }

  #again() {
    this.on.link("reconnecting", this.#refused >= 2);
    this.#timer = window.setTimeout(() => this.#connect(), backoff(this.#failures++, Math.random()));
  }

  /** The same records as lines of JSON, for networks without sockets. */
  async #lines() {
    const signal = this.#abort.signal;
    try {
      const m = await this.#fetchManifest();
      this.#hello(m);
      this.on.link("open", true);
      const answer = await fetch(`${this.url}/records?from=${this.log.length}`, { signal });
      if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        this.#failures = 0;
        const lines = (rest + value).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line) this.log.appendJSON(JSON.parse(line));
        if (this.manifest) {
          this.manifest.done = this.log.length;
          if (this.manifest.state === "queued") this.manifest.state = "running";
          this.on.manifest(this.manifest);
        }
        this.on.records();
      }
      this.manifest = await this.#fetchManifest();
      this.on.manifest(this.manifest);
      if (ended(this.manifest.state)) this.on.link("closed", true);
      else this.#again();
    } catch {
      if (!this.#closed) this.#again();
    }
  }

  /** @returns {Promise<Manifest>} */
  async #fetchManifest() {
    const answer = await fetch(this.url, { headers: { Accept: "application/json" }, signal: this.#abort.signal });
    if (answer.status === 404) {
      this.close(); // the server does not know the run any more
      this.on.link("closed", false);
    }
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  }
}
