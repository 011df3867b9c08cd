package web_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Another method beside a run is no reason for a warning, unless the run says something that the other cannot have;
// and what a lane has already leaves all lanes in their places.
func TestLanesKeepTheirPlaces(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const (
		notices  = `document.querySelector("[data-region=notices]").textContent.trim()`
		finished = `gradlab.lanes().every(l => l.state === "finished" && l.length === 40)`
		methods  = `gradlab.lanes().map(l => new URLSearchParams(l.query).get("method") ?? "simclr").join(" ")`
	)
	p := b.open(s.URL+"/lab?"+fast+"&steps=40", 1440, 900, "light")
	p.press(`[data-action="run"]`)
	p.wait("it has run", finished)
	p.press(`[data-method-form] label:has([value="byol"])`)
	p.wait("BYOL stands beside it", methods+` === "simclr byol"`)
	if text := eval[string](p, notices); text != "" {
		t.Errorf("the page warns: %q", text)
	}
	p.press(`[data-action="run"]`)
	p.wait("both have run", finished)
	before := eval[string](p, `location.search`)
	p.press(`[data-method-form] label:has([value="simclr"])`)
	p.wait("it is said where that is", `document.querySelector("[data-status]").textContent === "lane A has these settings already" && document.querySelector("[data-live]").textContent === "lane A has these settings already"`)
	if now := eval[string](p, `location.search`); now != before || eval[string](p, methods) != "simclr byol" || !eval[bool](p, `document.querySelector("[data-method-form] [value=byol]").checked`) {
		t.Errorf("the lanes are %s and the address is %s, was %s", eval[string](p, methods), now, before)
	}
	p.clean("two methods")

	p = b.open(s.URL+"/lab?"+fast+"&steps=40&tau=0.5&b.method=byol", 1440, 900, "light")
	if text := eval[string](p, notices); text != "BYOL has no Temperature: tau=0.5 was not taken over from SimCLR." {
		t.Errorf("of a temperature that was set the page says %q", text)
	}
	p.clean("a justified notice")

	p = b.open(s.URL+"/lab?"+fast+"&steps=40&method=simsiam&b.target=shared", 1440, 900, "light")
	const chips = `[...document.querySelectorAll(".lanes > .lane")].map(l => l.textContent.includes("Stop-gradient")).join()`
	p.press(`[data-action="run"]`)
	p.wait("both have run", finished)
	before = eval[string](p, `location.search`)
	p.press("#switch-stop-stopped")
	p.wait("it is said where that is", `document.querySelector("[data-status]").textContent === "lane A has these settings already"`)
	if now := eval[string](p, `location.search`); now != before || eval[string](p, chips) != "false,false" || !eval[bool](p, `document.querySelector("#switch-stop-shared").ariaPressed === "true" && document.querySelector("[data-key=target]").value === "shared"`) {
		t.Errorf("the switch makes %s of %s", now, before)
	}
	// what has not begun goes when it becomes what is there
	p.set("lr", "0.01")
	p.wait("there are three lanes", `gradlab.lanes().length === 3`)
	p.set("lr", "0.06")
	p.wait("there are two again", `gradlab.lanes().length === 2 && location.search === "`+before+`"`)
	p.clean("a switch")
}

// The chart that compares lanes is one file in each format, with a name of its own; the page stays where it is.
func TestAChartOfSeveralLanesIsOneFile(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	_, v := s.post(fast + "&steps=40&seed=1,2&c.method=byol&d.method=byol&d.seed=2")
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+v.Page, 1440, 900, "light")
	p.wait("all is drawn", `gradlab.lanes().length === 4 && gradlab.lanes().every(l => l.length === 40)`)
	p.painted()
	p.press(`#chart-loss [data-numbers]`)
	const row = `[...document.querySelectorAll("#chart-loss .links .of")]`
	if got := eval[string](p, row+`.map(r => r.innerText.replace(/\s+/g, " ")).join("|")`); got != "all: SVG PNG CSV JSON|A–B: SVG PNG CSV JSON|C–D: SVG PNG CSV JSON" {
		t.Errorf("the files are %q", got)
	}
	if got := eval[string](p, row+`.flatMap(r => [...r.querySelectorAll("a")].map(a => a.getAttribute("aria-label"))).slice(2, 6).join("|")`); got != "CSV of all|JSON of all|SVG of A–B|PNG of A–B" {
		t.Errorf("the links are called %q", got)
	}
	const at = `location.pathname + location.search` // the fragment says a little later what is open
	place := eval[string](p, at)
	file := p.downloads()
	for _, format := range []string{"svg", "png", "json", "csv"} {
		p.press(`#chart-loss .links .of:first-child a[href*=".` + format + `"]`)
	}
	rows, err := csv.NewReader(strings.NewReader(string(file()))).ReadAll()
	if err != nil || rows[0][0] != "lane" || rows[1][0] != "A–B" || rows[len(rows)-1][0] != "C–D" {
		t.Errorf("the file of all lanes begins with %q: %v", rows[0], err)
	}
	if now := eval[string](p, at); now != place {
		t.Errorf("the page is at %s, was at %s", now, place)
	}
	if dir := os.Getenv("GRADLAB_SCREENSHOTS"); dir != "" {
		p.shot(filepath.Join(dir, "lab-files-1440-light.png"), false)
	}
	p.accessible("with files of all lanes")
	p.clean("files")
}

// Six lanes stand beside each other from the page itself. Where there is no room for another, the first stays, the oldest
// of the others goes and the page says so; a lane that nobody wants is removed, and Back brings either again.
func TestSixLanesFromThePage(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	five := fast + "&steps=20&b.method=byol&c.method=moco&d.method=simsiam&e.method=barlow"
	_, v := s.post(five)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	const (
		methods  = `gradlab.lanes().map(l => l.letter + ":" + (new URLSearchParams(l.query).get("method") ?? "simclr")).join(" ")`
		said     = `document.querySelector("[data-live]").textContent`
		finished = `gradlab.lanes().every(l => l.state === "finished" && l.length === 20)`
	)
	p := b.open(s.URL+"/lab?"+five, 1440, 900, "light")
	p.wait("the five are there", `gradlab.lanes().length === 5 && `+finished)
	p.set("lr", "0.01")
	p.wait("a sixth stands beside them", methods+` === "A:simclr B:byol C:moco D:simsiam E:barlow F:barlow"`)
	p.set("lr", "0.02")
	p.wait("which has not been run, so that another takes its place", `gradlab.lanes()[5]?.query.includes("lr=0.02") && gradlab.lanes().length === 6`)
	p.press(`[data-action="run"]`)
	p.wait("it has run", finished)
	p.set("lr", "0.03")
	p.wait("BYOL makes room", methods+` === "A:simclr B:moco C:simsiam D:barlow E:barlow F:barlow" && `+said+` === "lane B made room: 6 lanes are the most. Back brings it again"`)
	eval[bool](p, `(history.back(), true)`)
	p.wait("Back brings it again", methods+` === "A:simclr B:byol C:moco D:simsiam E:barlow F:barlow" && `+finished)

	if got := eval[string](p, `[...document.querySelectorAll(".besides a")].slice(2, 4).map(a => a.getAttribute("aria-label")).join("|")`); got != "only this: lane B, BYOL|remove lane B, BYOL" {
		t.Errorf("the links of lane B are %q", got)
	}
	p.key(kb.End) // a step of the past stays, as does the page
	eval[bool](p, `(window.same = true, document.querySelector('[data-remove="B"]').focus(), true)`)
	address := eval[string](p, `document.activeElement.href`)
	p.key(kb.Enter)
	p.wait("it is removed, and the letters follow", methods+` === "A:simclr B:moco C:simsiam D:barlow E:barlow" && window.same && location.href === "`+address+`" && `+finished)
	p.wait("which is said", said+` === "lane B removed: Back brings it again"`)
	if !eval[bool](p, `document.activeElement.matches('[data-remove="B"]')`) {
		t.Error("the focus is not at the lane that has taken its place")
	}
	p.press(`[data-remove="A"]`)
	p.wait("the first can go too", methods+` === "A:moco B:simsiam C:barlow D:barlow"`)
	eval[bool](p, `(history.go(-2), true)`)
	p.wait("two back", methods+` === "A:simclr B:byol C:moco D:simsiam E:barlow F:barlow"`)
	fresh := b.open(address, 1440, 900, "dark")
	fresh.wait("the address shows the same", methods+` === "A:simclr B:moco C:simsiam D:barlow E:barlow"`)
	fresh.clean("without a lane")
	p.accessible("with six lanes")
	p.clean("six lanes")
}

// What is run beside what runs goes on together with it, so that the two can be compared to the end; a try between them stops.
func TestAChangeRunsBesideWhatRuns(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=100000", 1440, 900, "light")
	states := func(what, want string) {
		t.Helper()
		p.wait(what, `gradlab.lanes().map(l => l.state).join(" ") === "`+want+`" && gradlab.lanes().every(l => l.length > 0)`)
	}
	p.press(`[data-action="run"]`)
	states("it runs", "running")
	p.set("tau", "0.3")
	states("the other runs beside it", "running running")
	p.set("lr", "0.01")
	states("the first goes on", "running cancelled running")
	p.wait("what has stopped is said", `document.querySelector("[data-live]").textContent === "B stopped for these settings, A runs on beside them"`)
	p.press(`[data-action="stop"]`)
	states("all have stopped", "cancelled cancelled cancelled")
	p.clean("changes while something runs")
}
