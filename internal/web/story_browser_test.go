package web_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gradlab/experiments"
)

// A story's page is the tool that shows it: by keyboard alone its lanes run in place, the
// figures that its text names stand beside it in that order, and draw what the records say;
// who comes back later finds them as they were.
func TestAStoryRunsInPlace(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const story = "/experiments/simsiam-stop"
	p := b.open(s.URL+story, 1280, 720, "light")
	p.wait("the page is ready", `globalThis.gradlab?.charts().length > 0`)
	if order := eval[string](p, `[...document.querySelectorAll("#figures figure")].map(f => f.id).join(" ")`); order != "chart-collapse_level chart-loss chart-sphere" {
		t.Errorf("the figures are %s", order)
	}
	if beside := eval[bool](p, `(() => {
		const [text, figure] = ["#look", "#chart-collapse_level"].map(q => document.querySelector(q).getBoundingClientRect());
		return text.right < figure.left && figure.top < innerHeight - 100;
	})()`); !beside {
		t.Error("what to look for does not stand beside the figures")
	}
	p.tabTo(`[data-action="run"]`)
	p.key(kb.Enter)
	p.wait("records arrive", `gradlab.lanes().every(l => l.length > 20)`)
	p.kept("after Run")
	p.tabTo(`[data-action="stop"]`) // a few steps have all figures
	p.key(kb.Enter)
	p.wait("they stop", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.kept("after Stop")
	p.told(s, story)
	p.do("come back", chromedp.Navigate(s.URL+story))
	p.wait("the sphere is drawn", `gradlab.spheres()[1]?.step >= 0`)
	p.told(s, story)
	p.wait("all is summed up", `[...document.querySelectorAll("#figures [data-summary]")].every(e => e.textContent)`)
	if names := p.walk("#figures", `document.querySelector("[data-live]").textContent + "%.0s"`, nil); !slices.Equal(names, []string{"Collapse level", "Loss", "Embedding sphere"}) {
		t.Errorf("the figures of the story are %q", names)
	}
	p.clean("the story")
	p.do("close all tables", chromedp.Navigate(s.URL+story))
	p.wait("it is drawn again", `gradlab.lanes().every(l => l.length > 20)`)
	p.accessible("a story with its figures")
}

// told fails the test where the page is another one than the story's, or a chart of it draws
// something else than the records.
func (p *tab) told(s *server, story string) {
	p.t.Helper()
	p.wait("everything that there is has come", `location.pathname === "`+story+`" && gradlab.lanes().every(l => l.state === "cancelled" && l.length > 20) && gradlab.charts().every(c => c.box?.width > 0 && c.curves.length > 0)`)
	p.painted()
	runs := strings.Fields(eval[string](p, `gradlab.lanes().map(l => l.run).join(" ")`))
	for _, c := range eval[[]charted](p, allCharts) {
		for _, curve := range c.Curves {
			for x, want := range s.shown(runs[curve.Lane], curve.Field, c) {
				got := math.NaN()
				if x < len(curve.Values) && curve.Values[x] != nil {
					got = *curve.Values[x]
				}
				if math.Abs(got-want) > 1e-6*math.Abs(want) || math.IsNaN(got) != math.IsNaN(want) {
					p.t.Errorf("%s: %s of lane %d is drawn as %g at %d, the record has %g", c.Title, curve.Field, curve.Lane, got, x, want)
					break
				}
			}
		}
	}
}

// On a phone what to look for stands above the figures; nothing is wider than the screen.
func TestAStoryOnAPhone(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/experiments/barlow-line", 390, 844, "light")
	p.wait("the page is ready", `globalThis.gradlab?.charts().length > 0`)
	if above := eval[bool](p, `document.querySelector("#look").getBoundingClientRect().bottom < document.querySelector("#figures").getBoundingClientRect().top`); !above {
		t.Error("what to look for does not stand above the figures")
	}
	if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("the story is %d px too wide", wide)
	}
	p.clean("a story on a phone")
}

// On a phone picture, maps and further figures are a press away, in the order in which they stand; elsewhere they are in sight.
func TestTheWayDownOnAPhone(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab", 390, 844, "light")
	p.media("", "prefers-reduced-motion", "reduce")
	p.wait("the page is ready", `globalThis.gradlab?.charts().length > 0`)
	ids := eval[[]string](p, `[...document.querySelectorAll(".downwards [data-look]")].filter(e => e.checkVisibility()).map(e => e.dataset.look)`)
	if want := []string{"branches-title", "chart-correlation", "further"}; !slices.Equal(ids, want) {
		t.Fatalf("the ways lead to %q, want %q", ids, want)
	}
	if order := eval[bool](p, `(tops => tops.every((top, i) => i === 0 || tops[i - 1] < top))(["chart-sphere", "branches-title", "chart-correlation", "further"].map(id => document.getElementById(id).getBoundingClientRect().top))`); !order {
		t.Error("they stand in another order")
	}
	for _, id := range ids {
		p.press(`.downwards [data-look="` + id + `"]`)
		p.wait(id+" is seen, and the keyboard is there", `(e => e.contains(document.activeElement) && e.getBoundingClientRect().top > 0 && e.getBoundingClientRect().top < innerHeight / 2)(document.getElementById("`+id+`"))`)
	}
	p.do("a wider window", chromedp.EmulateViewport(1024, 768))
	if eval[bool](p, `document.querySelector(".downwards").checkVisibility()`) {
		t.Error("a wider window has the ways too")
	}
	p.clean("ways down")
}

// The figures that a story names are a press away from its words, also where they stand screens
// below: below the bar and above the time, with the keyboard in them, and the link as it was.
func TestAStoryLeadsToItsFigures(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	preset, _ := experiments.Lookup("byol-collapse")
	p := b.open(s.URL+"/lab?"+preset.Experiment.Query(), 1280, 720, "light")
	p.media("", "prefers-reduced-motion", "reduce")
	p.wait("the page is ready", `globalThis.gradlab?.charts().length > 0 && document.querySelectorAll(".story [data-look]").length === 4`)
	ids := eval[[]string](p, `[...document.querySelectorAll(".story [data-look]")].map(e => e.dataset.look)`)
	for _, theme := range []string{"a page", "a projector's page"} {
		for _, id := range ids {
			eval[bool](p, `(scrollTo(0, 0), document.activeElement.blur(), true)`)
			p.tabTo(`[data-look="` + id + `"]`)
			p.key(kb.Enter)
			p.wait(theme+" shows "+id, `(() => {
				const [figure, bar, dock] = ["#`+id+`", "header.top", ".dock"].map(q => document.querySelector(q));
				const at = figure.getBoundingClientRect();
				return figure.contains(document.activeElement) && document.activeElement.tabIndex === 0
					&& at.top >= bar.getBoundingClientRect().bottom && figure.querySelector("figcaption").getBoundingClientRect().bottom < dock.getBoundingClientRect().top;
			})()`)
			if hash := eval[string](p, `location.hash`); hash != "" {
				t.Errorf("the way to %s has changed the link to %s", id, hash)
			}
		}
		if theme == "a page" {
			p.accessible("the lab with a story")
			p.press("[data-present]")
			p.wait("what is said aloud is gone, the ways stay", `!document.querySelector(".story .look").checkVisibility() && document.querySelector(".story .looks").checkVisibility()`)
		}
	}
	p.clean("the ways of a story")
	phone := b.open(s.URL+"/lab?"+preset.Experiment.Query(), 390, 844, "dark")
	if wide := eval[int](phone, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("on a phone the lab with a story is %d px too wide", wide)
	}
	phone.clean("the ways of a story on a phone")
}
