// The page of a sweep: fetches its table anew while runs are missing or under way.

/** How long to wait between two looks, in milliseconds. */
const PAUSE = 3000;
/** How long to say nothing behind something that was said, in milliseconds. */
const QUIET = 5000;

const here = document.querySelector("[data-sweep]");
/** It stays when the table goes: what reads aloud looks at it alone. */
const aloud = document.querySelector("[data-sweep-said]");
let quiet = 0;
let seen = "";
let timer = 0;

function wait() {
  clearTimeout(timer);
  if (here?.querySelector("table[data-live]") && !document.hidden) timer = window.setTimeout(look, PAUSE);
}

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-cache" });
    const version = answer.headers.get("ETag") ?? "";
    if (answer.ok && version !== seen) {
      const first = !seen;
      const doc = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!first || doc.querySelector("[data-sweep]")?.innerHTML !== here?.innerHTML) replace(doc);
      seen = version;
    }
  } catch {
    // the server is away: the next look may find it
  }
  wait();
}

/** What can have the focus in the table, and what scrolls by itself. */
const FOCUSED = "[data-point], .multiples, .scroll, .start button, .command, .files a, summary";
const SCROLLED = ".multiples, .scroll";

/** What an element is found again by: a chart by its point, all else by its name, or by what it is. @param {Element} e */
const keyOf = (e) => (e instanceof HTMLElement && e.dataset.point) || e.id || e.getAttribute("aria-label") || `${e.tagName} ${e.className}`;

/** Takes the table over; focus, places and what is unfolded stay. @param {Document} doc */
function replace(doc) {
  const there = doc.querySelector("[data-sweep]");
  if (!here || !there) return;
  const at = document.activeElement;
  const focused = at && here.contains(at) ? keyOf(at) : undefined;
  const places = new Map([...here.querySelectorAll(SCROLLED)].map((e) => [keyOf(e), { left: e.scrollLeft, top: e.scrollTop }]));
  const open = Boolean(here.querySelector("details[open]"));
  here.replaceChildren(...there.childNodes);
  here.querySelector("details")?.toggleAttribute("open", open);
  for (const e of here.querySelectorAll(SCROLLED)) e.scrollTo(places.get(keyOf(e)) ?? {});
  const again = [...here.querySelectorAll(FOCUSED)].find((e) => focused !== undefined && keyOf(e) === focused);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  tell();
}

/** Says how far the runs are, where that is another and not said just before; that they have ended at once. */
function tell() {
  const words = here?.querySelector("[data-sweep-status]")?.textContent ?? "";
  const over = !here?.querySelector("table[data-live]");
  if (!aloud || words === aloud.textContent || (!over && performance.now() < quiet)) return;
  aloud.textContent = words;
  quiet = performance.now() + QUIET;
}

document.addEventListener("visibilitychange", wait);
wait();
