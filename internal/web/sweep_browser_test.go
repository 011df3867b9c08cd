package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// The page of a sweep follows runs that others start, keeps the reader's place meanwhile, and
// each chart leads to its runs in the lab.
func TestSweepInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	grid := "data=shapes&encoder=mlp&encoder.width=32&batch=32&projector.width=24&probe.every=10&probe.knn=20&steps=60"
	p := b.open(s.URL+"/sweep?"+grid+"&projector.depth=1,2&lr=0.05,0.2&seed=1..3", 1280, 720, "light")
	eval[bool](p, `(document.querySelector("[data-sweep] summary").click(), document.querySelector("[data-point]").focus(), true)`)
	// the table of numbers scrolls by itself, and the reader is in the middle of it
	eval[bool](p, `(() => {
		const low = new CSSStyleSheet();
		low.replaceSync(".scroll { max-height: 4rem; overflow: auto }");
		document.adoptedStyleSheets.push(low);
		document.querySelector("[data-sweep] .scroll").scrollTop = 20;
		window.said = [];
		const status = document.querySelector("[role=status]");
		new MutationObserver(() => said.push([performance.now(), status.textContent])).observe(status, {childList: true, characterData: true, subtree: true});
		return true;
	})()`)
	for depth := 1; depth <= 2; depth++ {
		if depth == 2 {
			p.wait("the page has followed half of it", `document.querySelector("[data-sweep-status]").textContent.startsWith("6 of 12 runs")`)
			if !eval[bool](p, `document.activeElement.dataset.point === "projector.depth=1 lr=0.05"`) {
				t.Error("the focus is lost from a chart")
			}
			eval[bool](p, `(document.querySelector(".files a[href*='.csv']").focus(), true)`)
		}
		for _, lr := range []string{"0.05", "0.2"} {
			for seed := 1; seed <= 3; seed++ {
				s.finish(s.start(fmt.Sprintf("%s&projector.depth=%d&lr=%s&seed=%d&keep=1", grid, depth, lr, seed)))
			}
		}
	}
	p.wait("the page has followed", `document.querySelector("[data-sweep-status]").textContent.startsWith("12 of 12 runs")`)
	if !eval[bool](p, `document.querySelector("[data-sweep] details").open && document.querySelectorAll(".cell .band").length >= 4`) {
		t.Error("what was unfolded is folded, or there are no bands")
	}
	if at := eval[string](p, `document.activeElement.textContent`); at != "CSV" {
		t.Errorf("the focus has gone from the file CSV to %q", at)
	}
	if top := eval[int](p, `document.querySelector("[data-sweep] .scroll").scrollTop`); top != 20 {
		t.Errorf("the table of numbers is scrolled to %d, was to 20", top)
	}
	p.wait("and has said so", `said.at(-1)?.[1].startsWith("12 of 12 runs")`)
	if hasty := eval[int](p, `said.slice(1, -1).filter(([at], i) => at - said[i][0] < 5000).length`); hasty > 0 {
		t.Errorf("%d times it said something within five seconds: %s", hasty, eval[string](p, `JSON.stringify(said)`))
	}
	if eval[bool](p, `Boolean(document.querySelector("table[data-live]"))`) {
		t.Error("the page goes on to look for what will not change")
	}
	if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("the page is %d pixels too wide", wide)
	}
	p.accessible("a sweep")

	// Each chart is summed up where the keyboard comes to it, in the order in which they stand; the whole can be taken.
	points := eval[[]string](p, `[...document.querySelectorAll("[data-point]")].map(e => e.dataset.point)`)
	if len(points) != 4 {
		t.Fatalf("the charts are %q", points)
	}
	eval[bool](p, `(document.querySelector(".multiples").focus(), true)`)
	for _, point := range points {
		p.key(kb.Tab)
		chart := eval[[2]string](p, `[document.activeElement.dataset.point ?? "", document.activeElement.querySelector("svg")?.getAttribute("aria-label") ?? ""]`)
		if chart[0] != point || len(numbersIn(chart[1])) < 2 {
			t.Errorf("Tab leads to the chart %q, summed up as %q, and should to %s", chart[0], chart[1], point)
		}
		p.kept("at the chart " + point)
	}
	files := eval[map[string]string](p, `Promise.all([...document.querySelectorAll(".files a")].map(async a => [a.textContent, (await (await fetch(a.href)).text()).slice(0, 400)])).then(Object.fromEntries)`)
	for format, begin := range map[string]string{"SVG": "<svg", "PNG": "PNG", "CSV": "lr,"} {
		if !strings.Contains(files[format], begin) {
			t.Errorf("the sweep as %s is %.60q", format, files[format])
		}
	}
	if dir := os.Getenv("GRADLAB_SCREENSHOTS"); dir != "" {
		p.shot(filepath.Join(dir, "sweep-1280-light.png"), true)
	}
	p.press(`[data-point="projector.depth=2 lr=0.2"]`)
	p.wait("the lab has the runs of the point", `globalThis.gradlab?.lanes().length === 3 && gradlab.lanes().every(l => l.length === 60 && l.query.includes("lr=0.2"))`)
	p.wait("as a band", `gradlab.charts().flatMap(c => c.curves).find(k => k.field === "loss")?.seeds[59] === 3`)
	p.clean("a sweep")

	narrow := b.open(s.URL+"/sweep?"+grid+"&projector.depth=1,2&lr=0.05,0.2&seed=1..3&metric=positive_norm&seeds=each", 390, 844, "dark")
	if wide := eval[int](narrow, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("on a phone the page is %d pixels too wide", wide)
	}
	if n := eval[int](narrow, `document.querySelectorAll(".cell .edge").length`); n < 4*3*3 {
		t.Errorf("with single seeds there are %d thin lines", n)
	}
	narrow.accessible("a sweep on a phone")
	narrow.clean("a sweep on a phone")
	first := b.open(s.URL+"/sweep", 1280, 720, "light")
	first.accessible("the page without a sweep")
	first.clean("the page without a sweep")
}

// A visitor runs a sweep from its page with one button, by keyboard, and sees it come.
func TestASweepIsRunFromItsPage(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/sweep?"+swept+"&lr=0.05,0.2&seed=1..2&metric=loss", 1280, 720, "dark")
	p.accessible("a sweep that has not begun")
	p.tabTo(".start button")
	p.key(kb.Enter)
	p.wait("all have run", `document.querySelector("[data-sweep-status]")?.textContent === "4 of 4 runs have ended." && document.querySelectorAll(".cell .middle").length === 2`)
	if !eval[bool](p, `!document.querySelector(".start, .command, [role=alert]") && document.querySelectorAll(".files a").length === 4`) {
		t.Error("there is still something to run, or there are no files")
	}
	p.clean("a sweep that a button ran")
}
