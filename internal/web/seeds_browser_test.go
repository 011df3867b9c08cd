package web_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// A drawnCurve is a curve of a chart as the page draws it.
type drawnCurve struct {
	Field  string
	Lane   int
	Letter string
	Values []*float64
	Low    []*float64
	High   []*float64
	Seeds  []int
}

// curves returns what the page draws of a field, in the order of its bands.
func (p *tab) curves(field string) []drawnCurve {
	p.t.Helper()
	return eval[[]drawnCurve](p, fmt.Sprintf(`gradlab.charts().flatMap(c => c.curves).filter(k => k.field === %q)`, field))
}

// middle returns the least, the median and the largest of what seeds have measured at a
// step; n is how many these are.
func middle(seeds [][]float32, step int) (least, median, largest float64, n int) {
	var finite []float64
	for _, s := range seeds {
		if step < len(s) && !math.IsNaN(float64(s[step])) {
			finite = append(finite, float64(s[step]))
		}
	}
	if n = len(finite); n == 0 {
		return math.NaN(), math.NaN(), math.NaN(), 0
	}
	slices.Sort(finite)
	return finite[0], (finite[(n-1)/2] + finite[n/2]) / 2, finite[n-1], n
}

// Three seeds are one line in a band on every chart: as the records have it, by eye, by
// keyboard, in the table and in the files. Single seeds come when they are asked for, and
// the link says so.
func TestSeedsAreABand(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=60", 1440, 900, "light")
	p.press(`[data-seeds][aria-label^="3 seeds"]`)
	p.wait("there are three lanes", `gradlab.lanes().length === 3 && location.search.includes("c.seed=3")`)
	if eval[string](p, `document.querySelector("[data-seeds][aria-current]").textContent`) != "3" {
		t.Error("the choice of three is not marked")
	}
	p.press(`[data-action="run"]`)
	p.wait("all have ended", `gradlab.lanes().every(l => l.state === "finished" && l.length === 60)`)
	p.painted()

	ids := eval[[]string](p, `gradlab.lanes().map(l => l.run)`)
	fields := []string{"loss", "positive_norm", "effective_rank", "knn_accuracy"}
	records := map[string][][]float32{}
	for _, id := range ids {
		c := s.columns(id, fields...)
		for _, f := range fields {
			records[f] = append(records[f], c[f])
		}
	}
	for _, f := range fields {
		got := p.curves(f)
		if len(got) != 1 || got[0].Letter != "A–C" || got[0].Lane != 0 {
			t.Fatalf("%s is drawn as %+v", f, got)
		}
		measured := 0
		for step := range 60 {
			least, median, largest, n := middle(records[f], step)
			c := got[0]
			if n == 0 {
				if c.Values[step] != nil || c.Low[step] != nil {
					t.Fatalf("%s at step %d is drawn and was not measured", f, step)
				}
				continue
			}
			measured++
			if *c.Values[step] != median || *c.Low[step] != least || *c.High[step] != largest || c.Seeds[step] != n {
				t.Fatalf("%s at step %d is drawn from %v over %v to %v of %d, the records say %v %v %v of %d", f, step, *c.Low[step], *c.Values[step], *c.High[step], c.Seeds[step], least, median, largest, n)
			}
		}
		if measured == 0 {
			t.Errorf("%s was never measured", f)
		}
	}
	t.Run("pixels", func(t *testing.T) { checkBand(t, p, records["loss"]) })

	// by keyboard, in words
	eval[bool](p, `(document.querySelector("#chart-loss [data-plot]").focus(), true)`)
	p.key(kb.Home)
	least, median, largest, _ := middle(records["loss"], 0)
	short := func(v float64) string { return strings.TrimRight(fmt.Sprintf("%.3g", v), "0") }
	said := `document.querySelector("[data-live]").textContent`
	p.wait("the values are said", said+`.startsWith("Step 0")`)
	for _, part := range []string{short(median), "(3 seeds, " + short(least), " to " + short(largest)} {
		if text := eval[string](p, said); !strings.Contains(text, part) {
			t.Errorf("the cursor says %q, without %q", text, part)
		}
	}
	p.key(kb.Escape)
	p.wait("the summary tells of the band", `document.querySelector("#summary-loss").textContent.startsWith("Lines are medians of 3 seeds, bands go from the least to the largest.") && document.querySelector("#summary-loss").textContent.includes("There 3 seeds go from")`)
	if text := eval[string](p, `document.querySelector("#chart-loss .of-band").textContent`); text != "3 seeds: median, range" {
		t.Errorf("the chart says %q", text)
	}

	// in the table and the files
	p.press(`#chart-loss [data-numbers]`)
	rows := eval[[][]string](p, `[...document.querySelectorAll("#chart-loss tr")].map(r => [...r.cells].map(c => c.textContent))`)
	if len(rows) != 61 || strings.Join(rows[0], "|") != "step|Loss median|Loss least|Loss largest|Loss seeds" {
		t.Fatalf("%d rows, head %q", len(rows), rows[0])
	}
	for step := range 60 {
		least, median, largest, n := middle(records["loss"], step)
		for k, want := range []float64{float64(step), median, least, largest, float64(n)} {
			if got, err := strconv.ParseFloat(rows[step+1][k], 64); err != nil || math.Abs(got-want) > 0.006*math.Abs(want) {
				t.Errorf("row %d, column %d is %s, the records say %g", step, k, rows[step+1][k], want)
			}
		}
	}
	href := `[...document.querySelectorAll("#chart-loss .links a")].find(a => a.textContent === "CSV").getAttribute("href")`
	_, text := s.do("GET", eval[string](p, href), "", "")
	file, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(file) != 61 || strings.Join(file[0], ",") != "step,loss.median,loss.least,loss.largest,loss.seeds" {
		t.Fatalf("the file is %.200s, %v", text, err)
	}
	if got, _ := strconv.ParseFloat(file[1][1], 32); float32(got) != float32(median) {
		t.Errorf("the file begins with %s, the records with %v", file[1][1], median)
	}
	if n := eval[int](p, `document.querySelectorAll("#chart-loss .links a").length`); n != 4 {
		t.Errorf("%d files of one band", n)
	}

	// single seeds, and a link to them
	p.press(`[data-each]`)
	p.wait("the link says it", `location.hash === "#seeds=each" || location.hash.includes("&seeds=each")`)
	if !strings.Contains(eval[string](p, href), "seeds=each") || eval[string](p, `document.querySelector("[data-each]").getAttribute("aria-pressed")`) != "true" {
		t.Error("the files are not those of single seeds")
	}
	p.clean("seeds")
	fresh := b.open(eval[string](p, `location.href`), 1280, 720, "dark")
	fresh.wait("the link shows the same", `globalThis.gradlab?.lanes().length === 3 && document.querySelector("[data-each]").getAttribute("aria-pressed") === "true" && gradlab.charts().flatMap(c => c.curves).find(k => k.field === "loss")?.seeds[59] === 3`)
	if a, b := fmt.Sprint(eval[[]float64](p, `gradlab.charts().flatMap(c => c.curves).find(k => k.field === "loss").values`)), fmt.Sprint(eval[[]float64](fresh, `gradlab.charts().flatMap(c => c.curves).find(k => k.field === "loss").values`)); a != b {
		t.Error("a fresh profile draws another line")
	}
	fresh.accessible("seeds as a band")
	fresh.clean("a fresh profile")
}

// checkBand looks at the picture itself: between the least and the largest there is a tint, at
// both of them an edge, and beyond them paper.
func checkBand(t *testing.T, p *tab, seeds [][]float32) {
	p.do("to the chart")
	eval[bool](p, `(document.querySelector("#chart-loss").scrollIntoView({block: "center"}), true)`)
	type axes struct {
		Left, Top, Width, Height float64
		Range                    [2]float64
		Steps, Scale             float64
	}
	a := eval[axes](p, `(() => {
		const c = gradlab.charts().find(c => c.title === "Loss");
		return {...c.box, range: c.range, steps: c.steps, scale: devicePixelRatio};
	})()`)
	// how much darker than the paper the darkest and the lightest of the pixels around a place are
	shade := func(x, y float64, around int) [2]float64 {
		return eval[[2]float64](p, fmt.Sprintf(`(() => {
			const c = gradlab.charts().find(c => c.title === "Loss").canvas;
			const d = c.getContext("2d").getImageData(Math.round(%f) - %[3]d, Math.round(%[2]f) - %[3]d, 2 * %[3]d + 1, 2 * %[3]d + 1).data;
			const ink = [];
			for (let i = 0; i < d.length; i += 4) ink.push(d[i + 3] / 255 * (255 - d[i]));
			return [Math.min(...ink), Math.max(...ink)];
		})()`, x, y, around))
	}
	looked, above := 0, 0
	for step := 2; step < 60; step++ {
		least, median, largest, _ := middle(seeds, step)
		x := a.Left + a.Width*float64(step)/a.Steps
		at := func(v float64) float64 { return a.Top + a.Height*(a.Range[1]-v)/(a.Range[1]-a.Range[0]) }
		if at(median)-at(largest) < 8 || at(least)-at(median) < 8 {
			continue // too thin to look between the lines
		}
		looked++
		for _, v := range []float64{least, largest} {
			if s := shade(x, at(v), 2); s[1] < 90 {
				t.Errorf("step %d has no edge at %g: the darkest pixel is %.0f off the paper", step, v, s[1])
			}
		}
		for _, y := range []float64{(at(largest) + at(median)) / 2, (at(least) + at(median)) / 2} {
			if s := shade(x, y, 0); s[0] < 15 {
				t.Errorf("step %d has no tint inside the band: %.0f off the paper", step, s[0])
			}
		}
		_, _, before, _ := middle(seeds, step-1)
		_, _, after, _ := middle(seeds, step+1)
		if min(at(before), at(after)) < at(largest)-3 {
			continue // the edge itself goes up beside it
		}
		above++
		if s := shade(x, at(largest)-6, 0); at(largest)-6 > a.Top && s[1] > 45 { // a hairline may be there
			t.Errorf("step %d has ink above the band: %.0f off the paper", step, s[1])
		}
	}
	if looked == 0 || above == 0 {
		t.Errorf("the band is wide enough to be looked at in %d places, and there is room above it in %d", looked, above)
	}
}

// What is changed for a lane is changed for all its seeds: two bands beside each other, in
// two colours. Another seed alone joins its band, and with one seed of each the bands are gone.
func TestBandsBesideEachOther(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=40&method=simsiam&seed=1..3", 1440, 900, "light")
	if got := eval[[]string](p, `gradlab.lanes().map(l => l.letter)`); len(got) != 3 {
		t.Fatalf("the link has the lanes %v", got)
	}
	p.press(`[data-action="run"]`)
	p.wait("all have ended", `gradlab.lanes().every(l => l.state === "finished" && l.length === 40)`)
	p.set("target", "shared")
	p.wait("there are six lanes", `gradlab.lanes().length === 6 && document.querySelectorAll(".lanes .letter").length === 2`)
	p.press(`[data-action="run"]`)
	p.wait("all have ended", `gradlab.lanes().every(l => l.state === "finished" && l.length === 40)`)
	p.wait("two bands are drawn", `gradlab.charts().flatMap(c => c.curves).filter(k => k.field === "loss" && k.seeds[39] === 3).length === 2`)
	p.painted()
	if got := p.curves("loss"); got[0].Letter != "A–C" || got[1].Letter != "D–F" || got[1].Lane != 1 {
		t.Errorf("the bands are %s and %s", got[0].Letter, got[1].Letter)
	}
	if names := eval[[]string](p, `[...document.querySelectorAll(".lanes > .lane > .letter")].map(e => e.textContent)`); strings.Join(names, " ") != "A–C D–F" {
		t.Errorf("the list of lanes has %v", names)
	}
	if dir := os.Getenv("GRADLAB_SCREENSHOTS"); dir != "" {
		p.shot(filepath.Join(dir, "lab-bands-1440-light.png"), false)
	}
	p.set("seed", "9")
	p.wait("another seed joins the second band", `gradlab.lanes().length === 6 && gradlab.lanes().at(-1).query.includes("seed=9")`)
	if got := eval[[]string](p, `[...document.querySelectorAll(".lanes > .lane > .letter")].map(e => e.textContent)`); strings.Join(got, " ") != "A–B C–F" {
		t.Errorf("with seed 9 the list of lanes has %v", got)
	}
	p.press(`[data-seeds][aria-label="1 seed of each lane"]`)
	p.wait("one of each is left", `gradlab.lanes().length === 2 && !document.querySelector(".of-seeds, .seeds-key")`)
	p.wait("the charts have no band", `gradlab.charts().flatMap(c => c.curves).every(k => k.seeds.length === 0) && !document.querySelector(".of-band")`)
	p.clean("bands")
}
