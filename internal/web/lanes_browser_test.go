package web_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
