package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A figureOnPage is what a figure offers to those who do not see it, or want to take it with them.
type figureOnPage struct {
	ID       string // that a selector finds it by
	Figure   string // what the server calls it
	Name     string // by which it is called
	Images   bool   // of the data, which are not drawn from numbers
	Surfaces []struct{ Name, Kind, Description string }
	Tables   [][][]string      // the cells of its tables
	Files    map[string]string // what the first link to a file of each format brings
}

// offered opens the numbers of every figure below an element and says what all of them offer.
const offered = `(async root => {
	const text = id => id.split(" ").map(i => document.getElementById(i)).map(e => e?.getAttribute("alt") || e?.textContent || "").join(" ").trim();
	const figures = [...document.querySelectorAll(root + " figure")].filter(f => f.checkVisibility());
	for (const f of figures) f.querySelector("[data-numbers][aria-expanded=false]")?.click();
	for (let i = 0; i < 400 && figures.some(f => f.querySelector("[data-numbers]") && !f.querySelector("[data-panel-data] table, details table")); i++) await new Promise(done => setTimeout(done, 50));
	return Promise.all(figures.map(async (f, i) => {
		f.dataset.walked = i;
		const files = {};
		for (const a of f.querySelectorAll(".links a[href], .files a[href], a[download]")) {
			const format = a.textContent.trim();
			if (files[format]) continue;
			const file = a.href.startsWith("data:") ? new Blob([atob(a.href.split(",")[1])]) : await fetch(a.href); // which the page may not fetch
			files[format] = ["CSV", "JSON"].includes(format) ? await file.text() : String.fromCharCode(...new Uint8Array(await file.arrayBuffer()).slice(0, 400));
		}
		return {
			id: f.id, figure: f.dataset.figure ?? "", name: text(f.getAttribute("aria-labelledby") ?? ""), images: f.matches("[data-batch], [data-neighbours]"),
			surfaces: [...f.querySelectorAll('[role="application"]')].map(e => ({name: e.getAttribute("aria-label") ?? "", kind: e.getAttribute("aria-roledescription") ?? "", description: text(e.getAttribute("aria-describedby") ?? "")})),
			tables: [...f.querySelectorAll("table")].map(t => [...t.rows].map(r => [...r.cells].map(c => c.textContent.trim()))), files,
		};
	}));
})`

var (
	aNumber = regexp.MustCompile(`-?\d+(\.\d+)?(e-?\d+)?`)
	aStep   = regexp.MustCompile(`^Step (\d+): `)
)

// numbersIn returns the numbers of a text, whose minus signs may be true ones.
func numbersIn(text string) []float64 {
	var list []float64
	for _, n := range aNumber.FindAllString(strings.ReplaceAll(text, "−", "-"), -1) {
		v, _ := strconv.ParseFloat(n, 64)
		list = append(list, v)
	}
	return list
}

// near reports whether a number is one of a list, as words print it: with three digits, a small one with two.
func near(v float64, said []float64) bool {
	digits := 0.006
	if math.Abs(v) < 1e-3 {
		digits = 0.06
	}
	return slices.ContainsFunc(said, func(s float64) bool { return math.Abs(s-v) <= digits*math.Abs(v)+1e-9 })
}

// holds reports whether a row of a CSV has one of these numbers behind its first cell.
func holds(row []string, said []float64) bool {
	return slices.ContainsFunc(row[1:], func(cell string) bool {
		v, err := strconv.ParseFloat(cell, 64)
		return err == nil && near(v, said)
	})
}

// firstLane returns what a CSV says of its first lane, where it has several.
func firstLane(rows [][]string) [][]string {
	if rows[0][0] != "lane" {
		return rows
	}
	one := [][]string{rows[0][1:]}
	for _, r := range rows[1:] {
		if r[0] == rows[1][0] {
			one = append(one, r[1:])
		}
	}
	return one
}

// sameAsJSON compares the first lane of a figure's JSON with that of its CSV, cell by cell.
func sameAsJSON(rows [][]string, text string) error {
	var v struct {
		Lanes []struct {
			Columns []string
			Rows    [][]any
		}
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return fmt.Errorf("%w in %.40q", err, text)
	}
	if len(v.Lanes) == 0 || !slices.Equal(v.Lanes[0].Columns, rows[0]) || len(v.Lanes[0].Rows) != len(rows)-1 {
		return fmt.Errorf("the CSV has %d rows of %q; %.80q", len(rows)-1, rows[0], text)
	}
	for i, row := range v.Lanes[0].Rows {
		for j, cell := range row {
			said := rows[i+1][j]
			x, err := strconv.ParseFloat(said, 64)
			same := cell == any(said)
			switch cell := cell.(type) {
			case nil:
				same = said == "" || math.IsNaN(x) || math.IsInf(x, 0)
			case float64:
				same = err == nil && cell == x
			}
			if !same {
				return fmt.Errorf("row %d, %s: %v and %q", i, rows[0][j], cell, said)
			}
		}
	}
	return nil
}

// walk asks everything of each figure below an element: a name, a sentence with numbers that sums it up, a
// cursor that the keyboard moves and that says where it stands and what is there, a table, SVG and PNG, a CSV
// that holds what the table shows, and where the server draws the figure the same as JSON. said is the expression that gives what the cursor of the figure on the page has
// said; what a CSV says is handed to records, which knows what was measured.
func (p *tab) walk(root, said string, records func(f figureOnPage, rows [][]string)) (names []string) {
	p.t.Helper()
	figures := eval[[]figureOnPage](p, offered+`(`+fmt.Sprintf("%q", root)+`)`)
	curves, compared := false, 0
	for i, f := range figures {
		names = append(names, f.Name)
		if f.Name == "" {
			p.t.Errorf("figure %s has no name", f.ID)
		}
		for format, begin := range map[string]string{"SVG": "<svg", "PNG": "\x89PNG"} {
			if !strings.Contains(f.Files[format], begin) && !(f.Images && format == "SVG") {
				p.t.Errorf("%s as %s is %.40q", f.Name, format, f.Files[format])
			}
		}
		rows, err := csv.NewReader(strings.NewReader(f.Files["CSV"])).ReadAll() // which refuses rows of unequal length
		if err != nil || len(rows) < 2 {
			p.t.Errorf("%s: its CSV has %d rows: %v", f.Name, len(rows), err)
			continue
		}
		if len(f.Tables) == 0 || len(f.Tables[0]) < 2 {
			p.t.Errorf("%s has no table", f.Name)
			continue
		}
		rows = firstLane(rows)
		if text, there := f.Files["JSON"]; there || f.Figure != "" {
			if err := sameAsJSON(rows, text); err != nil {
				p.t.Errorf("%s: its JSON is not its CSV: %v", f.Name, err)
			}
		}
		curves = curves || rows[0][0] == "step" && !f.Images
		compared += f.agrees(p.t, rows)
		if records != nil {
			records(f, rows)
		}
		if len(f.Surfaces) == 0 {
			p.t.Errorf("%s cannot be read by keyboard", f.Name)
		}
		for k, surface := range f.Surfaces {
			if surface.Name == "" || len(numbersIn(surface.Description)) == 0 {
				p.t.Errorf("%s: its surface is called %q and summed up as %q", f.Name, surface.Name, surface.Description)
			}
			p.read(f, i, k, fmt.Sprintf(said, fmt.Sprintf(`[data-walked="%d"]`, i)), rows)
		}
	}
	if curves && compared == 0 {
		p.t.Errorf("no number of a table could be compared with a CSV")
	}
	return names
}

// agrees fails the test where a table of steps has a number of the first lane that its CSV has not at that step, and
// says how many it has compared.
func (f figureOnPage) agrees(t *testing.T, rows [][]string) (compared int) {
	t.Helper()
	table := f.Tables[0]
	if rows[0][0] != "step" || f.Images {
		return 0 // a matrix and a sphere have rows of their own, and tests of their own
	}
	several := slices.ContainsFunc(table[0], func(head string) bool { return strings.HasPrefix(head, "B ") })
	for _, shown := range table[1:] {
		k := slices.IndexFunc(rows, func(r []string) bool { return r[0] == shown[0] })
		for c, cell := range shown[1:] {
			if cell == "" || several && !strings.HasPrefix(table[0][c+1], "A ") {
				continue
			}
			compared++
			if k < 0 || !holds(rows[k], numbersIn(cell)) {
				t.Errorf("%s: the table has %s at step %s, the CSV has not", f.Name, cell, shown[0])
				return compared
			}
		}
	}
	return compared
}

// read moves the keyboard's cursor of a surface: each key is answered by where it is, and where these are steps
// by the numbers that the CSV has there.
func (p *tab) read(f figureOnPage, figure, surface int, said string, rows [][]string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(document.querySelectorAll('[data-walked="%d"] [role="application"]')[%d].focus(), true)`, figure, surface))
	var heard []string
	steps := 0
	for _, key := range []string{kb.Home, kb.ArrowRight, kb.ArrowDown, kb.ArrowRight, "n"} {
		before := eval[string](p, said)
		p.key(key)
		p.wait("the key is answered", `new Promise(done => requestAnimationFrame(() => done(true)))`)
		now := eval[string](p, said)
		if now == before || now == "" {
			continue
		}
		heard = append(heard, now)
		if len(numbersIn(now)) == 0 {
			p.t.Errorf("%s: after a key it is said %q: no number", f.Name, now)
		}
		at := aStep.FindStringSubmatch(now)
		if at == nil || rows[0][0] != "step" {
			continue
		}
		steps++
		k := slices.IndexFunc(rows, func(r []string) bool { return r[0] == at[1] })
		if k < 0 {
			continue // not measured at that step: what is said is from before it
		}
		for _, part := range strings.FieldsFunc(now[len(at[0]):], func(r rune) bool { return r == ',' || r == ';' }) {
			part = strings.TrimSpace(part)
			said := numbersIn(part)
			if strings.HasPrefix(part, "B ") {
				break // what comes is said of the second lane
			}
			// what is measured now and then is said as it was last
			if len(said) > 0 && !slices.ContainsFunc(rows[1:k+1], func(row []string) bool { return holds(row, said[len(said)-1:]) }) {
				p.t.Errorf("%s: at step %s it is said %q, the CSV has %q", f.Name, at[1], part, rows[k])
			}
		}
	}
	slices.Sort(heard)
	if n := len(slices.Compact(heard)); n < min(2, len(rows)-1) {
		p.t.Errorf("%s: the keyboard's cursor has said %d things: %q", f.Name, n, heard)
	}
	if steps == 0 && f.Surfaces[surface].Kind == "line chart" && rows[0][0] == "step" {
		p.t.Errorf("%s: the cursor does not say at which step it is: %q", f.Name, heard)
	}
}

// measured returns what compares a figure's CSV of a lab page with the records and frames of a run.
func (s *server) measured(id string) func(figureOnPage, [][]string) {
	frames := s.lastFrames(id)
	cell := func(f figureOnPage, text string, want float32) {
		s.t.Helper()
		if v, err := strconv.ParseFloat(text, 32); err != nil || math.Abs(v-float64(want)) > 1e-6*math.Abs(float64(want)) {
			s.t.Errorf("%s: the CSV has %s, the record %g", f.Name, text, want)
		}
	}
	return func(f figureOnPage, rows [][]string) {
		s.t.Helper()
		switch frame, framed := frames[f.Figure]; {
		case f.Images: // their numbers are those of the likeness, and of the data
		case rows[0][0] == "step":
			for c, field := range rows[0][1:] {
				field, in, _ := strings.Cut(field, "/") // "channel_std/isotropic" is in units of what is isotropic
				column := s.columns(id, field)[field]
				unit := 0.0 // of the chart, in which a field may be shown
				n := 0
				for _, row := range rows[1:] {
					step, _ := strconv.Atoi(row[0])
					v, err := strconv.ParseFloat(row[c+1], 64)
					if err != nil || step >= len(column) {
						if row[c+1] != "" {
							s.t.Fatalf("%s: %s at step %s is %q", f.Name, field, row[0], row[c+1])
						}
						continue
					}
					want := float64(column[step])
					if unit == 0 && want != 0 {
						unit = v / want
					}
					n++
					if math.IsNaN(want) || math.Abs(v-unit*want) > 1e-5*math.Abs(v) {
						s.t.Errorf("%s: %s at step %d is %g in the CSV, the record has %g", f.Name, field, step, v, want)
						return
					}
				}
				if n == 0 || in == "" && unit != 0 && math.Abs(unit-1) > 1e-5 {
					s.t.Errorf("%s: %d values of %s, times %g", f.Name, n, field, unit)
				}
			}
		case rows[0][0] == "row" && framed:
			if len(rows) != frame.Rows+1 || len(rows[0]) != frame.Cols+1 {
				s.t.Errorf("%s: a CSV of %d rows for a frame of %d", f.Name, len(rows)-1, frame.Rows)
				return
			}
			for i, row := range rows[1:] {
				for j := range frame.Cols {
					cell(f, row[j+1], frame.At(i, j))
				}
			}
		case rows[0][0] == "image" && rows[0][3] == "x":
			points := frames["sphere"]
			for i, row := range rows[1:] {
				for k := range 3 {
					cell(f, row[3+k], points.At(i, k))
				}
			}
		case rows[0][0] == "gradient":
			equivalence := frames["equivalence"]
			for i, row := range rows[1:] {
				cell(f, row[2], equivalence.At(i/equivalence.Cols, i%equivalence.Cols))
			}
		case rows[0][0] == "direction":
			spectrum := frames["spectrum"]
			for i, row := range rows[1:] {
				cell(f, row[len(row)-1], spectrum.At(0, i))
			}
		default:
			s.t.Errorf("%s: nobody knows what its CSV shows: %q", f.Name, rows[0])
		}
	}
}

// Every figure of the lab, of a story (TestAStoryRunsInPlace), of the first page and of a probe has a name, a summary, a cursor
// for the keyboard, a table, SVG, PNG and CSV, and these say what was measured; the server's have JSON too. Images have no SVG.
func TestEveryFigureCanBeReadAndTaken(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	_, v := s.post(everything)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+everything+"#open=more", 1440, 900, "light")
	p.wait("everything is drawn and summed up", `gradlab.lanes().every(l => l.length === 60) && gradlab.spheres()[0]?.step === 59 &&
		[...document.querySelectorAll("[data-summary]")].every(e => e.textContent)`)
	for _, images := range []string{"#chart-views", "#chart-neighbours"} {
		eval[bool](p, `(document.querySelector("`+images+`").scrollIntoView(), true)`)
		p.wait("its images are there", `document.querySelectorAll("`+images+` [data-said]").length > 7`)
	}
	names := p.walk("main", `document.querySelector("[data-live]").textContent + "%.0s"`, s.measured(v.Lanes[0].ID))
	if len(names) < 30 || !slices.Contains(names, "Likeness of held-out images") || !slices.Contains(names, "Nearest neighbours") {
		t.Errorf("the figures of the lab are %q", names)
	}
	p.clean("the lab's figures")
}

// The first page moves by itself where the reader has nothing against it, and its charts can be read and taken.
func TestTheFirstPageMoves(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const (
		step  = `Number(document.querySelector("[data-moving] [data-step]").textContent.match(/(\d+) of \d+ steps/)?.[1] ?? 0)`
		steps = `Number(document.querySelector("[data-moving]").dataset.steps)`
	)
	p := b.open(s.URL+"/", 1280, 720, "light")
	p.wait("it moves", step+` > 0`)
	at := eval[int](p, step)
	p.wait("it goes on", step+fmt.Sprintf(` > %d`, at+2))
	p.press("[data-play]")
	p.wait("it stands still when told to", `document.querySelector("[data-play]").textContent === "Play"`)
	const frames = `new Promise(done => { let n = 30; const next = () => n-- ? requestAnimationFrame(next) : done(true); next(); })`
	eval[bool](p, frames) // what was on its way is drawn
	at = eval[int](p, step)
	eval[bool](p, frames)
	if now := eval[int](p, step); now != at {
		t.Errorf("it has been told to stand still at step %d and is at %d", at, now)
	}
	p.clean("the first page")

	p.media("", "prefers-reduced-motion", "reduce")
	p.do("open it again", chromedp.Navigate(s.URL+"/"))
	p.wait("without motion the whole curve is there", step+` > 0 && `+step+` === `+steps+` && document.querySelectorAll(".moving-panels .plot").length === 2`)
	eval[bool](p, `(window.moved = 0, new MutationObserver(() => moved++).observe(document.querySelector("[data-moving] [data-step]"), {childList: true, characterData: true, subtree: true}), true)`)
	eval[bool](p, frames)
	if n := eval[int](p, `moved`); n > 0 || eval[string](p, `document.querySelector("[data-play]").textContent`) != "Play" {
		t.Errorf("where the reader wants no motion it moves %d times", n)
	}
	p.wait("its charts are summed up", `[...document.querySelectorAll(".moving-panels [id^=summary]")].every(e => e.textContent)`)
	if names := p.walk(".moving-panels", `document.querySelector("[data-moving] [data-said]").textContent + "%.0s"`, nil); len(names) != 2 {
		t.Errorf("the figures of the first page are %q", names)
	}
	p.accessible("the first page with its numbers")
	p.clean("the first page without motion")
}

// A run that goes on grows on the first page as its records come, also where nothing is to move; when no more
// come, and when none do, the page says so, and has no button that does nothing.
func TestTheFirstPageFollowsARun(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(fast + "&steps=100000")
	s.do("GET", "/runs/"+id+"/records?from=20&wait=25", "", "") // the page shows what is worth watching
	const said = `document.querySelector("[data-moving] [data-step]").textContent`
	p := b.open(s.URL+"/experiments", 1280, 720, "light")
	p.media("", "prefers-reduced-motion", "reduce")
	p.do("open the first page", chromedp.Navigate(s.URL+"/"))
	p.wait("the run is there, though it goes on", `/^running, [1-9]\d* of/.test(`+said+`) && !document.querySelector("[data-play]").hidden`)
	s.do("POST", "/runs/"+id+"/stop", asJSON, "")
	p.wait("no more records come", `/^no more records come, [1-9]\d* of/.test(`+said+`)`)
	p.clean("a run that was stopped")

	p.do("open it without a network for its records", onNewDocument(`fetch = () => Promise.reject(new TypeError("the network has gone"))`), chromedp.Navigate(s.URL+"/"))
	p.wait("it says that they do not come", said+` === "its records do not come"`)
	if !eval[bool](p, `document.querySelector("[data-play]").hidden`) {
		t.Error("it has a button, and nothing to play")
	}
	p.clean("records that do not come")
}

func TestTheFiguresOfAProbe(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	dir := t.TempDir()
	var files [2]string
	for i, view := range []string{"1", "2"} {
		files[i] = filepath.Join(dir, "x"+view+".npy")
		if err := os.WriteFile(files[i], embeddings(200, 16, view, 0.3), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := b.open(s.URL+"/probe", 1280, 720, "light")
	p.do("choose files", chromedp.SetUploadFiles("#probe-x1", files[:1]), chromedp.SetUploadFiles("#probe-x2", files[1:]))
	p.press(".drop .primary")
	p.wait("the verdict is there, and can be read", `document.querySelector("#verdict") && document.querySelector('[data-read] [role="application"]')`)
	if names := p.walk("article", `document.querySelector('%s [data-reading]').textContent`, nil); !slices.Equal(names, []string{"Correlation of the two views", "Spectrum"}) {
		t.Errorf("the figures of a probe are %q", names)
	}
	p.clean("the probe's figures")
}
