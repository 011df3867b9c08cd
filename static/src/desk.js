// The lab page: the lanes that it shows, the step that it shows them at, and what belongs
// together. Each of its parts is a module of its own.

import { Address } from "./address.js";
import { groups } from "./band.js";
import { Bar } from "./bar.js";
import { Behind } from "./behind.js";
import { Branching } from "./branch.js";
import { Changes } from "./changes.js";
import { complain, forgive, tellFailure } from "./complaint.js";
import { listen, pin } from "./cursor.js";
import { released } from "./drafts.js";
import { all, one } from "./elements.js";
import { Figures } from "./figures.js";
import { Run } from "./lane.js";
import { LanesWords } from "./laneswords.js";
import { aim } from "./numbers.js";
import { Orders } from "./orders.js";
import { Parts } from "./parts.js";
import { replaceRegions } from "./regions.js";
import { Runs } from "./runs.js";
import { act, page, told } from "./server.js";
import { compose } from "./settings.js";
import { Sharing } from "./sharing.js";
import { wireSliders } from "./sliders.js";
import { Timeline } from "./timeline.js";
import { unfold, unfolded } from "./unfolded.js";
import { fragmentOf, present, viewOf } from "./view.js";
import { wire } from "./wiring.js";
import { onZoom, zoom, zoomed } from "./zoom.js";

/** @typedef {import("./lane.js").Lane} Lane @typedef {import("./view.js").View} View */

/** What of a view no part of the page that is always there keeps for itself. @type {(keyof View)[]} */
const ALSO = ["stage", "order", "seeds", "images", "near", "pace"];

/** That of a view. @param {View} view @returns {View} */
const also = (view) => Object.fromEntries(ALSO.filter((key) => view[key] !== undefined).map((key) => [key, view[key]]));

/** How many steps and points the lanes of a page have at most, and which stages. @param {HTMLElement} main */
function extent(main) {
  const lanes = told(main).lanes.map((l) => new Map(l.resolved));
  const most = (/** @type {string[]} */ ...keys) => Math.max(...lanes.map((l) => Number(keys.map((k) => l.get(k)).find((v) => v !== undefined) ?? 0)));
  return {
    steps: most("then.steps", "steps"),
    points: 2 * most("batch"), // two views; a sphere may have a sample of them
    stages: all(document, "[data-slow] [data-stage]").map((e) => e.getAttribute("data-stage") ?? ""),
  };
}

export class Desk {
  /** @type {Lane[]} */
  lanes = [];
  /** Numbers of the lanes, those that differ in the seed only together. @type {number[][]} */
  kin = [];
  /** Everything that talks to the server about settings happens one after the other. */
  #queue = /** @type {Promise<unknown>} */ (Promise.resolve());
  #address = new Address();
  /** What of the view belongs to slow motion, the maps, the bands, the images and the pace. @type {View} */
  #also;
  /** Path and query of what is shown. */
  #place = location.pathname + location.search;

  /** @param {HTMLElement} main @param {typeof Run} [Kind] of the runs */
  constructor(main, Kind = Run) {
    const { view, missing } = present(viewOf(location.hash) ?? {}, extent(main));
    const say = (/** @type {string} */ text) => this.bar.say(text);
    this.main = main;
    this.#also = also(view);
    this.bar = new Bar(/** @type {HTMLElement} */ (one(document, "[data-runbar]")));
    this.time = new Timeline(/** @type {HTMLElement} */ (one(document, "[data-timeline]")), {
      moved: (_step, held) => {
        this.#address.show(this.fragment(), held);
        this.#shift();
      },
      say,
      branch: (step) => this.branching.begin(step),
      paced: (pace) => this.keep({ pace }),
    });
    this.time.step = view.step;
    this.time.pace(view.pace);
    listen(say, (step) => this.time.go(step));
    this.figures = new Figures(this);
    this.figures.spheres?.restore(view);
    zoom(view.zoom);
    onZoom(() => this.noted());
    this.words = new LanesWords(main, () => this.draw(), (key, value) => this.attempt(key, value));
    this.behind = new Behind(this);
    this.changes = new Changes(this);
    this.branching = new Branching(this);
    this.orders = new Orders(this);
    this.runs = new Runs(Kind, (run, what) => this.#heard(run, what));
    this.parts = new Parts(this.#words, this.figures.parts);
    this.sharing = new Sharing(this);
    wire(this);
    window.addEventListener("popstate", () => this.#returned());
    this.take();
    if (view.stage) this.figures.lazy.ask();
    if (view.order) this.enqueue(() => this.arrange(true));
    unfold(view.open ?? [], (button) => this.behind.show(button, true));
    this.#missing(missing);
  }

  /** Says what a link names that is not there, and takes it out of the address. @param {string} text */
  #missing(text) {
    if (!text) return;
    this.bar.note(text);
    this.noted();
  }

  // What is shown, and where.

  /** The first lane of each kin: spheres, maps and images are its. */
  get leads() {
    return this.kin.map(([i]) => this.lanes[i]);
  }

  /** Whether single seeds are drawn in a band. */
  get seeds() {
    return this.#also.seeds === "each";
  }

  /** What is on screen and is not a setting, for a link. @returns {View} */
  view() {
    const [open, part] = [unfolded(), zoomed()];
    const { stage, ...rest } = this.#also;
    const stands = stage && one(document, `[data-slow] [data-stage="${stage}"]`); // other settings have other stages
    return { ...(this.time.step === undefined ? {} : { step: this.time.step }), ...this.figures.spheres?.state(), ...(open.length ? { open } : {}), ...rest, ...(stands ? { stage } : {}), ...(part ? { zoom: part } : {}) };
  }

  fragment() {
    return fragmentOf(this.view());
  }

  /** A page of the lab with these settings, and what a lesson has fixed. @param {string} query */
  page(query) {
    const { path, lesson } = told(this.main);
    return page(`${path}?${query}${lesson ? `&${lesson}` : ""}`);
  }

  /** Takes over what the page says about its lanes. */
  take() {
    this.lanes = this.runs.take(told(this.main).lanes);
    this.kin = groups(this.lanes);
    this.kin.forEach((some, tone) => some.forEach((i) => (this.lanes[i].tone = tone)));
    this.figures.take();
    wireSliders(this.main);
    this.#shift();
    this.behind.again(this.main);
  }

  /**
   * Shows another page's lanes here, at a step or live; where they are others, with an entry of the browser's history.
   * Where the reader has left the place meanwhile, by the browser's own way, nothing is shown: what leads there waits its turn.
   * @param {Document} doc @param {number} [step] @param {boolean} [again] the gesture that has made the last entry goes on
   * @param {string} [place] at which it is shown; another than the page's is an entry of the history that is there
   */
  async show(doc, step, again = false, place = this.#place) {
    const main = one(doc, "[data-lab]");
    if (!main) throw new Error("the server's page has no lab");
    await released();
    if (location.pathname + location.search !== place) return;
    const here = place === this.#place;
    const before = told(this.main).address;
    if (here) this.#address.settle(this.fragment());
    replaceRegions(doc, ["title", "controls", "notices", "story", "lanes", "goon", "explain", "verdicts", "runs", "slow", "whole", ...(this.sharing.outdate(true) ? ["share"] : [])]);
    this.main.dataset.lab = main.dataset.lab;
    document.title = doc.title;
    this.branching.step = undefined;
    this.changes.stay();
    this.#address.forget();
    this.time.take(step);
    const { address } = told(this.main);
    if (here && address !== before) this.#address.turn(address + this.fragment(), again);
    else history.replaceState(null, "", address + this.fragment());
    this.#place = location.pathname + location.search;
    this.take();
  }

  /** Shows the form of the last lane as it is. @param {Document} [doc] a page that has it */
  async showForm(doc) {
    const form = doc ?? (await this.page(compose(this.lanes.map((l) => l.resolved))));
    await released();
    this.branching.step = undefined;
    replaceRegions(form, ["controls", "notices"]);
    this.changes.stay();
    wireSliders(this.main);
  }

  /** Takes regions over from the page as the server has it now. @param {string[]} regions */
  renew(regions) {
    this.#next(async () => {
      const now = await page(this.#place);
      replaceRegions(now, regions.filter((r) => r !== "share" || this.sharing.outdate()));
      this.#linked();
    });
  }

  /** Something of the view has changed that is no step. */
  noted() {
    this.#address.note(() => this.fragment());
    this.#shared();
  }

  /** The view has something more to say that is drawn already. @param {View} said */
  keep(said) {
    this.#also = also({ ...this.#also, ...said });
    this.noted();
  }

  /** Something that is no step of the view is another: told to the browser, and to links. @param {View} said */
  see(said) {
    if ("stage" in said && !said.stage !== !this.#also.stage) this.#address.part(); // to open and to close slow motion are entries of the history
    this.#also = also({ ...this.#also, ...said });
    this.#address.show(this.fragment(), false);
    this.#shift();
  }

  /** The page shows another step. */
  #shift() {
    pin(this.time.step);
    this.#linked();
    aim(this.main, this.time.step);
    this.draw();
  }

  /** The link to share has the view, which the server's page does not know. */
  #linked() {
    const link = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-link]"));
    if (link) link.value = link.defaultValue + this.fragment();
    this.#shared();
  }

  /** What of the panel Share follows the view. */
  #shared() {
    const presents = /** @type {HTMLAnchorElement | null} */ (one(document, "[data-presents]"));
    if (presents) presents.hash = this.fragment();
    this.sharing.refresh();
  }

  /** The reader went back or forward. */
  #returned() {
    const place = location.pathname + location.search;
    const same = place === this.#place;
    const named = viewOf(location.hash) ?? (same ? undefined : {});
    const { view, missing } = named && same ? present(named, extent(this.main)) : { view: named, missing: "" };
    if (view) zoom(view.zoom);
    this.#address.forget();
    if (!view) return; // a link to a part of the page
    this.#also = also(view);
    this.figures.thin();
    this.enqueue(() => this.arrange(view.order !== undefined));
    this.stage();
    this.time.take(view.step);
    this.time.pace(view.pace);
    this.figures.spheres?.restore(view);
    if (same) {
      this.#shift();
      return this.#missing(missing);
    }
    this.changes.drop();
    this.enqueue(async () => {
      await this.show(await page(place), view.step, false, place);
    });
  }

  // What is drawn.

  /** Draws everything with the next frames. */
  draw() {
    this.parts.draw();
  }

  /** Brings the time and everything that is said up to the lanes, and asks for what a step of the past needs. */
  #words = () => {
    this.time.show(this.lanes);
    for (const { run } of this.lanes) if (run && this.time.step !== undefined) run.recall.want(this.time.step);
    this.bar.show(this.lanes, this.time.step);
    this.words.show(this.lanes, this.time.step);
  };

  /** Slow motion and the images stand where the address says. */
  stage() {
    this.figures.lazy.inside?.take(this.#also);
  }

  /** Puts alike channels of the maps together, or each by its number. @param {boolean} alike */
  async arrange(alike) {
    try {
      await this.figures.channels?.take(alike);
    } catch (e) {
      this.keep({ order: undefined }); // a link says what is seen
      throw e;
    }
  }

  /** Begins slow motion, at a step that stays. */
  async slowly() {
    await this.figures.lazy.wake();
    const { newest } = this.time;
    if (newest < 0) return this.bar.note("slow motion shows a step that has been computed: run it first");
    if (this.time.step === undefined && this.lanes.some((l) => l.state === "running")) this.time.go(newest - 1);
    this.figures.inside(); // the focus goes nowhere before it is drawn, and the painter may not have come to it
    this.figures.lazy.inside?.slow.open();
  }

  // What happens.

  /** @param {Run} run @param {"records" | "state"} what */
  #heard(run, what) {
    if (what === "records" && run.state === "running" && this.time.step === undefined) {
      this.parts.follow();
      this.behind.follow();
    } else this.draw();
    if (what !== "state") return;
    if (this.runs.news(run)) this.renew(["verdicts", "goon", "runs", "share"]); // how it ended is the server's to say: its hash, and whether that is the link's
    if (run.ended && run.link === "closed") this.behind.again(this.main);
  }

  /** A control has changed. @param {string} key @param {string} value */
  change(key, value) {
    const { locked, path, told: fixed } = told(this.main);
    if (locked?.includes(key)) return this.bar.note(`${key} is fixed for this lesson`);
    if (fixed) return location.assign(`${path}?${compose(this.lanes.map(({ resolved }, i, { length }) => (i < length - 1 ? resolved : new Map([...resolved, [key, value]]))))}`);
    this.changes.take(key, value);
  }

  /** Runs the last lane with another setting. @param {string} key @param {string} value */
  attempt(key, value) {
    this.change(key, value);
    if (!told(this.main).told) this.run(); // or the page that it leads to has a button for that
  }

  /** Starts what has not been run. */
  run() {
    this.changes.hold();
    this.enqueue(async () => {
      if (!(await this.changes.apply())) await this.orders.start();
    });
  }

  /** @param {string} order to all runs that can follow it */
  order(order) {
    this.enqueue(() => this.orders.give(order));
  }

  /** Pins or unpins a run of the list below. @param {string} url @param {string} order */
  orderOf(url, order) {
    this.enqueue(async () => {
      await act(url, order);
      replaceRegions(await page(told(this.main).address), ["runs"]);
      this.#shift();
      this.bar.say(`${order}ned`);
    });
  }

  /** What the reader wants, after all that was wanted before it. @param {() => unknown} task */
  enqueue(task) {
    this.#next(() => {
      forgive(this.main);
      return task();
    });
  }

  /** @param {() => unknown} task */
  #next(task) {
    this.#queue = this.#queue.then(task).catch((e) => {
      tellFailure(this.main, this.bar, e);
      this.draw();
    });
  }

  /** Says at a field what is wrong, and puts a value back. @param {string} key @param {string} text @param {string} [value] */
  complain(key, text, value) {
    complain(this.main, this.bar, key, text, value);
  }
}
