// The panel Share: a link of exactly what is on screen, a short one with a QR code,
// what to write into another page, a lesson made by ticking, and copying all of it.
// It is loaded when the panel is opened for the first time.

import { fit } from "./view.js";

/** How long a button says that it has copied, in milliseconds. */
const SAID = 1500;

/** @typedef {{ hide: string[], lock: string[] }} Ticks */

/**
 * A link with what a lesson hides and locks in place of what it says of that; of the
 * rest everything stays, in its order, and a curve hash at the end.
 * @param {string} link @param {Ticks} ticks
 */
export function withLesson(link, { hide, lock }) {
  const [path, query = ""] = link.split("?");
  const parts = query.split("&").filter((p) => p && !/^(hide|lock)=/.test(p));
  const at = parts.findIndex((p) => /^(show|theme|hash)=/.test(p));
  const said = [hide.length ? `hide=${hide.join(",")}` : "", lock.length ? `lock=${lock.join(",")}` : ""].filter(Boolean);
  parts.splice(at < 0 ? parts.length : at, 0, ...said);
  return `${path}?${parts.join("&")}`;
}

/**
 * Which settings are locked: all with exceptions, or those ticked.
 * @param {string[]} ticked values of the boxes, "all" among them
 */
export function locks(ticked) {
  const names = ticked.filter((n) => n !== "all").map((n) => n.replace(/^-/, ""));
  return ticked.includes("all") ? ["all", ...names.map((n) => `-${n}`)] : names;
}

/** The address of a frame with what is ticked. @param {string} embed @param {string[]} show @param {string[]} hide @param {string} theme */
export function frameOf(embed, show, hide, theme) {
  const said = [hide.length ? `hide=${hide.join(",")}` : "", show.length ? `show=${show.join(",")}` : "", theme ? `theme=${theme}` : ""];
  return [embed, ...said].filter(Boolean).join("&");
}

/** HTML for a frame; its twin is snippet in templates/share.go. @param {string} address */
export function snippet(address) {
  const quoted = address.replaceAll("&", "&amp;").replaceAll('"', "&#34;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("'", "&#39;");
  return `<iframe src="${quoted}" width="800" height="600" title="Gradlab"></iframe>`;
}

/** What a link has left out, in words. @type {Record<keyof import("./view.js").View | "hash", string>} */
const WORDS = { open: "what is unfolded", turn: "the sphere's angle", arrows: "the arrows' scale", pairs: "the joined pairs", anchor: "the anchor", seeds: "the single seeds", zoom: "the range of steps", order: "the order of the channels", stage: "the stage of slow motion", images: "the images turned to", near: "the held-out image", pace: "the pace", hash: "the curve hash", step: "the step" };

/**
 * Brings the panel to life.
 * @param {HTMLElement} panel
 * @param {() => import("./view.js").View} view what is on screen and is no setting
 */
export function wire(panel, view) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (panel.querySelector(selector));
  const said = find("[data-copied]");
  const longest = Number(panel.dataset.longest);

  /** @param {HTMLFormElement | null} form @param {string} name @returns {string[]} */
  const ticked = (form, name) => (form ? [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((b) => /** @type {HTMLInputElement} */ (b).value) : []);

  /** The link as the boxes have it, which the form without script would open. */
  let edited = false;
  const refresh = () => {
    const input = find("[data-link]");
    if (!input) return;
    if (input.dataset.server !== input.defaultValue) { // the page is another one
      input.dataset.server = input.defaultValue;
      edited = false;
    }
    const lesson = find("[data-lesson]");
    const ticks = { hide: ticked(lesson, "hide"), lock: locks(ticked(lesson, "lock")) };
    const whole = edited ? withLesson(input.defaultValue, ticks) : input.defaultValue;
    const bare = whole.replace(/[?&]hash=[^&]*/, "");
    const { link, left } = fit(whole, bare, view(), longest);
    if (input.value !== link) {
      input.value = link;
      find("[data-short]").hidden = true; // of another state
    }
    const note = find("[data-link-note]");
    note.dataset.server ??= note.textContent ?? "";
    note.textContent = link.length > longest
      ? `This link has ${link.length} characters; mail and chat programs cut what is longer than ${longest}. Make a short one.`
      : left.length
        ? `So that the link has at most ${longest} characters, ${left.map((k) => WORDS[k]).join(", ")} ${left.length > 1 ? "are" : "is"} not in it.`
        : note.dataset.server;
    find("[data-shorten-link]").value = link;
    frame();
  };

  const frame = () => {
    const form = find("[data-embed]");
    if (!form) return;
    const theme = form.querySelector("select").value;
    find("[data-snippet]").value = snippet(frameOf(form.dataset.embed, ticked(form, "show"), ticked(form, "hide"), theme));
  };

  /** @param {HTMLElement} button @param {string} id */
  const copy = async (button, id) => {
    const from = /** @type {any} */ (document.getElementById(id));
    const text = from.value ?? from.textContent;
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // a page without https has no clipboard of its own: select it, and let the browser copy
      if ("select" in from) from.select();
      else getSelection()?.selectAllChildren(from);
      done = document.execCommand("copy");
    }
    const was = button.dataset.says ?? (button.dataset.says = button.textContent ?? "");
    button.textContent = done ? "copied" : "not copied";
    said.textContent = `${button.getAttribute("aria-label")?.replace(/^Copy:? ?(the )?/, "") ?? "It"}: ${done ? "copied." : "not copied. It is selected: copy it with the keyboard or the menu."}`;
    setTimeout(() => (button.textContent = was), SAID);
  };

  /** Asks for a short link and shows it. @param {HTMLFormElement} form */
  const shorten = async (form) => {
    const link = find("[data-shorten-link]").value;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ link }), headers: { Accept: "application/json" } }).catch(() => undefined);
    const told = await answer?.json().catch(() => undefined);
    const box = find("[data-short]");
    const note = find("[data-link-note]");
    const moved = find("[data-shorten-link]").value !== link;
    if (moved || !answer?.ok || !told) {
      note.textContent = moved ? "What is on screen is another state by now: make a short link of that." : (told?.errors?.[0]?.message ?? "The server does not answer: no short link was made.");
      said.textContent = note.textContent;
      return;
    }
    find("[data-short-link]").value = told.url;
    find("[data-short-page]").href = told.page;
    const picture = find("[data-short-qr]");
    Object.assign(picture, { src: told.qr, alt: `QR code of ${told.url}`, hidden: false });
    box.hidden = false;
    said.textContent = `Short link ${told.url}`;
    find("#share-short").focus();
  };

  panel.addEventListener("click", (e) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest("[data-copy]"));
    if (button) void copy(button, button.dataset.copy ?? "");
  });
  panel.addEventListener("submit", (e) => {
    const form = /** @type {HTMLFormElement} */ (e.target);
    if (!form.matches("[data-shorten]")) return; // the others open pages
    e.preventDefault();
    void shorten(form);
  });
  panel.addEventListener("change", (e) => {
    const box = /** @type {HTMLInputElement} */ (e.target);
    if (box.form?.matches("[data-lesson]")) {
      edited = true;
      if (box.value === "all") turned(box);
      refresh();
    } else if (box.form?.matches("[data-embed]")) frame();
  });
  refresh();
  panel.dataset.live = ""; // from here on its forms do without pages
  return { refresh };
}

/** With all settings locked the boxes below mean exceptions, and begin anew. @param {HTMLInputElement} all */
function turned(all) {
  const words = /** @type {HTMLElement} */ (all.nextElementSibling);
  words.textContent = words.dataset[all.checked ? "all" : "some"] ?? "";
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (all.form?.querySelectorAll('input[name="lock"]') ?? [])) {
    if (box === all) continue;
    box.checked = false;
    box.value = (all.checked ? "-" : "") + box.value.replace(/^-/, "");
  }
}
