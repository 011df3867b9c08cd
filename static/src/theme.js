// Runs before the page is drawn: applies the reader's choice of theme, so that
// nothing flashes, and says that scripts run. Small, and not a module, since
// modules wait for the document.
const root = document.documentElement;
root.classList.add("scripted");

/** What a storage keeps under a name; null where it is forbidden. @param {() => Storage} storage @param {string} name */
function kept(storage, name) {
  try {
    return storage().getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a value, or as long as the page lasts where storage is forbidden. @param {() => Storage} storage @param {string} name @param {string} value */
function keep(storage, name, value) {
  try {
    storage().setItem(name, value);
  } catch {
    // it lasts as long as the page then
  }
}

const always = () => localStorage;
const thisTab = () => sessionStorage; // who presents does so in one window

/** The theme that the reader has chosen; the system decides where there is none. */
function chosen() {
  const theme = kept(always, "theme");
  return theme === "light" || theme === "dark" ? theme : undefined;
}

/** @param {string | undefined} theme */
function show(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
}

const fixed = "fixed" in root.dataset; // a frame in another page has that one's
if (!fixed) show(root.dataset.theme === "projector" || kept(thisTab, "present") ? "projector" : chosen());

document.addEventListener("DOMContentLoaded", () => {
  if (fixed) return;
  /** @param {string} selector @param {() => void} press */
  const wire = (selector, press) => {
    for (const button of document.querySelectorAll(selector)) {
      button.removeAttribute("hidden");
      button.addEventListener("click", () => {
        press();
        tell();
        document.dispatchEvent(new Event("themechange"));
      });
    }
  };
  const tell = () => document.querySelectorAll("[data-present]").forEach((b) => b.setAttribute("aria-pressed", String(root.dataset.theme === "projector")));
  wire("[data-theme-toggle]", () => {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const next = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
    show(next);
    keep(always, "theme", next);
    keep(thisTab, "present", "");
  });
  wire("[data-present]", () => {
    const begins = root.dataset.theme !== "projector";
    show(begins ? "projector" : chosen());
    keep(thisTab, "present", begins ? "1" : "");
  });
  tell();
});
