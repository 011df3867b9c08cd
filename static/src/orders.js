// What the reader orders: run, pause, go on, one step, stop, another number of seeds.

import { all, one } from "./elements.js";
import { AGAIN } from "./runs.js";
import { act, page, told } from "./server.js";
import { compose } from "./settings.js";
import { ended } from "./stream.js";

/** The states of runs that can follow an order. @type {Record<string, string[]>} */
const CAN = { pause: ["running", "queued"], resume: ["paused"], step: ["running", "paused"], stop: ["queued", "running", "paused"] };

export class Orders {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** Starts the lanes that have not been run to an end. */
  async start() {
    const { desk } = this;
    const waiting = desk.lanes.filter((l) => ["idle", ...AGAIN].includes(l.state));
    if (!waiting.length) return desk.bar.note("these settings have been run: the curves are the result");
    const said = desk.bar.busy; // of the change that has made these lanes
    desk.bar.busy = "starting";
    desk.draw();
    try {
      const together = desk.lanes.filter((l) => l.active || waiting.includes(l)); // one submission, which counts once
      await desk.runs.submit(compose(together.map((l) => l.resolved)));
      await desk.show(await page(told(desk.main).address));
    } finally {
      desk.bar.busy = "";
      if (said) desk.bar.note(said);
      desk.draw();
    }
  }

  /** An order to all runs that can follow it. @param {string} order */
  async give(order) {
    const { desk } = this;
    const said = await Promise.all(desk.lanes.flatMap((l) => (l.run && CAN[order]?.includes(l.state) ? act(l.run.url, order) : [])));
    if (order === "stop" && said.some((m) => !ended(m.state))) desk.bar.note("it goes on: somebody else wants this run too");
  }

  /** Shows the others without a lane; what it ran is kept, and Back shows it again. @param {string} name of the lane, or of those that differ in the seed only */
  async remove(name) {
    const { desk } = this;
    const link = (/** @type {string} */ of) => /** @type {HTMLElement | null} */ (desk.main.querySelector(`[data-remove="${CSS.escape(of)}"]`));
    const place = link(name)?.getAttribute("href");
    if (!place) return;
    if (told(desk.main).told) return location.assign(place);
    const focused = link(name) === document.activeElement;
    await desk.show(await page(place), desk.time.step);
    if (focused) (link(name) ?? /** @type {HTMLElement | undefined} */ (all(desk.main, "[data-remove]").at(-1)) ?? one(desk.main, "#figures"))?.focus({ preventScroll: true });
    desk.bar.note(`${name.length > 1 ? "lanes" : "lane"} ${name} removed: Back brings ${name.length > 1 ? "them" : "it"} again`);
  }

  /** Shows the lanes with another number of seeds; where something runs, the new ones run too. @param {string} label of the choice */
  async seeds(label) {
    const { desk } = this;
    await desk.changes.apply();
    const place = desk.main.querySelector(`[data-seeds][aria-label="${label}"]`)?.getAttribute("href");
    if (!place) return;
    const goes = desk.lanes.some((l) => l.active);
    await desk.show(await page(place), desk.time.step);
    desk.bar.say(label);
    if (goes) await this.start();
  }
}
