// The view in the address's fragment: what is on screen and is not a setting, as
// #step=120&anchor=3&open=more. The server keeps the same keys (fragmentKeys in
// internal/web/short.go) and acts on none.

/**
 * What a link says of the view. A step that is missing means the newest; anchors are the
 * rows picked in each lane's sphere, -1 for none; turn is the sphere's angle in degrees;
 * arrows how many steps longer they are drawn; open what is unfolded; stage where slow
 * motion stands; order how the channels of the correlation map are put; seeds whether single ones are drawn in a band;
 * images the first image of the batch that is shown; near the held-out image whose neighbours are; pace how many steps a second are played; zoom from and to which step charts go.
 * @typedef {{ step?: number, anchor?: number[], turn?: [number, number], arrows?: number, pairs?: boolean, open?: string[], stage?: string, order?: "alike", seeds?: "each",
 *   images?: number, near?: number, pace?: number, zoom?: [number, number] }} View
 */

import { LEAST } from "./zoom.js";

const NUMBER = /^-?\d{1,9}(\.\d)?$/;
/** What is a count, from 0. @type {("step" | "images" | "near" | "pace")[]} */
const COUNTS = ["step", "images", "near", "pace"];
const NAME = /^[A-Za-z0-9._-]{1,60}$/;

/**
 * The view that a fragment names, null where it speaks of something else. What cannot be
 * read is left out.
 * @param {string} hash
 * @returns {View | null}
 */
export function viewOf(hash) {
  if (hash === "" || hash === "#") return {};
  const said = new URLSearchParams(hash.slice(1));
  const numbers = (/** @type {string} */ key) => {
    const parts = (said.get(key) ?? "").split(",");
    return parts.every((p) => NUMBER.test(p)) ? parts.map(Number) : undefined;
  };
  /** @type {View} */
  const v = {};
  for (const key of COUNTS) {
    const n = said.get(key);
    if (n !== null && /^\d{1,9}$/.test(n)) v[key] = Number(n);
  }
  const anchor = numbers("anchor");
  if (anchor && anchor.length <= 6) v.anchor = anchor.map((a) => Math.trunc(a));
  const turn = numbers("turn");
  if (turn?.length === 2) v.turn = [turn[0] % 360, Math.max(-90, Math.min(90, turn[1]))];
  const arrows = numbers("arrows");
  if (arrows?.length === 1) v.arrows = Math.max(-30, Math.min(30, Math.trunc(arrows[0])));
  if (said.get("pairs") === "1") v.pairs = true;
  const open = (said.get("open") ?? "").split(",").filter((n) => NAME.test(n));
  if (open.length) v.open = open.slice(0, 20);
  const stage = said.get("stage");
  if (stage && /^[a-z]{1,16}$/.test(stage)) v.stage = stage;
  if (said.get("order") === "alike") v.order = "alike";
  if (said.get("seeds") === "each") v.seeds = "each";
  const zoom = numbers("zoom");
  if (zoom?.length === 2 && zoom.every(Number.isInteger) && zoom[0] >= 0 && zoom[1] - zoom[0] >= LEAST) v.zoom = [zoom[0], zoom[1]];
  return Object.keys(v).length ? v : null;
}

/** The fragment of a view, empty where there is nothing to say. @param {View} v */
export function fragmentOf(v) {
  const parts = [];
  if (v.step !== undefined) parts.push(`step=${v.step}`);
  if (v.anchor?.some((a) => a >= 0)) parts.push(`anchor=${v.anchor.join(",")}`);
  if (v.turn) parts.push(`turn=${v.turn.map((d) => Number(d.toFixed(1))).join(",")}`);
  if (v.arrows) parts.push(`arrows=${v.arrows}`);
  if (v.pairs) parts.push("pairs=1");
  if (v.open?.length) parts.push(`open=${v.open.join(",")}`);
  if (v.stage) parts.push(`stage=${v.stage}`);
  if (v.order) parts.push(`order=${v.order}`);
  if (v.seeds) parts.push(`seeds=${v.seeds}`);
  for (const key of COUNTS.slice(1)) if (v[key] !== undefined) parts.push(`${key}=${v[key]}`);
  if (v.zoom) parts.push(`zoom=${v.zoom.join(",")}`);
  return parts.length ? `#${parts.join("&")}` : "";
}

/**
 * What of a view there is, and what of it there is not, in words.
 * @param {View} view @param {{ steps: number, points: number, stages: string[] }} there how many steps, points of a sphere at most, and which stages
 * @returns {{ view: View, missing: string }}
 */
export function present(view, { steps, points, stages }) {
  const { step, anchor, stage, ...rest } = view;
  const missing = [];
  if (step !== undefined && step >= steps) missing.push(`step ${step} of 0–${steps - 1}`);
  const far = anchor?.filter((a) => a >= points) ?? [];
  if (far.length) missing.push(`anchor ${far.join(", ")} of 0–${points - 1}`);
  if (stage && !stages.includes(stage)) missing.push(`stage ${stage}`);
  return {
    view: {
      ...(step !== undefined && step < steps ? { step } : {}),
      ...(anchor ? { anchor: anchor.map((a) => (a < points ? a : -1)) } : {}),
      ...(stage && stages.includes(stage) ? { stage } : {}),
      ...rest,
    },
    missing: missing.length ? `the link names what is not there: ${missing.join(", ")}` : "",
  };
}

/** What a link that would be too long gives up first. @type {(keyof View)[]} */
const FIRST = ["pace", "images", "near", "open", "turn", "arrows", "pairs", "order", "seeds", "zoom", "stage", "anchor"];

/**
 * The longest link that still fits: with the whole view, or with less of it, and at last
 * without curve hashes. Nothing may be left to give up, and then it is too long.
 * @param {string} link @param {string} bare the same without hashes
 * @param {View} view @param {number} longest characters
 * @returns {{ link: string, left: (keyof View | "hash")[] }} left: what of the view is not in it
 */
export function fit(link, bare, view, longest) {
  /** @type {(keyof View | "hash")[]} */
  const left = [];
  const v = { ...view };
  for (const key of FIRST) {
    if ((link + fragmentOf(v)).length <= longest) return { link: link + fragmentOf(v), left };
    if (v[key] !== undefined) left.push(key);
    delete v[key];
  }
  if ((link + fragmentOf(v)).length <= longest || link === bare) return { link: link + fragmentOf(v), left };
  return { link: bare + fragmentOf(v), left: [...left, "hash"] };
}
