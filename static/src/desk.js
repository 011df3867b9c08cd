// The lab page: lanes, controls, charts, and what the reader does with them.

import { Address } from "./address.js";
import { Agreements, words as agreement } from "./alike.js";
import { showBadge } from "./badge.js";
import { groups, views } from "./band.js";
import { Bar } from "./bar.js";
import { branched, lock, obstacle } from "./branch.js";
import { Chart, listen, pin } from "./chart.js";
import { complain, tellFailure } from "./complaint.js";
import { Comparison } from "./comparison.js";
import { Correlation, OrderButton } from "./correlation.js";
import { HeatMap, colourBar } from "./heatmap.js";
import { Lane, Run } from "./lane.js";
import { Lazy } from "./lazy.js";
import { Likeness } from "./likeness.js";
import { aim, element, links, table } from "./numbers.js";
import { showOutcomes } from "./outcome.js";
import { paint, paintFirst } from "./painter.js";
import { act, page, start } from "./server.js";
import { beside, compose } from "./settings.js";
import { Shares } from "./shares.js";
import { Spheres } from "./spheres.js";
import { wireSliders } from "./sliders.js";
import { ended } from "./stream.js";
import { onColours } from "./theme-colours.js";
import { Timeline } from "./timeline.js";
import { wireTips } from "./tips.js";
import { unfold, unfolded } from "./unfolded.js";
import { unrolled } from "./unrolled.js";
import { fragmentOf, viewOf } from "./view.js";

/** @template {Element} T @param {ParentNode} root @param {string} selector */
const all = (root, selector) => /** @type {T[]} */ ([...root.querySelectorAll(selector)]);

/**
 * A figure that shows a frame, with a map for each lane.
 * @typedef {{ figure: HTMLElement, name: string, maps: HeatMap[] }} Heat
 */

/** What shows a frame of a name. @type {Record<string, typeof HeatMap>} */
const kinds = { correlation: Correlation, equivalence: Comparison, likeness: Likeness, shares: Shares };

/** States of runs that can be submitted again. */
const AGAIN = ["cancelled", "failed", "forgotten"];

/** How long to wait for more changes of the form before they are acted on, in milliseconds. */
const SETTLE = 120;

/** What of a view is stage, order and single seeds. @param {import("./view.js").View} view @returns {import("./view.js").View} */
const also = ({ stage, order, seeds }) => ({ ...(stage ? { stage } : {}), ...(order ? { order } : {}), ...(seeds ? { seeds } : {}) });
/** Records that keep coming are drawn so often, in milliseconds: as often as a server sends them. What is out of sight comes with every so many of these drawings. */
const BEAT = 50;
const FAR = 20;


export class Desk {
  /** @type {Lane[]} */
  lanes = [];
  /** Numbers of the lanes, those that differ in the seed only together. @type {number[][]} */
  kin = [];
  /** @type {Map<string, Run>} */
  runs = new Map();
  /** Canonical query of all lanes. */
  experiment = "";
  /** What draws a part of the page each, as it is when it is called, and where it stands. @type {{ draw: () => void, figure?: Element }[]} */
  #parts = [];
  /** Figures out of sight. @type {Set<Element>} */
  #away = new Set();
  /** The drawing of records that is due, when the next may be, and how many there have been. */
  #beat = 0;
  #next = 0;
  #beats = 0;
  /** The frames that charts of one frame have drawn. @type {Map<Chart, (import("./wire.js").Frame | undefined)[]>} */
  #drawn = new Map();
  /** Changes of the form that are not acted on yet. @type {Map<string, string>} */
  #pending = new Map();
  #timer = 0;
  /** Everything that talks to the server about settings happens one after the other. */
  #queue = Promise.resolve();
  #agreements = new Agreements(() => this.draw());
  /** The step at which the form is to branch the last lane. @type {number | undefined} */
  #branching;
  #address = new Address();
  /** What of the view belongs to slow motion and the maps. @type {import("./view.js").View} */
  #also = {};
  /** Path and query of what is shown. */
  #place = location.pathname + location.search;
  /** What a lesson has fixed: what its link says of it, and the settings that may not be changed. */
  #lesson = { path: "/lab", query: "", locked: /** @type {string[]} */ ([]) };
  /** Runs about whose end the page knows. @type {Set<string>} */
  #over = new Set();
  /** The panel Share, once it has been opened. @type {{ refresh(): void } | undefined} */
  #share;
  /** A run has ended while the panel was open. */
  #stale = false;

  /** @param {HTMLElement} main @param {typeof Run} [Kind] of the runs */
  constructor(main, Kind = Run) {
    this.main = main;
    this.Kind = Kind;
    this.bar = new Bar(/** @type {HTMLElement} */ (document.querySelector("[data-runbar]")));
    this.charts = all(main, "[data-panel]").map((e) => {
      const figure = /** @type {HTMLElement} */ (e);
      const plot = /** @type {HTMLElement} */ (figure.querySelector("[data-plot]"));
      return new Chart(plot, JSON.parse(figure.dataset.panel ?? ""), figure.querySelector("[data-summary]"));
    });
    this.heats = all(main, "[data-heat]").map((e) => {
      const figure = /** @type {HTMLElement} */ (e);
      return /** @type {Heat} */ ({ figure, name: figure.dataset.heat ?? "", maps: [] });
    });
    const say = (/** @type {string} */ text) => this.bar.say(text);
    const sphere = /** @type {HTMLElement | null} */ (main.querySelector("[data-spheres]"));
    this.spheres = sphere ? new Spheres(sphere, say, () => this.#noted()) : undefined;
    this.time = new Timeline(/** @type {HTMLElement} */ (document.querySelector("[data-timeline]")), {
      moved: (_step, held) => {
        this.#address.show(this.fragment(), held);
        this.#shift();
      },
      say,
      branch: (step) => this.#branch(step),
    });
    const view = viewOf(location.hash) ?? {};
    this.time.step = view.step;
    this.#also = also(view);
    this.spheres?.restore(view);
    listen(() => {}, say, (step) => this.time.go(step));
    const map = /** @type {HTMLElement | null} */ (main.querySelector('[data-heat="correlation"]'));
    this.lazy = new Lazy(main.dataset.inside ?? "", main, {
      say, spheres: this.spheres, go: (step) => this.time.go(step), stage: (name) => this.#see({ stage: name }),
    }, () => {
      this.#stage();
      this.draw();
    });
    if (map) this.channels = new OrderButton(map, () => this.heats.find((h) => h.figure === map)?.maps ?? [], () => this.lazy.wake(), () => this.#reordered(map));
    onColours(() => this.charts.forEach((c) => c.recolour()));
    this.#parts = [
      ...this.charts.map((c) => ({ draw: () => this.#drawChart(c), figure: c.root })),
      { draw: () => this.spheres?.draw(this.leads.map((l) => this.#sphere(l))), figure: sphere ?? undefined },
      ...this.heats.map((h) => ({ draw: () => this.#drawHeat(h), figure: h.figure })),
      { draw: () => this.#inside() },
    ];
    this.#watch();
    this.#wire();
    this.take(main);
    if (view.stage) this.lazy.ask();
    if (view.order) void this.channels?.take(true);
    unfold(view.open ?? [], (button) => this.#numbers(button, true));
  }

  /** What is on screen and is not a setting, for a link. @returns {import("./view.js").View} */
  view() {
    const open = unfolded();
    return { ...(this.time.step === undefined ? {} : { step: this.time.step }), ...this.spheres?.state(), ...(open.length ? { open } : {}), ...this.#also };
  }

  /** The first lane of each kin: spheres, maps and images are its. */
  get leads() {
    return this.kin.map(([i]) => this.lanes[i]);
  }

  fragment() {
    return fragmentOf(this.view());
  }

  /** Something of the view has changed that is no step. */
  #noted() {
    this.#address.note(() => this.fragment());
    this.#share?.refresh();
  }

  /** A page of the lab with these settings, and what a lesson has fixed. @param {string} query */
  #page(query) {
    const { path, query: lesson } = this.#lesson;
    return page(`${path}?${query}${lesson && `&${lesson}`}`);
  }

  /** Takes over what a page says about its lanes. @param {HTMLElement} main */
  take(main) {
    const told = JSON.parse(main.dataset.lab ?? "{}");
    this.experiment = told.experiment;
    this.#lesson = { path: told.path, query: told.lesson ?? "", locked: told.locked ?? [] };
    for (const l of told.lanes) if (ended(l.state)) this.#over.add(l.run);
    const kept = new Map();
    this.lanes = told.lanes.map((/** @type {import("./lane.js").Told} */ l) => {
      if (!l.run) return new Lane(l, undefined);
      const run = this.runs.get(l.run) ?? new this.Kind(l.run, (r, what) => this.#heard(r, what));
      kept.set(l.run, run);
      return new Lane(l, run);
    });
    for (const [id, run] of this.runs) if (!kept.has(id)) run.stream.close();
    this.runs = kept;
    this.#drawn.clear();
    this.kin = groups(this.lanes);
    this.kin.forEach((some, tone) => some.forEach((i) => (this.lanes[i].tone = tone)));
    this.charts.forEach((c) => c.show(c.panel.axis ? [] : views(this.lanes, this.kin)));
    this.#thin();
    const unit = this.main.querySelector("#chart-loss .unit");
    if (unit) unit.textContent = new Set(this.lanes.map((l) => l.resolved.get("method"))).size > 1 ? "of different kinds: compare the course, not the height" : "";
    this.#arrangeMaps();
    wireSliders(this.main);
    this.#shift();
  }

  /** Charts show single seeds where the view says so. */
  #thin() {
    const each = this.#also.seeds === "each";
    for (const c of this.charts) c.thin(each);
    this.main.querySelector("[data-each]")?.setAttribute("aria-pressed", String(each));
  }

  /** The channels of the maps are shown in another order. @param {HTMLElement} figure */
  #reordered(figure) {
    for (const heat of this.heats) if (heat.figure === figure) this.#drawHeat(heat);
    const open = /** @type {HTMLElement | null} */ (figure.querySelector("[data-numbers][aria-expanded=true]"));
    if (open) this.#numbers(open, true);
  }

  /** Slow motion stands where the address says. */
  #stage() {
    this.lazy.inside?.slow.take(this.#also.stage ?? "");
  }

  /** Draws what is loaded when it is wanted. */
  #inside() {
    this.lazy.inside?.draw(this.leads, this.time.step, this.time.shown);
  }

  /** Begins slow motion, at a step that stays. @param {Element} opener */
  async #slowly(opener) {
    await this.lazy.wake();
    const { newest } = this.time;
    if (newest < 0) return this.bar.note("slow motion shows a step that has been computed: run it first");
    if (this.time.step === undefined && this.lanes.some((l) => l.state === "running")) this.time.go(newest - 1);
    this.#inside(); // the focus goes nowhere before it is drawn, and the painter may not have come to it
    this.lazy.inside?.slow.open(opener);
  }

  /** Something that is no step of the view is another: told to the browser, and to links. @param {{ stage?: string, order?: "alike", seeds?: "each" }} said */
  #see(said) {
    this.#also = also({ ...this.#also, ...said });
    this.#address.show(this.fragment(), false);
    this.#shift();
  }

  /** The page shows another step. */
  #shift() {
    pin(this.time.step);
    const link = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-link]"));
    if (link) link.value = link.defaultValue + this.fragment();
    this.#share?.refresh();
    aim(this.main, this.time.step);
    this.draw();
  }

  /** The last frame of a name that a lane has at the step that the page shows. @param {Lane} lane @param {string} name */
  #frame(lane, name) {
    return lane.log.frame(name, this.time.step);
  }

  /** Draws everything with the next frames. */
  draw() {
    paintFirst(this.#words);
    paint(...this.#parts.map((p) => p.draw));
  }

  /** Brings the time and everything that is said up to the lanes. */
  #words = () => {
    this.#moment();
    this.#tell();
  };

  /** Draws the records of a run that goes on: not each by itself, and out of sight only now and then. */
  #follow() {
    this.#beat ||= window.setTimeout(() => {
      this.#beat = 0;
      const all = this.#beats++ % FAR === 0;
      paintFirst(this.#words);
      this.#next = performance.now() + BEAT;
      paint(...this.#parts.filter((p) => all || !p.figure || !this.#away.has(p.figure)).map((p) => p.draw));
    }, Math.max(0, this.#next - performance.now()));
  }

  /** Keeps in mind what is out of sight, and draws what comes near. */
  #watch() {
    const parts = new Map(this.#parts.map((p) => [p.figure, p]));
    const observer = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        if (!isIntersecting) this.#away.add(target);
        else if (this.#away.delete(target)) paint(/** @type {{ draw: () => void }} */ (parts.get(target)).draw);
      }
    }, { rootMargin: "25%" });
    for (const { figure } of this.#parts) if (figure) observer.observe(figure);
  }

  /** Brings the time up to the lanes, and asks for what a step of the past needs. */
  #moment() {
    this.time.show(this.lanes);
    for (const { run } of this.lanes) if (run && this.time.step !== undefined) run.recall.want(this.time.step);
  }

  /** @param {Chart} chart */
  #drawChart(chart) {
    if (chart.panel.axis) this.#unroll(chart);
    chart.draw();
  }

  /** Shows a chart of one frame those of the step. @param {Chart} chart */
  #unroll(chart) {
    const name = chart.panel.lines[0].field;
    const frames = this.lanes.map((l) => this.#frame(l, name));
    const old = this.#drawn.get(chart);
    if (old?.length === frames.length && old.every((f, i) => f === frames[i])) return;
    this.#drawn.set(chart, frames);
    chart.show(views(this.lanes.map((l) => unrolled(l, name, this.time.step)), this.kin));
    const unit = chart.root.closest("figure")?.querySelector(".unit");
    const step = frames.findLast((f) => f)?.step;
    if (unit) unit.textContent = step === undefined ? (chart.panel.unit ?? "") : `${chart.panel.unit ?? ""}, step ${step}`;
  }

  /** @param {Heat} heat */
  #drawHeat({ figure, name, maps }) {
    this.leads.forEach((l, i) => {
      const map = maps[i];
      const frame = this.#frame(l, name);
      const letter = this.lanes.length > 1 ? l.letter : "";
      if (map instanceof Shares && frame) map.columns = l.log.matrix(frame)?.over ?? "";
      if (map instanceof Comparison) map.compare(frame, this.#frame(l, `${name}_ratio`), (frame && l.log.matrix(frame)?.labels) ?? [], letter);
      else map?.draw(frame, letter, l.log.mark("offdiagonal", "noise"));
    });
    const last = this.leads.at(-1);
    const frame = last && this.#frame(last, name);
    const unit = figure.querySelector("[data-heat-unit]");
    if (!unit || !frame) return;
    const words = `${maps.at(-1)?.extent(frame)}, step ${frame.step}`;
    if (unit.textContent === words) return;
    unit.textContent = words;
    const open = /** @type {HTMLElement | null} */ (figure.querySelector("[data-numbers][aria-expanded=true]"));
    if (open && this.time.step !== undefined) this.#numbers(open, true); // while it follows, a table under somebody's eyes stays
  }

  /** What a lane's sphere shows. @param {Lane} l @returns {import("./spheres.js").Shown} */
  #sphere(l) {
    const frames = (/** @type {string} */ name) => this.#frame(l, name);
    const shares = frames("shares");
    return {
      name: this.lanes.length > 1 ? l.letter : "",
      over: (shares && l.log.matrix(shares)?.over) ?? "", classes: l.classes, step: frames("sphere")?.step ?? -1, frames, faces: l.run?.pictures.faces(frames("sphere")?.step ?? -1),
    };
  }

  /** Everything that is said in words. */
  #tell() {
    const at = this.time.step;
    this.bar.show(this.lanes, at);
    all(this.main, "[data-lane]").forEach((e) => {
      const i = Number(/** @type {HTMLElement} */ (e).dataset.lane);
      const said = e.querySelector("[data-lane-state]");
      const lane = this.lanes[i];
      if (!said || !lane) return;
      if (said.textContent !== lane.words) said.textContent = lane.words;
      const alike = e.querySelector("[data-alike]");
      const known = i > 0 && alike ? this.#agreements.between(this.lanes[0], lane, at) : undefined;
      if (alike && known) alike.textContent = agreement(this.lanes[0].letter, known);
    });
    const outcome = this.main.querySelector("[data-outcome]");
    if (outcome) showOutcomes(/** @type {HTMLElement} */ (outcome), this.lanes, (key, value) => this.change(key, value), at);
    showBadge(this.main, this.lanes.at(-1)?.log, at);
  }

  #arrangeMaps() {
    const say = (/** @type {string} */ text) => this.bar.say(text);
    for (const heat of this.heats) {
      const root = heat.figure.querySelector("[data-maps]");
      const bar = /** @type {HTMLElement | null} */ (heat.figure.querySelector("[data-colourbar]"));
      if (bar && !bar.childElementCount && heat.name !== "shares") colourBar(bar); // whose colours end elsewhere in each map
      if (heat.maps.length === this.kin.length) continue;
      heat.maps = this.kin.map(() => new (kinds[heat.name] ?? HeatMap)(say));
      root?.replaceChildren(...heat.maps.map((m) => m.root));
      this.channels?.apply();
    }
  }

  /** @param {Run} run @param {"records" | "state"} what */
  #heard(run, what) {
    if (what === "records" && run.state === "running" && this.time.step === undefined) this.#follow();
    else this.draw();
    if (what === "state" && run.ended && !this.#over.has(run.id)) {
      this.#over.add(run.id); // how it ended is the server's to say: its hash, and whether that is the link's
      this.#stale ||= Boolean(document.querySelector("#share:popover-open")); // ticks in it stay until it is closed
      this.#enqueue(async () => this.#replace(await page(this.#place), ["verdicts", "goon", "runs", ...(this.#stale ? [] : ["share"])]));
    }
    if (what === "state" && run.ended && run.link === "closed") {
      for (const open of all(this.main, "[data-numbers][aria-expanded=true]")) this.#numbers(/** @type {HTMLElement} */ (open), true);
    }
  }

  // What the reader does.

  #wire() {
    this.main.addEventListener("change", (e) => {
      const input = /** @type {HTMLInputElement | HTMLSelectElement} */ (e.target);
      if (input.dataset.key) this.change(input.dataset.key, input.value.trim());
    });
    this.main.addEventListener("submit", (e) => {
      const form = /** @type {HTMLFormElement} */ (e.target);
      if (form.matches("[data-leads]")) return; // to another page
      e.preventDefault();
      const by = /** @type {HTMLButtonElement | null} */ (e.submitter);
      if (by?.dataset.switch) this.change(by.dataset.switch, by.value);
      const { of, order } = form.dataset;
      if (of && order) this.#enqueue(() => act(of, order).then(() => this.#refresh(["runs"])));
      if (by?.dataset.action === "run") this.run();
    });
    this.bar.root.addEventListener("submit", (e) => e.preventDefault());
    this.bar.root.addEventListener("click", (e) => {
      const button = /** @type {HTMLElement} */ (e.target).closest?.("[data-action]");
      const action = button instanceof HTMLElement ? button.dataset.action : undefined;
      if (action && action !== "run") {
        e.preventDefault();
        this.order(action);
      }
    });
    this.main.addEventListener("click", (e) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest("[data-numbers], [data-order], [data-slow-open], [data-each], [data-seeds]"));
      if (button?.dataset.order !== undefined) {
        const alike = button.getAttribute("aria-pressed") !== "true";
        this.#see({ order: alike ? "alike" : undefined });
        this.#enqueue(async () => this.channels?.take(alike));
      } else if (button?.dataset.slowOpen !== undefined) this.#enqueue(() => this.#slowly(button));
      else if (button?.dataset.each !== undefined) {
        this.#see({ seeds: this.#also.seeds ? undefined : "each" });
        this.#thin();
        for (const open of all(this.main, ".chart [data-numbers][aria-expanded=true]")) this.#numbers(/** @type {HTMLElement} */ (open), true); // its files are others
      } else if (button instanceof HTMLAnchorElement) {
        if (e.ctrlKey || e.metaKey || e.shiftKey) return; // a page of its own
        e.preventDefault();
        this.#enqueue(() => this.#seeds(button.getAttribute("aria-label") ?? ""));
      } else if (button) {
        this.#numbers(button, button.getAttribute("aria-expanded") !== "true");
        this.#noted();
      }
    });
    this.main.addEventListener("toggle", () => this.#noted(), true);
    const share = /** @type {HTMLElement | null} */ (document.querySelector("[data-share]"));
    share?.addEventListener("beforetoggle", (e) => void this.#sharing(share, /** @type {ToggleEvent} */ (e).newState === "open"));
    this.main.querySelector("[data-more]")?.addEventListener("toggle", () => this.draw());
    const controls = this.main.querySelector(".controls");
    wireTips(controls);
    window.addEventListener("popstate", () => this.#returned());
    matchMedia("(min-width: 768px)").addEventListener("change", (e) => {
      if (e.matches && controls instanceof HTMLElement && controls.matches(":popover-open")) controls.hidePopover();
    });
  }

  /** The reader went back or forward. */
  #returned() {
    const view = viewOf(location.hash);
    this.#address.forget();
    if (view === null) return; // a link to a part of the page
    this.#also = also(view);
    this.#thin();
    void this.channels?.take(view.order !== undefined);
    this.#stage();
    this.time.take(view.step);
    this.spheres?.restore(view);
    const place = location.pathname + location.search;
    if (place === this.#place) this.#shift();
    else this.#enqueue(async () => this.#show(await page(place), view.step));
  }

  /** The panel Share opens or closes. Its script comes when it is wanted first. @param {HTMLElement} panel @param {boolean} open */
  async #sharing(panel, open) {
    if (!open) {
      if (this.#stale) this.#enqueue(async () => this.#replace(await page(this.#place), ["share"]));
      this.#stale = false;
      return;
    }
    try {
      this.#share ??= (await import(panel.dataset.share ?? "")).wire(panel, () => this.view());
      this.#share?.refresh();
    } catch {
      this.bar.note("The panel's script does not come; links and forms in it work without.");
    }
  }

  /** A control has changed. Changes that come together are acted on together. @param {string} key @param {string} value */
  change(key, value) {
    if (this.#lesson.locked.includes(key)) return this.bar.note(`${key} is fixed for this lesson`);
    this.#pending.set(key, value);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#enqueue(() => this.#apply()), SETTLE);
  }

  /** The form is to change one setting of the last lane from a step on. @param {number} step */
  #branch(step) {
    const lane = this.lanes.at(-1);
    const controls = /** @type {HTMLElement | null} */ (this.main.querySelector(".controls"));
    if (!lane || !controls) return;
    const several = this.lanes.length > 1;
    const why = obstacle(lane, step, several);
    if (why) return this.bar.note(why);
    this.#enqueue(async () => {
      await this.#form();
      this.#branching = step;
      if (getComputedStyle(controls).display === "none") controls.showPopover(); // the sheet of a phone
      lock(controls, lane, step, several, () => this.#enqueue(() => this.#form()));
    });
  }

  /** Shows the form of the last lane as it is. */
  async #form() {
    this.#branching = undefined;
    this.#replace(await this.#page(compose(this.lanes.map((l) => l.resolved))), ["controls", "notices"]);
    wireSliders(this.main);
  }

  /** Runs the last lane with another setting from a step on, beside it. What runs goes on. @param {number} step @param {string} key @param {string} value */
  async #diverge(step, key, value) {
    const last = this.lanes[this.lanes.length - 1];
    const alone = await this.#page(String(new URLSearchParams([...branched(last.settings, step, key, value)])));
    const problem = alone.querySelector('[data-region="notices"] li, [data-field] .problem')?.textContent?.trim();
    if (problem) {
      this.#complain(key, problem, last.resolved.get(key));
      return;
    }
    const told = JSON.parse(/** @type {HTMLElement | null} */ (alone.querySelector("[data-lab]"))?.dataset.lab ?? "{}").lanes[0];
    if (told.query === last.query || !told.query.includes("then.")) {
      this.#complain(key, "This is what the run does anyway.");
      return;
    }
    this.#branching = undefined;
    const next = new Lane(told, undefined);
    await this.#submit(compose([...this.lanes.filter((l) => l.active), next].map((l) => l.resolved)));
    const lanes = beside(this.lanes, [next]);
    await this.#show(await this.#page(compose(lanes.map((l) => l.resolved))));
    this.bar.say(`Lane ${this.lanes.at(-1)?.letter} branches at step ${step}.`);
  }

  /** Starts what has not been run. */
  run() {
    clearTimeout(this.#timer);
    this.#enqueue(async () => {
      await this.#apply();
      await this.#start();
    });
  }

  /**
   * An order to all runs that can follow it.
   * @param {string} order
   */
  order(order) {
    const can = { pause: ["running", "queued"], resume: ["paused"], step: ["running", "paused"], stop: ["queued", "running", "paused"] }[order] ?? [];
    this.#enqueue(async () => {
      const told = await Promise.all(this.lanes.filter((l) => l.run && can.includes(l.state)).map((l) => act(/** @type {Run} */ (l.run).url, order)));
      if (order === "stop" && told.some((m) => !ended(m.state))) this.bar.note("it goes on: somebody else wants this run too");
    });
  }

  /** @param {() => Promise<void>} task */
  #enqueue(task) {
    this.#queue = this.#queue.then(task).catch((e) => this.#failed(e));
  }

  /**
   * Acts on the changes of the form. What was running stops and keeps its curve;
   * the new settings become the next lane and start. Otherwise they wait for the
   * button.
   */
  async #apply() {
    const last = this.lanes.at(-1);
    if (!this.#pending.size || !last) return;
    const changes = new Map(this.#pending);
    this.#pending.clear();
    if (this.#branching !== undefined) {
      const [[key, value]] = changes;
      return this.#diverge(this.#branching, key, value);
    }
    const base = changes.has("method") ? this.#shared() : new Map(last.settings);
    // what is changed for a lane is changed for all its seeds
    const together = changes.has("seed") ? [last] : (this.kin.at(last.tone) ?? []).map((i) => this.lanes[i]);
    base.set("seed", together.map((l) => l.resolved.get("seed")).join(","));
    for (const [key, value] of changes) base.set(key, value);

    const alone = await this.#page(String(new URLSearchParams([...base])));
    const problems = all(alone, "[data-field] .problem").map((p) => ({ key: p.closest("[data-field]")?.getAttribute("data-field") ?? "", text: p.textContent ?? "" }));
    if (problems.length && last.active) {
      // what runs goes on as it is
      for (const { key, text } of problems) this.#complain(key, text, last.resolved.get(key));
      return;
    }
    /** @type {Lane[]} */
    const next = JSON.parse(/** @type {HTMLElement | null} */ (alone.querySelector("[data-lab]"))?.dataset.lab ?? "{}").lanes.map((/** @type {import("./lane.js").Told} */ l) => new Lane(l, undefined));
    if (next.at(-1)?.query === last.query) {
      this.#replace(together.length > 1 ? await this.#page(compose(this.lanes.map((l) => l.resolved))) : alone, ["controls", "notices"]); // changed, and changed back
      wireSliders(this.main);
      return;
    }
    const goes = last.active;
    const begun = together.some((l) => l.log.length > 0);
    const lanes = beside(this.lanes.filter((l) => (begun || !together.includes(l)) && !next.some((n) => n.query === l.query)), next);
    const asked = compose(next.map((l) => l.resolved));
    if (goes) {
      await Promise.all(this.lanes.filter((l) => l.active && l.run).map((l) => act(/** @type {Run} */ (l.run).url, "stop")));
      try {
        await this.#submit(asked);
      } catch (e) {
        this.#pending = new Map([...changes, ...this.#pending]); // Run tries again with the same
        throw e;
      }
    }
    await this.#show(lanes.length > 1 ? await this.#page(compose(lanes.map((l) => l.resolved))) : goes ? await this.#page(asked) : alone);
    for (const { key, text } of problems) this.#complain(key, text); // the form has the nearest value now
  }

  /** Shows the lanes with another number of seeds; where something runs, the new ones run too. @param {string} label of the choice */
  async #seeds(label) {
    await this.#apply();
    const place = this.main.querySelector(`[data-seeds][aria-label="${label}"]`)?.getAttribute("href");
    if (!place) return;
    const goes = this.lanes.some((l) => l.active);
    await this.#show(await page(place), this.time.step);
    this.bar.say(label);
    if (goes) await this.#start();
  }

  /** The settings of the last lane that another method takes over. */
  #shared() {
    const form = /** @type {HTMLFormElement} */ (this.main.querySelector("[data-method-form]"));
    const radio = /** @type {HTMLInputElement} */ (form.querySelector("input[type=radio]"));
    const prefix = radio.name.slice(0, -"method".length);
    /** @type {Map<string, string>} */
    const settings = new Map();
    for (const input of all(form, "input[type=hidden]")) {
      const { name, value } = /** @type {HTMLInputElement} */ (input);
      if (prefix ? name.startsWith(prefix) : !/^[b-f]\./.test(name)) settings.set(name.slice(prefix.length), value);
    }
    return settings;
  }

  /** Starts the lanes that have not been run to an end. */
  async #start() {
    const waiting = this.lanes.filter((l) => ["idle", ...AGAIN].includes(l.state));
    if (!waiting.length) {
      this.bar.note("these settings have been run: the curves are the result");
      return;
    }
    this.bar.busy = "starting";
    this.draw();
    try {
      const together = this.lanes.filter((l) => l.active || waiting.includes(l)); // one submission, which counts once
      await this.#submit(compose(together.map((l) => l.resolved)));
      await this.#show(await page(this.#addressed()));
    } finally {
      this.bar.busy = "";
      this.draw();
    }
  }

  /** Path and query of what is shown, in the form that the server gives them. @returns {string} */
  #addressed() {
    return JSON.parse(this.main.dataset.lab ?? "{}").address;
  }

  /** Starts runs. One that was stopped begins anew, and has to be listened to anew. @param {string} query */
  async #submit(query) {
    for (const { id } of (await start(query)).lanes) {
      const old = this.runs.get(id);
      if (!old || !AGAIN.includes(old.state)) continue;
      old.stream.close();
      this.runs.delete(id);
      this.#over.delete(id);
    }
  }

  /** Shows another page's lanes here, at a step or live. @param {Document} doc @param {number} [step] */
  async #show(doc, step) {
    const main = /** @type {HTMLElement | null} */ (doc.querySelector("[data-lab]"));
    if (!main) throw new Error("the server's page has no lab");
    this.#replace(doc, ["title", "controls", "notices", "story", "lanes", "goon", "explain", "verdicts", "runs", "share", "slow"]);
    this.main.dataset.lab = main.dataset.lab;
    document.title = doc.title;
    this.#branching = undefined;
    this.#address.forget();
    this.time.take(step);
    history.replaceState(null, "", this.#addressed() + this.fragment());
    this.#place = location.pathname + location.search;
    this.take(this.main);
  }

  /** Takes regions over from the page as it is now. @param {string[]} names */
  async #refresh(names) {
    this.#replace(await page(this.#addressed()), names);
    this.#shift();
  }

  /**
   * Takes over regions of another page; focus, and what the reader has unfolded, stay.
   * @param {Document} doc @param {string[]} names
   */
  #replace(doc, names) {
    const focused = document.activeElement?.id || /** @type {HTMLInputElement | null} */ (document.activeElement)?.value;
    const byId = document.activeElement?.id;
    const isSlider = document.activeElement instanceof HTMLInputElement && document.activeElement.type === "range";
    const slider = isSlider ? document.activeElement?.closest("[data-field]")?.getAttribute("data-field") : undefined;
    for (const name of names) {
      const here = document.querySelector(`[data-region="${name}"]`);
      const there = doc.querySelector(`[data-region="${name}"]`);
      if (!here || !there) continue;
      const open = new Set(all(here, "details[open]").map((d) => d.querySelector("summary")?.textContent?.trim() + (d.getAttribute("data-fold") ?? "")));
      here.replaceChildren(...there.childNodes);
      for (const d of all(here, "details")) {
        if (open.has(d.querySelector("summary")?.textContent?.trim() + (d.getAttribute("data-fold") ?? ""))) d.setAttribute("open", "");
      }
    }
    if (document.activeElement !== document.body) return;
    const again = slider
      ? this.main.querySelector(`[data-field="${slider}"] input[type=range]`)
      : byId
        ? document.getElementById(byId)
        : this.main.querySelector(`[data-method-form] input[value="${CSS.escape(String(focused ?? ""))}"]`);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  /** @param {string} key @param {string} text @param {string} [value] */
  #complain(key, text, value) {
    return complain(this.main, this.bar, key, text, value);
  }

  /** @param {unknown} e */
  #failed(e) {
    tellFailure(this.main, this.bar, e);
    this.draw();
  }

  /** Where the server has what a chart shows: a file for each lane, or for all seeds of one. */
  #files() {
    return views(this.lanes, this.kin).flatMap(({ letter }, k) => {
      const [first, ...more] = this.kin[k].flatMap((i) => this.lanes[i].run ?? []);
      const query = [...more.map((r) => `with=${r.id}`), ...(more.length && this.#also.seeds ? ["seeds=each"] : [])].join("&");
      return first ? [{ letter, url: first.url, query: query && `?${query}` }] : [];
    });
  }

  /** Opens or closes the numbers behind a figure. @param {HTMLElement} button @param {boolean} open */
  #numbers(button, open) {
    const figure = /** @type {HTMLElement} */ (button.closest("figure"));
    const panel = /** @type {HTMLElement} */ (figure.querySelector("[data-panel-data]"));
    button.setAttribute("aria-expanded", String(open));
    panel.hidden = !open;
    if (!open) return panel.replaceChildren();
    const chart = this.charts.find((c) => figure.contains(c.root));
    const runs = chart ? this.#files() : this.lanes.flatMap((l) => (l.run ? [{ letter: l.letter, url: l.run.url }] : []));
    const from = links(runs, figure.dataset.figure ?? "");
    aim(from, this.time.step);
    if (chart) return panel.replaceChildren(element("p", "aside", chart.summary?.textContent ?? ""), table(chart), from);
    const maps = figure === this.spheres?.figure ? this.spheres.list : (this.heats.find((h) => h.figure === figure)?.maps ?? []);
    panel.replaceChildren(...maps.flatMap((m) => [element("p", "aside", m.sentence()), m.table()]), from);
  }
}
