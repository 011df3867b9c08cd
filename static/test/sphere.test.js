// The sphere: turning and projecting, and what its frames say.

import assert from "node:assert/strict";
import { test } from "node:test";

import { circle, nearest, round125, seen, turned } from "../src/projection.js";
import { layout, unitOf } from "../src/spherelayout.js";
import { globe, heaviest, hint, named, pointsOf, rowsOf, sentence, shown, story } from "../src/spherewords.js";

/** @param {number} a @param {number} b */
const near = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) < tolerance, `${a} is not ${b}`);

test("the viewer sees right, up and near, and lengths stay", () => {
  assert.deepEqual(seen({ turn: 0, tilt: 0 })([1, 2, 3]), [2, 3, 1]);
  const from = seen({ turn: Math.PI / 2, tilt: 0 })([0, 1, 0]);
  [0, 0, 1].forEach((v, k) => near(from[k], v));
  const above = seen({ turn: 1, tilt: Math.PI / 2 })([0, 0, 1]);
  [0, 0, 1].forEach((v, k) => near(above[k], v));
  for (const angle of [{ turn: 0.3, tilt: -0.7 }, { turn: -2, tilt: 1.1 }]) {
    const see = seen(angle);
    near(Math.hypot(...see([0.2, -0.5, 0.7])), Math.hypot(0.2, -0.5, 0.7));
    const [a, b] = [see([1, 0.5, -0.2]), see([-0.3, 1, 0.4])]; // right angles and products stay too
    near(a[0] * b[0] + a[1] * b[1] + a[2] * b[2], -0.3 + 0.5 - 0.08);
  }
});

test("turning stops at the poles", () => {
  assert.equal(turned({ turn: 0, tilt: 1.5 }, 0, 1).tilt, Math.PI / 2);
  near(turned({ turn: 6, tilt: 0 }, 1, 0).turn, 7 - 2 * Math.PI);
});

test("circles lie on the sphere", () => {
  for (const c of [circle("meridian", 0.5), circle("parallel", -1)]) for (const v of c) near(Math.hypot(...v), 1);
  for (const v of circle("parallel", -1)) near(v[2], Math.sin(-1));
});

test("scales are round and go in steps", () => {
  const cases = [[1, 0, 1], [1.01, 0, 2], [0.03, 0, 0.05], [0.06, 0, 0.1], [7, 0, 10], [1, 1, 2], [1, 2, 5], [1, 3, 10], [1, -1, 0.5], [2, -2, 0.5], [1e-7, 0, 1e-7]];
  for (const [v, further, want] of cases) near(round125(v, further) / want, 1);
});

test("a click finds the nearest point, in front of two as near", () => {
  const places = [{ x: 0, y: 0, near: -1 }, { x: 1, y: 0, near: 1 }, { x: 50, y: 0, near: 1 }];
  assert.equal(nearest(places, 0, 0, 10), 1);
  assert.equal(nearest(places, 48, 0, 10), 2);
  assert.equal(nearest(places, 25, 0, 10), -1);
});

/** @param {string} name @param {number} cols @param {number[]} data @param {number} scale @param {number} of @returns {import("../src/wire.js").Frame} */
const frame = (name, cols, data, scale = 1 / 100, of = cols) => ({ kind: "frame", step: 7, name, rows: data.length / cols, cols, of, scale, data: Int8Array.from(data) });

/** Two images: of the first the views lie on axes 1 and 2, of the second on axis 3. */
const frames = () => new Map([
  frame("sphere", 3, [100, 0, 0, 0, 0, 100, 0, 100, 0, 0, 0, 100]),
  frame("sphere_positive", 3, [0, 50, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0]),
  frame("sphere_negative", 3, [0, -25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  frame("sphere_length", 4, [70, 0, 50, -50, 0, 0, 0, 0, 70, 50, 0, 0, 0, 0, 0, 0]),
  frame("sphere_angle", 1, [-100, 0, 0, 0]),
  frame("sphere_class", 2, [3, 3], 1),
  frame("shares", 4, [0, 50, 0, -80, 50, 0, 60, 0]),
].map((f) => [f.name, f]));

const whole = (over = "both views") => {
  const all = frames();
  return /** @type {import("../src/spherewords.js").Globe} */ (globe((name) => all.get(name), 7, over, ["a", "b", "c", "boot"]));
};

test("frames of another step are no sphere", () => {
  const all = frames();
  assert.equal(globe((name) => all.get(name), 6, "", []), undefined);
  all.delete("sphere_angle");
  assert.equal(globe((name) => all.get(name), 7, "", []), undefined);
});

test("points, lengths and radial parts are the frames'", () => {
  const points = pointsOf(whole());
  assert.equal(points.length, 4);
  assert.deepEqual(points[2].at, [0, 1, 0]);
  near(points[0].positive.length, 0.49);
  near(points[0].negative.radial, -0.25);
  near(points[2].positive.radial, 0.25);
  near(points[0].cosine, -1);
  near(shown(points), 1);
});

test("arrows stand where the points are, in one unit", () => {
  const points = pointsOf(whole());
  assert.equal(unitOf(points, 0), 2); // 0.5 / 0.4, rounded up
  const l = layout(points, { turn: 0, tilt: 0 }, 200, 200, 0, 0);
  near(l.radius, 86);
  const [a, b, radial, c] = l.arrows;
  assert.deepEqual([a.row, a.part, a.kind], [0, "positive", "tangent"]);
  near(a.x1 - a.x0, (86 * 0.5) / 2);
  near(b.x1 - b.x0, (-86 * 0.25) / 2);
  assert.deepEqual([radial.part, radial.kind], ["negative", "radial"]); // towards the centre, which the viewer looks at
  near(radial.x1, radial.x0);
  near(c.x0, 186);
  assert.equal(l.arrows.length, 4);
  assert.equal(layout(points, { turn: 0, tilt: 0 }, 200, 200, 0, -1).arrows.length, 3);
  points[2].positive.radial = 5; // and what would cross the ball is cut
  const long = layout(points, { turn: 0, tilt: 0 }, 200, 200, 0, 2).arrows.find((s) => s.kind === "radial");
  assert.equal(long?.cut, true);
  near((long?.x1 ?? 0) - (long?.x0 ?? 0), 86 * 0.6);
  assert.deepEqual(layout(points, { turn: 0, tilt: 0 }, 200, 200, 0, -1, ["negative"]).arrows.map((s) => s.part), ["negative"]);
});

test("what pushes an anchor, its positive and itself aside", () => {
  const g = whole();
  assert.deepEqual(heaviest(g, 0).map((s) => [s.row, s.pulls, Number(s.share.toFixed(2))]), [[1, true, 0.64], [3, false, 0.25]]);
  assert.deepEqual([heaviest(g, 1), heaviest(g, 2)], [[], []]);
  assert.deepEqual(heaviest(g, 0).map((s) => [s.image, s.second]), [[1, false], [1, true]]);
  assert.deepEqual(heaviest(whole("bank"), 0).map((s) => [s.row, s.image]), [[-1, -1], [-1, -1]]);
  assert.equal(named(g, 3), "image 1, second view");
});

test("what is said", () => {
  const g = whole();
  const points = pointsOf(g);
  assert.match(sentence(g, points), /^Positive arrows are 0.245 long on average, negative ones 0.0625, at 104° to each other\.$/);
  const lines = story(g, points, 0, 5);
  assert.match(lines.map((l) => `${l.part} ${l.text}`).join("; "), /positive 0.49, radial share 0\s%; negative 0.25, radial share 71\s% inwards; angle 180° between them; pushed by image 1, same view \(pulls, same class\) 64\s%,\nimage 1, other view \(same class\) 25/);
  assert.deepEqual(lines.map((l) => l.images?.map((s) => [s.image, s.second])), [[[0, false]], [[0, true]], undefined, undefined, [[1, false], [1, true]]]);
  assert.equal(story(g, points, 1, 5)[0].text, "image 1, first view, boot");
  assert.equal(story({ ...g, names: [] }, points, 1, 5)[0].text, "image 1, first view, class 3");
  assert.equal(story({ ...g, classes: undefined }, points, 1, 5)[0].text, "image 1, first view");
  const { head, rows } = rowsOf(g, points);
  assert.deepEqual(rows[0], ["image 0, first view", "1.000", "0.000", "0.000", "0.49", "0", "0.25", "−0.25", "180°", "boot", "image 1, same view (pulls, same class) 64\u00a0%"]);
  assert.equal(head.length, rows[0].length);
  for (const p of points) p.at = [0.6, 0.3, 0.1];
  assert.match(sentence({ ...g, points: { ...g.points, of: 256 } }, points), /^All outputs lie at nearly the same place\..*46\s% of the outputs' squared length is in the picture\.$/);
  assert.match(hint({ ...g, points: { ...g.points, of: 256 } }), /^The directions are those of the first outputs; a point inside the ball/);
});
