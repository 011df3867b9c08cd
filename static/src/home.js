// The first page: plays the records of a run that was recorded, or follows one
// that is running, in the same charts as the lab's.

import { Chart } from "./chart.js";
import { listen } from "./cursor.js";
import { element, say } from "./elements.js";
import { RunLog } from "./log.js";
import { aim, links, table } from "./numbers.js";
import { paint } from "./painter.js";
import { Reel } from "./reel.js";
import { onColours } from "./theme-colours.js";

const figure = /** @type {HTMLElement | null} */ (document.querySelector("[data-moving]"));
if (figure) void play(figure);

/** @param {HTMLElement} figure */
async function play(figure) {
  const schema = JSON.parse(figure.dataset.schema ?? "{}");
  const reel = new Reel(Number(figure.dataset.steps), "live" in figure.dataset, matchMedia("(prefers-reduced-motion: reduce)").matches);
  const step = /** @type {HTMLElement} */ (figure.querySelector("[data-step]"));
  const button = /** @type {HTMLButtonElement} */ (figure.querySelector("[data-play]"));
  const root = /** @type {HTMLElement} */ (figure.querySelector("[data-panels-root]"));

  const shown = new RunLog();
  shown.reset(schema);
  const charts = JSON.parse(figure.dataset.panels ?? "[]").map((/** @type {import("./curves.js").Panel} */ panel) => {
    const chart = chartIn(root, panel, (figure.dataset.records ?? "").replace(/\/records.*/, ""));
    chart.show([{ letter: "A", title: "", log: shown, steps: reel.steps }]);
    return chart;
  });
  for (const c of charts) c.inLine = charts;
  const said = figure.querySelector("[data-said]");
  listen((text) => said && (said.textContent = text), () => {}); // what the keyboard's cursor stands at
  const draw = () => {
    charts.forEach((/** @type {Chart} */ c) => c.draw());
    say(step, reel.words);
  };
  onColours(() => charts.forEach((/** @type {Chart} */ c) => c.redraw()));

  const show = () => {
    const n = Math.floor(reel.at);
    if (n < shown.length) shown.reset(schema); // it plays again
    while (shown.length < n) shown.appendJSON(reel.records[shown.length]);
    paint(draw);
  };
  let last = 0;
  /** @param {number} now */
  const frame = (now) => {
    if (!reel.playing) return;
    const before = Math.floor(reel.at);
    reel.pass(last ? Math.min(100, now - last) : 0);
    last = now;
    if (Math.floor(reel.at) !== before) show();
    requestAnimationFrame(frame);
  };
  const label = () => (button.textContent = reel.stands ? "Play" : "Pause");
  button.addEventListener("click", () => {
    reel.press();
    last = 0;
    label();
    requestAnimationFrame(frame);
  });

  const answer = await fetch(figure.dataset.records ?? "").catch(() => undefined);
  if (!answer?.ok || !answer.body) {
    step.textContent = "its records do not come";
    return;
  }
  label();
  button.hidden = false;
  requestAnimationFrame(frame);
  await reel.read(answer.body, () => {
    label();
    show();
  });
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
