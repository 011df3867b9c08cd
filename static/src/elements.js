// Elements and what they say.

/** @param {string} tag @param {string} className @param {string} [text] */
export function element(tag, className, text = "") {
  const e = document.createElement(tag);
  e.className = className;
  e.textContent = text;
  return e;
}

/** @template {Element} T @param {ParentNode} root @param {string} selector */
export const all = (root, selector) => /** @type {T[]} */ ([...root.querySelectorAll(selector)]);

/** The first of a selector; the page says whether there is one. @param {ParentNode} root @param {string} selector */
export const one = (root, selector) => /** @type {HTMLElement | null} */ (root.querySelector(selector));

/** Has an element say something else, in the text that it has: a new one would be laid out anew where it is the same. @param {Element} e @param {string} text */
export function say(e, text) {
  if (!(e.firstChild instanceof Text)) e.textContent = text;
  else if (e.firstChild.data !== text) e.firstChild.data = text;
}

/** Gives an element so many children, keeping those that it has. @param {Element} parent @param {number} n @param {() => HTMLElement} make */
export function keep(parent, n, make) {
  while (parent.children.length > n) parent.lastElementChild?.remove();
  while (parent.children.length < n) parent.append(make());
  return /** @type {HTMLElement[]} */ ([...parent.children]);
}

let described = 0;

/** Has an element summed up by the text of another. @param {HTMLElement} e @param {HTMLElement} by */
export function describe(e, by) {
  by.id = `said-${++described}`;
  e.setAttribute("aria-describedby", by.id);
}
