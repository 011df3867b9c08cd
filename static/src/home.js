// The first page: plays the records of a run that was recorded, or follows one
// that is running, in the same charts as the lab's.

import { Chart } from "./chart.js";
import { listen } from "./cursor.js";
import { element } from "./elements.js";
import { RunLog } from "./log.js";
import { aim, links, table } from "./numbers.js";
import { paint } from "./painter.js";
import { onColours } from "./theme-colours.js";

/** Steps a second of a recorded run. */
const SPEED = 40;
/** How long the whole curve stays before it plays again, in milliseconds. */
const REST = 5000;

const figure = /** @type {HTMLElement | null} */ (document.querySelector("[data-moving]"));
if (figure) void play(figure);

/** @param {HTMLElement} figure */
async function play(figure) {
  const schema = JSON.parse(figure.dataset.schema ?? "{}");
  const steps = Number(figure.dataset.steps);
  const live = "live" in figure.dataset;
  const step = /** @type {HTMLElement} */ (figure.querySelector("[data-step]"));
  const button = /** @type {HTMLButtonElement} */ (figure.querySelector("[data-play]"));
  const root = /** @type {HTMLElement} */ (figure.querySelector("[data-panels-root]"));

  const shown = new RunLog();
  shown.reset(schema);
  const charts = JSON.parse(figure.dataset.panels ?? "[]").map((/** @type {import("./curves.js").Panel} */ panel) => {
    const chart = chartIn(root, panel, (figure.dataset.records ?? "").replace(/\/records.*/, ""));
    chart.show([{ letter: "A", title: "", log: shown, steps }]);
    return chart;
  });
  for (const c of charts) c.inLine = charts;
  const said = figure.querySelector("[data-said]");
  listen((text) => said && (said.textContent = text), () => {}); // what the keyboard's cursor stands at
  const draw = () => {
    charts.forEach((/** @type {Chart} */ c) => c.draw());
    step.textContent = `${live ? "running, " : "recorded, "}step ${shown.length} of ${steps}`;
  };
  onColours(() => charts.forEach((/** @type {Chart} */ c) => c.redraw()));

  /** @type {any[]} */
  const records = [];
  let moving = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  let at = 0; // records shown, with fractions
  let last = 0;
  let rest = 0;

  /** @param {number} now */
  const frame = (now) => {
    if (!moving) return;
    const passed = last ? Math.min(100, now - last) : 0;
    last = now;
    if (at < records.length) at = live ? records.length : Math.min(records.length, at + (SPEED * passed) / 1000);
    else if (!live && records.length >= steps && (rest += passed) > REST) {
      rest = at = 0;
      shown.reset(schema);
    }
    show();
    requestAnimationFrame(frame);
  };
  const show = () => {
    const before = shown.length;
    while (shown.length < Math.floor(at)) shown.appendJSON(records[shown.length]);
    if (shown.length !== before) paint(draw);
  };

  button.hidden = false;
  const label = () => (button.textContent = moving ? "Pause" : "Play");
  button.addEventListener("click", () => {
    moving = !moving;
    last = 0;
    if (moving && at >= records.length && !live) {
      at = 0;
      shown.reset(schema);
    }
    label();
    requestAnimationFrame(frame);
  });
  label();

  const answer = await fetch(figure.dataset.records ?? "");
  if (!answer.ok || !answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  requestAnimationFrame(frame);
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (text + value).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line) records.push(JSON.parse(line));
  }
  if (!moving) {
    at = records.length; // without motion: the whole curve
    show();
  }
}

/**
 * A chart with its heading, its summary, its numbers and the server's files of it.
 * @param {HTMLElement} root @param {import("./curves.js").Panel} panel @param {string} url of the run
 */
function chartIn(root, panel, url) {
  const figure = element("figure", "");
  const head = element("figcaption", "");
  const title = element("h3", "", panel.unit ? `${panel.title}, ${panel.unit}` : panel.title);
  const button = element("button", "quiet", "data");
  const plot = element("div", "plot");
  const summary = element("p", "visually-hidden");
  const numbers = element("div", "panel-data");
  [title.id, summary.id] = ["name", "summary"].map((what) => `${what}-${panel.figure}`);
  figure.setAttribute("aria-labelledby", title.id);
  Object.assign(button, { type: "button", ariaExpanded: "false", ariaLabel: `data: ${panel.title}, numbers and downloads` }).dataset.numbers = "";
  numbers.dataset.panelData = "";
  numbers.hidden = true;
  head.append(title, button);
  figure.append(head, plot, summary, numbers);
  root.append(figure);
  const chart = new Chart(plot, panel, summary);
  plot.setAttribute("aria-label", `${title.textContent}. Arrow keys move along the steps.`); // there is no other figure to show a step in
  button.addEventListener("click", () => {
    const open = (numbers.hidden = !numbers.hidden) === false;
    button.ariaExpanded = String(open);
    const files = links([{ letter: "", url }], panel.figure ?? "");
    aim(files, undefined);
    numbers.replaceChildren(...(open ? [element("p", "aside", summary.textContent ?? ""), table(chart), files] : []));
  });
  return chart;
}
