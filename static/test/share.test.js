import assert from "node:assert/strict";
import { test } from "node:test";
import { frameOf, locks, snippet, wire, withLesson } from "../src/share.js";
import { fit, fragmentOf, viewOf } from "../src/view.js";

test("a view comes back from its fragment", () => {
  for (const v of /** @type {import("../src/view.js").View[]} */ ([
    {}, { step: 0 }, { step: 120, anchor: [3] }, { anchor: [-1, 5, 2], turn: [30.5, -12], arrows: -2, pairs: true, open: ["more", "data.at.predictor.positive_norm", "fold.Network"] },
    { images: 16, near: 0, pace: 160 }, { step: 5, near: 31 },
  ])) assert.deepEqual(viewOf(fragmentOf(v)), v, fragmentOf(v));
  assert.equal(fragmentOf({ step: 43 }), "#step=43");
  assert.deepEqual(viewOf(fragmentOf({ step: 43, zoom: [40, 160] })), { step: 43, zoom: [40, 160] });
  for (const bad of ["#zoom=40", "#zoom=40,41", "#zoom=-1,9", "#zoom=9,3", "#zoom=1.5,9"]) assert.equal(viewOf(bad), null, bad);
});

test("what is no view is none, and what cannot be read is left out", () => {
  for (const other of ["#figures", "#step=", "#anchor=x", "#turn=1", "#near=-1", "#pace=fast"]) assert.equal(viewOf(other), null, other);
  assert.deepEqual(viewOf("#step=3&anchor=<b>&turn=1,999&open=a/b,more"), { step: 3, turn: [1, 90], open: ["more"] });
});

test("a link gives up what matters least until it fits", () => {
  const view = { step: 7, anchor: [3], open: ["more", "essay"] };
  const link = "http://h/lab?v=1&hash=2-fma-41-0123456789abcdef";
  const bare = "http://h/lab?v=1";
  const whole = link + fragmentOf(view);
  assert.deepEqual(fit(link, bare, view, 1500), { link: whole, left: [] });
  assert.deepEqual(fit(link, bare, view, whole.length - 1), { link: `${link}#step=7&anchor=3`, left: ["open"] });
  assert.deepEqual(fit(link, bare, view, link.length + 8), { link: `${link}#step=7`, left: ["open", "anchor"] });
  assert.deepEqual(fit(link, bare, view, 30), { link: `${bare}#step=7`, left: ["open", "anchor", "hash"] });
});

test("a lesson stands between settings and hash", () => {
  const link = "http://h/lab?lr=0.1&v=1&hide=story&lock=lr&hash=2-fma-41-0123456789abcdef";
  assert.equal(withLesson(link, { hide: ["norms"], lock: ["all", "-lr"] }), "http://h/lab?lr=0.1&v=1&hide=norms&lock=all,-lr&hash=2-fma-41-0123456789abcdef");
  assert.equal(withLesson(link, { hide: [], lock: [] }), "http://h/lab?lr=0.1&v=1&hash=2-fma-41-0123456789abcdef");
  assert.equal(withLesson("http://h/lab?v=1", { hide: ["a", "b"], lock: ["c"] }), "http://h/lab?v=1&hide=a,b&lock=c");
  assert.deepEqual(locks(["lr", "tau"]), ["lr", "tau"]);
  assert.deepEqual(locks(["all", "-lr"]), ["all", "-lr"]);
});

test("a frame is written as HTML", () => {
  const address = frameOf("http://h/embed?method=byol&v=1", ["norms", "sphere"], ["run"], "dark");
  assert.equal(address, "http://h/embed?method=byol&v=1&hide=run&show=norms,sphere&theme=dark");
  assert.match(snippet(address), /src="http:\/\/h\/embed\?method=byol&amp;v=1&amp;hide=run&amp;show=norms,sphere&amp;theme=dark"/);
  assert.doesNotMatch(snippet('"><script>'), /<script>/);
});

/** The panel as wire finds it, with the link of a page; what is clicked copies that link. */
function panel() {
  const part = () => ({ value: "", defaultValue: "", textContent: "", hidden: true, dataset: {}, focus() {}, select() {} });
  /** @type {Record<string, ReturnType<typeof part>>} */
  const parts = Object.fromEntries(["link", "link-note", "shorten-link", "short", "short-link", "short-page", "short-qr", "copied"].map((name) => [`[data-${name}]`, part()]));
  parts["#share-short"] = part();
  parts["[data-link]"].defaultValue = "http://h/lab?v=1";
  const button = { dataset: { copy: "link" }, textContent: "copy", getAttribute: () => "Copy the link" };
  /** @type {import("../src/view.js").View} */
  const view = {};
  const root = Object.assign(new EventTarget(), { dataset: { longest: "1500" }, querySelector: (/** @type {string} */ s) => parts[s] ?? null, closest: () => button, matches: () => true, action: "/short" });
  const { refresh } = wire(/** @type {any} */ (root), () => view);
  return { parts, view, refresh, button, happen: (/** @type {string} */ type) => root.dispatchEvent(new Event(type, { cancelable: true })) };
}

/** Lets everything that has been answered be taken in. */
const settle = () => new Promise((done) => setImmediate(done));

test("a short link is of what is on screen when it comes, or it is not shown", async (t) => {
  for (const meanwhile of [undefined, 7]) {
    /** @type {(answer: unknown) => void} */
    let answer = () => {};
    t.mock.method(globalThis, "fetch", () => new Promise((resolve) => (answer = resolve)));
    const { parts, view, refresh, happen } = panel();
    happen("submit");
    view.step = meanwhile;
    refresh();
    answer({ ok: true, json: async () => ({ url: "http://h/s/abc", page: "/s/abc/page", qr: "/s/abc.png" }) });
    await settle();
    const shown = meanwhile === undefined;
    assert.equal(parts["[data-short]"].hidden, !shown);
    assert.equal(parts["[data-short-link]"].value, shown ? "http://h/s/abc" : "");
    assert.match(parts["[data-copied]"].textContent, shown ? /^Short link http/ : /another state by now/);
  }
});

test("what the browser has not copied is not said to be", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const works of [true, false]) {
    const { parts, button, happen } = panel();
    globalThis.document = /** @type {any} */ ({ getElementById: () => parts["[data-link]"], execCommand: () => works });
    t.after(() => Reflect.deleteProperty(globalThis, "document"));
    happen("click");
    await settle();
    assert.equal(button.textContent, works ? "copied" : "not copied");
    assert.match(parts["[data-copied]"].textContent, works ? /^link: copied\.$/ : /^link: not copied\. It is selected/);
    t.mock.timers.tick(1500);
    assert.equal(button.textContent, "copy");
  }
});
