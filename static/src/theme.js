// Runs before the page is drawn: applies the reader's choice of theme, so that
// nothing flashes, and says that scripts run. Small, and not a module, since
// modules wait for the document.
const root = document.documentElement;
root.classList.add("scripted");

/** @type {string | null} */
let chosen = null;
try {
  chosen = localStorage.getItem("theme");
} catch {
  // storage is forbidden: the system decides
}
const fixed = "fixed" in root.dataset; // a frame in another page has that one's
if (!fixed && (chosen === "light" || chosen === "dark")) root.dataset.theme = chosen;

document.addEventListener("DOMContentLoaded", () => {
  for (const button of fixed ? [] : document.querySelectorAll("[data-theme-toggle]")) {
    button.removeAttribute("hidden");
    button.addEventListener("click", () => {
      const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      const next = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
      root.dataset.theme = next;
      try {
        localStorage.setItem("theme", next);
      } catch {
        // it lasts as long as the page then
      }
      document.dispatchEvent(new Event("themechange"));
    });
  }
});
