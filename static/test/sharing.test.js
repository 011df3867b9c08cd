// The panel Share: its script comes once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Sharing } from "../src/sharing.js";

/** Lets a script come. */
const settle = () => new Promise((done) => setTimeout(done, 20));

test("the panel is wired once, however often it is opened before its script is there", async () => {
  const panel = Object.assign(new EventTarget(), { dataset: { share: "data:text/javascript,throw new Error('not to be had')" } });
  globalThis.document = /** @type {any} */ ({ querySelector: () => panel });
  /** @type {string[]} */
  const heard = [];
  Object.assign(globalThis, { wired: () => heard.push("wired"), refreshed: () => heard.push("refreshed") });
  new Sharing(/** @type {any} */ ({ view: () => ({}), bar: { note: () => heard.push("does not come") } }));
  const toggle = (/** @type {string[]} */ ...states) => states.forEach((newState) => panel.dispatchEvent(Object.assign(new Event("beforetoggle"), { newState })));

  toggle("open");
  await settle();
  assert.deepEqual(heard.splice(0), ["does not come"]);

  panel.dataset.share = "data:text/javascript,export const wire = () => (wired(), { refresh: refreshed })";
  toggle("closed", "open", "closed", "open");
  await settle();
  assert.equal(heard.filter((what) => what === "wired").length, 1);
  assert.equal(heard.at(-1), "refreshed");
});
