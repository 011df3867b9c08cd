package web_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// media makes the page believe that it is shown on another medium: "print", or "" for a
// screen; features are names and values.
func (p *tab) media(medium string, features ...string) {
	p.t.Helper()
	p.do("another medium", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		params := emulation.SetEmulatedMediaParams{Media: medium}
		for i := 0; i+1 < len(features); i += 2 {
			params.Features = append(params.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
		}
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, params)
		return err
	}))
}

// inkOfLoss is the colour that most of what is drawn in the plot of the loss's first
// lane has, as "r,g,b": it is the only one in the page's ink.
const inkOfLoss = `(ink => {
	const c = gradlab.charts().find(c => c.title === "Loss"), {left, top, width, height} = c.box;
	const d = c.canvas.getContext("2d").getImageData(left, top, width, height).data;
	let n = 0;
	for (let i = 0; i < d.length; i += 4) if (d[i+3] > 250 && ink.every((v, k) => Math.abs(d[i+k] - v) < 3)) n++;
	return n;
})`

// On paper and in a system's own few colours what is drawn can be seen, and what is
// pressed is not printed.
func TestOtherMedia(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/_gallery", 1280, 720, "dark")
	p.shown()
	const light, dark = `[26, 28, 32]`, `[236, 236, 234]` // the ink of either theme
	if n := eval[int](p, inkOfLoss+"("+dark+")"); n < 50 {
		t.Fatalf("on dark paper the curve has %d points of ink", n)
	}

	p.media("print", "prefers-color-scheme", "dark")
	p.wait("the curve is drawn for white paper", inkOfLoss+"("+light+`) > 50`)
	if left := eval[[]string](p, `[...document.querySelectorAll("button, select, .timeline, .slow, .foot")].filter(e => e.checkVisibility() && !e.closest(".exhibit")).map(e => e.outerHTML.slice(0, 80))`); len(left) > 0 {
		t.Errorf("%d controls are printed, the first is %s", len(left), left[0])
	}
	if title := eval[bool](p, `document.querySelector("h1.title").checkVisibility() && [...document.querySelectorAll("#chart-loss, #chart-sphere, #chart-correlation, .formula, .runs")].every(e => e.checkVisibility())`); !title {
		t.Error("the title or a figure is not printed")
	}
	if cut := eval[int](p, `[...document.querySelectorAll(".map.labelled")].filter(e => getComputedStyle(e).overflowX !== "visible").length`); cut > 0 {
		t.Errorf("%d tables would be cut at the edge of the paper", cut)
	}

	p.media("", "prefers-color-scheme", "dark", "forced-colors", "active")
	p.wait("the curve has the system's ink", inkOfLoss+`((() => {
		const e = document.createElement("i");
		e.style.color = "CanvasText";
		document.body.append(e);
		const c = getComputedStyle(e).color.match(/\d+/g).map(Number);
		e.remove();
		return c;
	})()) > 50`)
	if same := eval[[]string](p, `[...document.querySelectorAll(".button.primary, .methods input:checked + span")].filter(e => {
		const c = getComputedStyle(e);
		return c.color === c.backgroundColor || c.forcedColorAdjust !== "none";
	}).map(e => e.outerHTML.slice(0, 80))`); len(same) > 0 {
		t.Errorf("what is filled cannot be read: %q", same)
	}
	p.clean("on other media")
}

// A comparison on paper: nothing lies on anything else, the overview's charts stand one above the other, and what is drawn is
// as wide as its place, with its labels, on a sheet that is narrower or wider than the window was.
func TestPrintedPage(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	settings := fast + "&steps=60&b.method=byol&c.method=moco"
	_, v := s.post(settings)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+settings, 1280, 800, "light")
	p.wait("the curves are there", `gradlab.lanes().length === 3 && gradlab.lanes().every(l => l.length === 60)`)
	p.painted()
	p.drawn()

	// The sheet is not a window that observers hear of: what is drawn is looked at while it is printed.
	eval[bool](p, `(window.sheets = [], matchMedia("print").addEventListener("change", e => {
		if (e.matches) sheets.push(gradlab.charts().filter(c => c.canvas?.checkVisibility()).map(({title, canvas}) => [title, canvas.width / devicePixelRatio, canvas.parentElement.clientWidth]));
	}), true)`)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.PrintToPDF()); err != nil {
		t.Fatal(err)
	}
	if n := eval[int](p, `sheets.length && sheets[0].length`); n < 8 {
		t.Fatalf("%d charts were printed", n)
	}
	if squashed := eval[string](p, `JSON.stringify(sheets.flat().filter(([, drawn, wide]) => drawn !== wide))`); squashed != "[]" {
		t.Errorf("charts are drawn for another width than they are printed with: %s", squashed)
	}

	p.do("a window like a sheet", chromedp.EmulateViewport(794, 1123))
	p.media("print")
	p.wait("the curves are drawn for paper", `gradlab.charts().filter(c => c.canvas?.checkVisibility()).every(({canvas}) => canvas.width / devicePixelRatio === canvas.parentElement.clientWidth)`)
	if got := eval[placed](p, placedAt+"(0)"); got.Wide > 0 || len(got.On) > 0 {
		t.Errorf("the page is %d px wider than the sheet: %q; these lie on each other: %q", got.Wide, got.By, got.On)
	}
	if bad := eval[[]string](p, strayed); len(bad) > 0 {
		t.Errorf("%d labels stray, such as %q", len(bad), bad[:min(4, len(bad))])
	}
	if columns := eval[int](p, `new Set([...document.querySelectorAll(".overview .chart")].map(e => e.getBoundingClientRect().left)).size`); columns != 1 {
		t.Errorf("the overview's charts stand in %d columns", columns)
	}
	if torn := eval[[]string](p, `[...document.querySelectorAll("main .chart, main .globe, main .map")].filter(e => e.checkVisibility() && getComputedStyle(e).breakInside !== "avoid").map(e => e.outerHTML.slice(0, 60))`); len(torn) > 0 {
		t.Errorf("these are torn between sheets: %q", torn)
	}
	p.clean("on paper")
}

// On a projector's page the paper is white whatever the system says, nothing that is written is
// below 20 px, no curve below 3, and the bottom tenth of the window is empty. It stays so from
// page to page in one tab, and nowhere else.
func TestPresent(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	lanes := fast + "&steps=60&b.lr=0.05&c.lr=0.1"
	for _, lr := range []string{"", "&lr=0.05", "&lr=0.1"} {
		s.finish(s.start(fast + "&steps=60" + lr))
	}
	page := s.URL + "/lab?" + lanes
	p := b.open(page, 1920, 1080, "dark")
	whole := func() {
		t.Helper()
		p.wait("the curves are there", `gradlab.lanes().length === 3 && gradlab.lanes().every(l => l.length === 60)`)
		p.drawn()
	}
	whole()
	// as soon as it is presented the page notes how wide it draws curves, which alone have round joints
	eval[bool](p, `(window.widths = [], CanvasRenderingContext2D.prototype.stroke = (stroke => function (...path) {
		if (document.documentElement.dataset.theme === "projector" && this.lineJoin === "round" && this.canvas.closest(".plot")) widths.push(this.lineWidth);
		return stroke.apply(this, path);
	})(CanvasRenderingContext2D.prototype.stroke), true)`)
	p.press("[data-present]")
	p.wait("all curves are drawn anew, and none is thin", `widths.length > 20 && widths.every(w => w >= 3) && new Set(widths).size > 1`)
	const white = `getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)"`
	presented := func(what string) {
		t.Helper()
		p.wait(what+" is white", white+` && document.querySelector("[data-present]").getAttribute("aria-pressed") === "true"`)
		if small := eval[[]string](p, `(() => {
			const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
			for (let n = walk.nextNode(); n; n = walk.nextNode()) {
				const e = n.parentElement;
				if (!n.data.trim() || !e.checkVisibility({ visibilityProperty: true }) || e.closest(".visually-hidden, math, script, option")) continue;
				const svg = e.closest("svg"), grown = svg?.viewBox.baseVal?.width ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
				const size = parseFloat(getComputedStyle(e).fontSize) * grown;
				if (size < 19.9) found.push(size.toFixed(1) + " px: " + n.data.trim().slice(0, 40) + " in " + e.tagName + "." + (e.className.baseVal ?? e.className));
			}
			return found;
		})()`); len(small) > 0 {
			t.Errorf("%s: %d texts are small, such as %q", what, len(small), small[:min(5, len(small))])
		}
		if at := eval[[]string](p, `[0.02, 0.3, 0.5, 0.7, 0.98].flatMap(x => { const e = document.elementFromPoint(x * innerWidth, 0.93 * innerHeight); return e.closest(".dock") || e === document.body || e === document.documentElement ? [] : [e.outerHTML.slice(0, 60)] })`); len(at) > 0 {
			t.Errorf("%s: the bottom tenth of the window has %q", what, at)
		}
		if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s is %d px too wide", what, wide)
		}
		p.accessible(what + " on a projector")
	}
	presented("the lab")
	href := eval[string](p, `document.querySelector("[data-presents]").href`)
	other := b.open(href+"#step=30", 1920, 1080, "dark")
	other.wait("the link to a presented page begins presenting, at its step", `document.documentElement.dataset.theme === "projector" && document.querySelector("[data-present]").getAttribute("aria-pressed") === "true" && globalThis.gradlab?.step() === 30 && document.querySelector("[data-presents]").hash === "#step=30"`)
	other.press("[data-present]")
	other.wait("and one may leave", `document.documentElement.dataset.theme === undefined && getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)"`)
	other.clean("a link that presents")
	whole()
	if dir := os.Getenv("GRADLAB_SCREENSHOTS"); dir != "" {
		p.shot(filepath.Join(dir, "present.png"), false)
	}

	p.press(`[popovertarget="settings"].phone:not(.close)`)
	p.wait("the settings are a sheet", `document.querySelector("#settings").matches(":popover-open") && document.querySelector("#settings").getBoundingClientRect().left === 0`)
	p.press(`#settings .close`)

	p.do("another page", chromedp.Navigate(s.URL+"/experiments/byol-collapse"))
	presented("a story")
	p.do("and back", chromedp.Navigate(page))
	whole()
	p.press("[data-present]")
	p.wait("the system's theme is back", `!(`+white+`) && document.querySelector("[data-present]").getAttribute("aria-pressed") === "false"`)
}
