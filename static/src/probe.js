// The page for somebody else's embeddings: files can be dropped anywhere on it.
// The form works without; this only fills its fields. Below it, the figures of the result.

import { readFigures } from "./reader.js";

/** What a file name says of where the file belongs. */
const NAMES = ["x1", "x2", "t1", "t2"];

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-drop]"));
if (form) listen(form);
readFigures();

/** @param {HTMLFormElement} form */
function listen(form) {
  const said = /** @type {HTMLElement} */ (form.querySelector("[data-drop-said]"));
  const most = Number(form.dataset.most);
  /** @param {string} name */
  const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

  document.addEventListener("dragover", (e) => {
    if (!e.dataTransfer?.types.includes("Files")) return;
    e.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (e) => {
    if (!e.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (e) => {
    document.body.classList.remove("dropping");
    if (!e.dataTransfer?.files.length) return;
    e.preventDefault();
    const places = assign([...e.dataTransfer.files].map((f) => f.name), NAMES.filter((n) => !field(n).files?.length));
    const words = [];
    for (const [i, name] of places.entries()) {
      const file = e.dataTransfer.files[i];
      if (!name) {
        words.push(`${file.name} has no place.`);
        continue;
      }
      const list = new DataTransfer();
      list.items.add(file);
      field(name).files = list.files;
      field(name).dispatchEvent(new Event("change", { bubbles: true }));
      const details = field(name).closest("details");
      if (details) details.open = true;
      words.push(`${file.name} is ${name}.`);
    }
    said.textContent = words.join(" ");
  });

  // A file that the server would refuse need not travel.
  form.addEventListener("change", (e) => {
    const input = /** @type {HTMLInputElement} */ (e.target);
    const file = input.files?.[0];
    if (!file) return;
    input.setCustomValidity(file.size > most ? `${file.name} is larger than the ${Math.floor(most / 2 ** 20)} MiB that are taken here. Give fewer rows.` : "");
    input.reportValidity();
  });
  form.addEventListener("submit", () => {
    said.textContent = "Sending and measuring; this takes a few seconds.";
  });
}

/**
 * Finds a field for each file: the one that its name ends in, as in run7-x1.npy, or else
 * the first that is empty. What finds none gets "".
 * @param {string[]} files
 * @param {string[]} empty
 * @returns {string[]}
 */
export function assign(files, empty) {
  const named = files.map((f) => NAMES.find((n) => f.toLowerCase().replace(/\.npy$/, "").endsWith(n)) ?? "");
  const places = named.map((n, i) => (named.indexOf(n) === i ? n : ""));
  const left = empty.filter((n) => !places.includes(n));
  return places.map((n) => n || (left.shift() ?? ""));
}
