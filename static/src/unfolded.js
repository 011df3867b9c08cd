// What of the page is unfolded, by names for a link: "more" for the further
// measurements, "essay", "fold.Network" for a group's further settings, and
// "data.loss" for the numbers of a chart.

/** @returns {string[]} */
export function unfolded() {
  const open = [];
  for (const d of document.querySelectorAll("main details[open]")) {
    const name = nameOf(d);
    if (name) open.push(name);
  }
  for (const b of document.querySelectorAll("[data-numbers][aria-expanded=true]")) open.push(`data.${b.closest("figure")?.id.replace(/^chart-/, "")}`);
  return open;
}

/** @param {Element} details */
function nameOf(details) {
  if (details.hasAttribute("data-more")) return "more";
  if (details.classList.contains("essay")) return "essay";
  const fold = details.getAttribute("data-fold");
  return fold ? `fold.${fold}` : "";
}

/** Unfolds what a link names. @param {string[]} names @param {(button: HTMLElement) => void} numbers opens a chart's numbers */
export function unfold(names, numbers) {
  for (const d of document.querySelectorAll("main details")) if (names.includes(nameOf(d))) d.setAttribute("open", "");
  for (const name of names.filter((n) => n.startsWith("data."))) {
    const button = document.getElementById(`chart-${name.slice(5)}`)?.querySelector("[data-numbers]");
    if (button instanceof HTMLElement) numbers(button);
  }
}
