// Numbers and states in words.

/**
 * A number for a line's end or a tick: three significant digits, plain for
 * numbers of everyday size, a true minus sign.
 * @param {number} v
 */
export function number(v) {
  if (!Number.isFinite(v)) return "–";
  const a = Math.abs(v);
  let s;
  if (a < 1e-12) s = "0";
  else if (a < 1e-3 || a >= 1e6) s = v.toExponential(1).replace(".0e", "e").replace("e+", "e");
  else if (a >= 100) s = v.toFixed(0);
  else s = String(Number(v.toPrecision(3)));
  return s.replaceAll("-", "−");
}

/** A value with as many digits as a label needs, of even width while it changes. @param {number} v */
export function reading(v) {
  const a = Math.abs(v);
  if (!Number.isFinite(v) || a < 1e-3 || a >= 100) return number(v);
  return (a < 0.1 ? v.toFixed(3) : a < 10 ? v.toFixed(2) : v.toFixed(1)).replace("-", "−");
}

/** A part of a whole, 0 to 1, with two digits. @param {number} v */
export const percent = (v) => `${number(Number((100 * v).toPrecision(2)))}\u00a0%`;

/**
 * Where a run is, for the bar and the list of lanes: how many steps it has done. A step that happened, as that of a
 * divergence, has its number, which begins at 0 as on the timeline. The twin of runWords in templates/lab.go.
 * @param {{ state: string, reason?: string, position?: number, wait?: number, done: number, steps: number }} m
 */
export function stateWords(m) {
  const because = m.reason ? `: ${m.reason}` : "";
  switch (m.state) {
    case "queued":
      return m.position ? `queued, number ${m.position}${m.wait ? `, about ${duration(m.wait)}` : ""}` : `queued${because}`;
    case "running":
      return `running, ${m.done} of ${m.steps} steps`;
    case "paused":
      return `paused after ${m.done} of ${m.steps} steps${because}`;
    case "finished":
      return `finished, ${m.done} steps`;
    case "diverged":
      return `diverged at step ${m.done - 1}`; // whose record is the last one
    case "forgotten":
      return "forgotten: run it again";
    case "cancelled":
      return `stopped after ${m.done} of ${m.steps} steps`;
    default:
      return m.state;
  }
}

/** Seconds for people. The twin of Duration in templates/form.go. @param {number} s */
function duration(s) {
  if (s < 1) return "a second";
  if (s < 90) return `${s.toFixed(0)} s`;
  return s < 5400 ? `${(s / 60).toFixed(0)} min` : `${(s / 3600).toFixed(0)} h`;
}

/**
 * How records come, where it is not over a socket: for the bar, behind what it says.
 * @param {import("./network.js").Way} way
 */
export function wayWords(way) {
  return { socket: "", events: " · over an event stream: sockets do not get through", poll: " · asking again and again: neither sockets nor streams get through" }[way];
}

/**
 * One sentence about a line, for a chart's summary.
 * @param {string} name
 * @param {import("./curves.js").LaneView["log"]} log
 * @param {string} field
 * @param {number} scale
 * @param {string} [axis] what the log counts
 */
export function trend(name, log, field, scale, axis = "step") {
  const end = log.last(field);
  if (!end) return "";
  let first = NaN;
  let lo = Infinity;
  let hi = -Infinity;
  for (let s = 0; s < log.length; s++) {
    const v = log.at(field, s) * scale;
    if (Number.isNaN(v)) continue;
    if (Number.isNaN(first)) first = v;
    lo = Math.min(lo, v);
    hi = Math.max(hi, v);
  }
  return `${name} ${number(end.value * scale)} at ${axis} ${end.step}, from ${number(first)}; smallest ${number(lo)}, largest ${number(hi)}.`;
}
