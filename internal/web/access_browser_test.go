package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A placed is what a page looks like to one who measures it.
type placed struct {
	Wide  int      // CSS pixels that it is wider than the window
	By    []string // what sticks out
	Small []string // what can be pressed and is too small
	On    []string // figures that lie on each other
}

// placedAt measures the page. least is how high and wide what can be pressed must be; links in the
// middle of a sentence may be as small as that, and so may what another control of the same effect stands
// for (WCAG 2.5.8); what lies by itself may be smaller where nothing else is within its 24 px.
const placedAt = `(least => {
	const root = document.documentElement, out = {wide: Math.max(0, root.scrollWidth - innerWidth), by: [], small: [], on: []};
	const says = e => e.outerHTML.slice(0, 90).replace(/\s+/g, " ");
	if (out.wide) out.by = [...document.body.querySelectorAll("*")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5 && getComputedStyle(e).position !== "fixed").slice(-3).map(says);
	const inText = e => e.matches("a") && getComputedStyle(e).display === "inline" && [...e.parentElement.childNodes].some(n => n !== e && n.textContent.trim());
	const box = e => { // of a control the label belongs to it
		const all = [e, ...(e.labels ?? [])].map(x => x.getBoundingClientRect());
		return {width: Math.max(...all.map(b => b.width)), height: Math.max(...all.map(b => b.height))};
	};
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
		if (!e.checkVisibility({visibilityProperty: true}) || e.disabled || inText(e) || e.closest("math")) continue;
		const b = box(e);
		if (b.width < 2 && b.height < 2) continue; // seen when it has the focus, as what leads past the head
		if (b.width < least - 0.5 || b.height < least - 0.5) out.small.push(b.width.toFixed(0) + " x " + b.height.toFixed(0) + ": " + says(e));
	}
	const figures = [...document.querySelectorAll("main figure, .explain section")].filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()]);
	for (const [i, [a, r]] of figures.entries()) for (const [b, s] of figures.slice(i + 1)) {
		if (!a.contains(b) && r.left < s.right - 1 && s.left < r.right - 1 && r.top < s.bottom - 1 && s.top < r.bottom - 1) out.on.push(says(a) + " on " + says(b));
	}
	return out;
})`

// grown has all text twice as large, as readers set it who see little: 200 % of what the page is made for.
const grown = `(() => { document.documentElement.style.fontSize = 2 * parseFloat(getComputedStyle(document.documentElement).fontSize) + "px"; return true; })()`

// On every page: nothing makes it scroll sideways, in a window of 320 px, with text of twice the size, and on
// a wall of 3840 px; no figure lies on another; what can be pressed is 24 px large, and 44 where it is pressed with a finger; in forced colours
// nothing that is written is of the colour that it stands on.
func TestEveryPageInEveryWindow(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=60"))
	lab := "/lab?" + fast + "&steps=60"
	pages := []string{"/", "/lab", lab, lab + "&b.method=barlow&c.method=byol", lab + "#step=40&stage=views", "/lab?projector.depth=99", "/embed?" + fast + "&steps=60&show=norms,sphere",
		"/experiments", "/experiments/byol-collapse", "/probe", "/sweep", "/sweep?" + fast + "&steps=60&lr=0.05,0.1", "/credits", "/nowhere", "/s/" + s.short("/lab?v=1") + "/qr"}
	windows := []struct {
		name          string
		width, height int64
		touch         bool
		least         int
		script        string
		media         []string
	}{
		{name: "a window of 320 px", width: 320, height: 640, least: 24},
		{name: "a phone", width: 390, height: 844, touch: true, least: 44},
		{name: "a tablet", width: 834, height: 1112, least: 24},
		{name: "a small notebook", width: 1024, height: 768, least: 24},
		{name: "a window of 1280 px at 200 %", width: 640, height: 450, least: 24},
		{name: "a wall of 3840 px", width: 3840, height: 2160, least: 24},
		{name: "forced colours", width: 1280, height: 720, least: 24, media: []string{"forced-colors", "active"}},
		{name: "text of 200 %", width: 1280, height: 900, script: grown}, // the last one: it stays
	}
	p := b.open(s.URL+"/credits", 1280, 720, "light")
	for _, page := range pages { // each is opened once, and its window is another then: to open it anew takes a second
		p.do("open "+page, chromedp.EmulateViewport(windows[0].width, windows[0].height), touched(false), chromedp.Navigate("about:blank"), chromedp.Navigate(s.URL+page)) // a fragment alone would open nothing
		p.wait("the page is there", `document.readyState === "complete"`)
		if strings.Contains(page, fast) && !strings.HasPrefix(page, "/sweep") {
			p.wait("the curve is drawn", `gradlab.lanes()[0].length === 60`)
			p.painted()
		}
		for _, c := range windows {
			p.do(c.name, chromedp.EmulateViewport(c.width, c.height), touched(c.touch))
			p.media("", c.media...)
			if c.script != "" {
				eval[bool](p, c.script)
			}
			eval[bool](p, `new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true)))))`)
			where := c.name + ", " + page
			if coarse := eval[bool](p, `matchMedia("(pointer: coarse)").matches`); coarse != c.touch {
				t.Fatalf("%s: the page takes the pointer for a finger: %t", where, coarse)
			}
			got := eval[placed](p, fmt.Sprintf("%s(%d)", placedAt, c.least))
			if got.Wide > 0 {
				t.Errorf("%s: the page is %d px wider than the window: %q", where, got.Wide, got.By)
			}
			if n := len(got.Small); n > 0 {
				t.Errorf("%s: %d things can be pressed and are smaller than %d px: %q", where, n, c.least, got.Small[:min(4, n)])
			}
			if n := len(got.On); n > 0 {
				t.Errorf("%s: %d figures lie on each other: %q", where, n, got.On[:min(4, n)])
			}
			if c.media != nil {
				if same := eval[[]string](p, unreadable); len(same) > 0 {
					t.Errorf("%s: it cannot be read: %q", where, same)
				}
			}
		}
	}
}

// unreadable is what is written in the colour that lies below it.
const unreadable = `(() => {
	const below = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/^rgba\(.*, 0\)$/.test(c)) return c; } return getComputedStyle(document.documentElement).backgroundColor; };
	return [...document.querySelectorAll("body *")].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.checkVisibility({visibilityProperty: true}) && !e.closest("svg, script, option, .visually-hidden"))
		.filter(e => getComputedStyle(e).color === below(e)).slice(0, 4).map(e => e.outerHTML.slice(0, 90));
})()`

// touched has the page believe that it is pressed with fingers, or with a mouse.
func touched(on bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: on})
		return err
	})
}

// What a run says of itself while it goes on is said aloud every five seconds at most, and what happens at once.
// Where the reader wants no motion nothing turns, and playing jumps.
func TestWhatIsSaidAndWhatMoves(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=100000", 1280, 720, "light")
	p.media("", "prefers-reduced-motion", "reduce")
	// when it is said, not when an observer hears of it, which is as late as the task that says it is long
	eval[bool](p, `(window.heard = [], ((e, {get, set}) => Object.defineProperty(e, "textContent", {get, set(text) {
		heard.push([performance.now(), text]);
		set.call(e, text);
	}}))(document.querySelector("[data-live]"), Object.getOwnPropertyDescriptor(Node.prototype, "textContent")), true)`)
	p.press(`[data-action="run"]`)
	p.wait("several things have been said while it runs", `heard.filter(([, text]) => text.includes("running, ")).length >= 3`)
	if heard := eval[string](p, `JSON.stringify(heard.filter(([, text]) => text.includes("running, ")).map(([at]) => at).filter((at, i, all) => i > 0 && at - all[i-1] < 4990))`); heard != "[]" {
		t.Errorf("it is said within five seconds that the run goes on: %s", eval[string](p, `JSON.stringify(heard)`))
	}
	eval[bool](p, `(heard.length = 0, true)`)
	p.press(`[data-action="stop"]`)
	p.wait("that it has stopped is said", `heard.some(([, text]) => text.includes("stopped after"))`)
	if live := eval[string](p, `(e => e.getAttribute("role") + " " + e.getAttribute("aria-live"))(document.querySelector("[data-live]"))`); !strings.Contains(live, "status") && !strings.Contains(live, "polite") {
		t.Errorf("what is said aloud stands in %s", live)
	}
	if eval[bool](p, `document.querySelector('[data-sphere="turn"]').checkVisibility()`) {
		t.Error("where no motion is wanted the sphere can be made to turn by itself")
	}
	if moving := eval[[]string](p, `[...document.querySelectorAll("*")].filter(e => { const c = getComputedStyle(e); return c.transitionDuration.split(", ").some(d => parseFloat(d) > 0.02) || c.animationName !== "none" && c.animationIterationCount === "infinite"; }).slice(0, 4).map(e => e.outerHTML.slice(0, 80))`); len(moving) > 0 {
		t.Errorf("where no motion is wanted these move: %q", moving)
	}
	// played, steps come in jumps, one a second at most
	eval[bool](p, `(window.shown = [], new MutationObserver(() => shown.push([performance.now(), gradlab.step()])).observe(document.querySelector("[data-now]"), {childList: true, characterData: true, subtree: true}), true)`)
	p.press(`[data-go="play"]`)
	p.wait("it jumps", `new Set(shown.map(([, step]) => step)).size >= 4`)
	p.press(`[data-go="play"]`)
	if hasty := eval[string](p, `JSON.stringify(shown.filter(([, step], i) => i > 0 && step !== shown[i-1][1]).map(([at]) => at).filter((at, i, all) => i > 1 && i < all.length - 1 && at - all[i-1] < 500))`); hasty != "[]" {
		t.Errorf("played, it moves more often than once a second: %s", eval[string](p, `JSON.stringify(shown)`))
	}
	p.clean("without motion")
}
