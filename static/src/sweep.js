// The page of a sweep: fetches its table anew while runs are missing or under way.

/** How long to wait between two looks, in milliseconds. */
const PAUSE = 3000;

const here = document.querySelector("[data-sweep]");
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

/** Takes the table over; focus, place and what is unfolded stay. @param {Document} doc */
function replace(doc) {
  const there = doc.querySelector("[data-sweep]");
  if (!here || !there) return;
  const at = document.activeElement;
  const point = at instanceof HTMLElement && here.contains(at) ? (at.dataset.point ?? at.className) : undefined;
  const scroll = here.querySelector(".multiples")?.scrollLeft ?? 0;
  const open = Boolean(here.querySelector("details[open]"));
  here.replaceChildren(...there.childNodes);
  here.querySelector("details")?.toggleAttribute("open", open);
  here.querySelector(".multiples")?.scrollTo({ left: scroll });
  const again = [...here.querySelectorAll("[data-point], .multiples, .scroll, .command, summary")].find(
    (e) => point !== undefined && (/** @type {HTMLElement} */ (e).dataset.point ?? e.className) === point,
  );
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

document.addEventListener("visibilitychange", wait);
wait();
