// Follows a run and loses nothing: after a cut it asks from the last step + 1, later
// each time. Where sockets do not get through (proxies do that) the same messages come
// as an event stream, and where that is kept back, in long polls (docs/wire.md).

import { bytes, events } from "./events.js";
import { Network } from "./network.js";
import { decode } from "./wire.js";

/**
 * What the server says about a run (the manifest, as far as the page uses it).
 * @typedef {{
 *   id: string, title: string, state: string, reason?: string, causes?: string[], steps: number, done: number,
 *   position?: number, wait?: number, attempt: number, curve_hash?: string, schema: import("./log.js").Schema,
 * }} Manifest
 *
 * How the connection is; outdated: the server speaks a version that this page does not read.
 * @typedef {"connecting" | "open" | "reconnecting" | "closed" | "outdated"} Link
 *
 * @typedef {{ manifest(m: Manifest): void, records(): void, link(state: Link, way: import("./network.js").Way): void }} Listener
 */

const ENDED = new Set(["finished", "diverged", "cancelled", "failed", "forgotten"]);

/** How long a server may take for its first word, in milliseconds: a proxy that keeps the answer takes for ever. */
const FIRST_WORD = 5000;
/** How long it may be silent after that: twice its pings and a little. */
const SILENCE = 60_000;
/** How long a poll may wait for news, in seconds. */
const LONGEST = 25;
/** From one poll to the next, and where no answer may be kept open. */
const NEXT_POLL = 250;
const SHORT_POLL = 1000;
/** A line that has said nothing for so long when the reader comes back to the page may have died while nobody looked. */
const QUIET = 2000;

const network = new Network();

/** All that follow a run. @type {Set<Stream>} */
const following = new Set();

/** @param {number} quiet milliseconds of silence after which a line is not trusted */
const back = (quiet) => following.forEach((s) => s.back(quiet));
if ("document" in globalThis) { // not where the modules are tested
  document.addEventListener("visibilitychange", () => document.hidden || back(QUIET));
  document.addEventListener("resume", () => back(0)); // the page was frozen
  window.addEventListener("online", () => back(0)); // the network is another one
}

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
  /** The connection: aborted when it is given up. */
  #line = new AbortController();
  #failures = 0; // in a row
  #timer = 0; // of the next attempt; 0: none is waited for
  #heard = 0; // when the line said something last, by the clock on the wall
  #closed = false;
  /** The server's goodbye. @type {{ code: number, retry_ms?: number } | undefined} */
  #bye;

  /**
   * @param {string} url of the run, "/runs/ID"
   * @param {import("./log.js").RunLog} log
   * @param {Listener} on
   */
  constructor(url, log, on) {
    this.url = url;
    this.log = log;
    this.on = on;
    following.add(this);
    this.#connect();
  }

  /** Stops following. The records stay. */
  close() {
    this.#closed = true;
    following.delete(this);
    clearTimeout(this.#timer);
    this.#line.abort();
  }

  /** Cuts the connection as a bad network would; for tests. */
  cut() {
    this.#line.abort("cut");
  }

  /**
   * The reader is back: an attempt that was put off is made now, and a line that has been silent is
   * given up for a new one. A machine that slept is not told which of its connections are dead.
   * @param {number} quiet
   */
  back(quiet) {
    if (!this.#timer && Date.now() - this.#heard < quiet) return;
    this.#failures = 0;
    this.#restart();
  }

  #connect() {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#heard = Date.now();
    this.#line = new AbortController();
    this.#bye = undefined;
    const way = network.way;
    if (way !== "poll") this.on.link(this.#failures ? "reconnecting" : "connecting", way);
    if (way === "socket") this.#socket(this.#line.signal);
    else void this.#events(this.#line, way === "poll" || !network.room);
  }

  /** @param {AbortSignal} signal */
  #socket(signal) {
    const address = new URL(`${this.url}/socket?from=${this.log.length}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    signal.addEventListener("abort", () => socket.close(4000, "cut"));
    let opened = false;
    socket.onopen = () => {
      opened = true;
      network.worked("socket");
    };
    socket.onmessage = (e) => {
      if (signal.aborted) return;
      this.#failures = 0;
      this.#heard = Date.now();
      if (typeof e.data === "string") this.#told(JSON.parse(e.data), "socket");
      else this.#block(e.data);
    };
    socket.onclose = () => {
      if (this.#closed || signal !== this.#line.signal) return;
      if (opened) this.#over("socket");
      else void this.#whyRefused("socket", false);
    };
  }

  /**
   * The same messages over plain HTTP, in one long answer or, one news at a time, in many.
   * @param {AbortController} line
   * @param {boolean} poll
   */
  async #events(line, poll) {
    const way = poll ? "poll" : "events";
    const wait = network.room ? LONGEST : 0;
    const release = network.hold();
    const alarm = () => line.abort("silence");
    let silence = setTimeout(alarm, FIRST_WORD + (poll ? 1000 * wait : 0));
    let greeted = false;
    let refused = 0; // status of an answer that is none
    try {
      const answer = await fetch(`${this.url}/events?from=${this.log.length}${poll ? `&wait=${wait}` : ""}`, { signal: line.signal, cache: "no-store" });
      if (answer.status !== 200 || !answer.body) refused = answer.status;
      else {
        for await (const { type, data } of events(answer.body)) {
          clearTimeout(silence);
          silence = setTimeout(alarm, SILENCE);
          if (line.signal.aborted) break;
          this.#heard = Date.now();
          try {
            if (type === "block") this.#block(bytes(data));
            else if (type === "message") this.#told(JSON.parse(data), way);
          } catch (e) { // the fault of whoever was told, and no cut: the browser does the same for a socket
            reportError(e);
          }
          if (greeted || !type) continue;
          greeted = true;
          this.#failures = 0;
          network.worked(way);
        }
      }
    } catch {
      // cut, by the network, by us or for its silence
    } finally {
      clearTimeout(silence);
      release();
    }
    if (this.#closed || line !== this.#line) return;
    if (refused === 404) this.#unknown(way);
    else if (refused >= 500 || refused === 429) this.#again(way); // the server's own word: later
    else if (!greeted) void this.#whyRefused(way, line.signal.reason === "silence");
    else if (poll && !this.#bye && !line.signal.aborted) {
      const behind = this.manifest && this.log.length < this.manifest.done;
      this.#timer = window.setTimeout(() => this.#connect(), behind ? 0 : wait ? NEXT_POLL : SHORT_POLL);
    } else this.#over(way);
  }

  /**
   * Nothing came: is it the server that is away, the run, or only this way that is closed?
   * @param {import("./network.js").Way} way
   * @param {boolean} sure
   */
  async #whyRefused(way, sure) {
    const line = this.#line;
    try {
      const answer = await fetch(this.url, { headers: { Accept: "application/json" } });
      if (line !== this.#line) return; // another attempt is under way
      if (answer.status === 404) return this.#unknown(way);
      if (answer.ok) network.failed(way, sure);
    } catch {
      // not to be reached at all, so nothing is known about the way
    }
    if (line === this.#line) this.#again(way);
  }

  /** The server does not know the run any more. @param {import("./network.js").Way} way */
  #unknown(way) {
    this.close();
    this.on.link("closed", way);
  }

  /** The connection has ended: was that all? @param {import("./network.js").Way} way */
  #over(way) {
    if (this.#bye?.code === 1000 && this.manifest && ended(this.manifest.state)) {
      this.close();
      this.on.link("closed", way);
    } else this.#again(way);
  }

  /** @param {import("./network.js").Way} way */
  #again(way) {
    if (this.#closed) return;
    this.on.link("reconnecting", way);
    const wait = backoff(this.#failures++, Math.random());
    this.#timer = window.setTimeout(() => this.#connect(), this.#bye?.retry_ms ?? wait);
  }

  /** @param {any} message @param {import("./network.js").Way} way */
  #told(message, way) {
    if (message.type === "hello") this.#hello(message.run, way);
    else if (message.type === "bye") this.#bye = message;
    else if (message.type === "state" && this.manifest) {
      const { type: _, ...rest } = message;
      const m = { ...this.manifest, reason: "", causes: [], position: 0, wait: 0, curve_hash: "", ...rest };
      this.manifest = m;
      this.on.manifest(m);
    }
  }

  /** @param {Manifest} m @param {import("./network.js").Way} way */
  #hello(m, way) {
    const other = this.manifest && this.manifest.attempt !== m.attempt;
    const had = this.log.length;
    if (!this.log.fields.length || other) this.log.reset(m.schema);
    this.manifest = m;
    this.on.link("open", way);
    this.on.manifest(m);
    if (other && had > 0) this.#restart(); // the records that we hold are of an earlier attempt
  }

  /** @param {ArrayBuffer} data */
  #block(data) {
    let follows;
    try {
      follows = this.log.append(decode(data));
    } catch (e) { // of another version: nothing to be guessed at
      this.close();
      this.on.link("outdated", network.way);
      reportError(e);
      return;
    }
    if (follows) this.on.records();
    else this.#restart();
  }

  /** Begins a new connection, which asks from where the log ends. */
  #restart() {
    const old = this.#line;
    this.#connect();
    old.abort();
  }
}
