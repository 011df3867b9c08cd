package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// columns returns the records of a run as the server tells them: a value for
// each step and field, NaN where a field was not measured or is not finite.
func (s *server) columns(id string, fields ...string) map[string][]float32 {
	s.t.Helper()
	_, body := s.do("GET", "/runs/"+id+"/records?wait=0", "", "")
	out := map[string][]float32{}
	for lines := bufio.NewScanner(strings.NewReader(body)); lines.Scan(); {
		var record map[string]any
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			s.t.Fatalf("%v in %s", err, lines.Text())
		}
		for _, f := range fields {
			v, ok := record[f].(float64)
			if !ok {
				v = math.NaN()
			}
			out[f] = append(out[f], float32(v))
		}
	}
	return out
}

// same reports whether two columns are equal to the last bit, NaN equal to NaN.
func same(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return x == y || x != x && y != y })
}

// press clicks what the selector finds, as a mouse does: at its middle, where it must be on top.
func (p *tab) press(selector string) {
	p.t.Helper()
	hit := eval[string](p, fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e) return "is not there";
		e.scrollIntoView({block: "center"});
		const b = e.getBoundingClientRect();
		const top = document.elementFromPoint(b.left + b.width/2, b.top + b.height/2);
		if (!e.contains(top) && !top?.contains(e)) return "is covered by " + top?.outerHTML.slice(0, 80);
		e.click();
		return "";
	})()`, selector))
	if hit != "" {
		p.t.Fatalf("%s %s", selector, hit)
	}
}

// set changes a field of the form as a user does.
func (p *tab) set(key, value string) {
	p.t.Helper()
	if !eval[bool](p, fmt.Sprintf(`(() => {
		const e = document.querySelector('[data-field="%[1]s"] [data-key="%[1]s"]') ?? document.querySelector('[data-key="%[1]s"][value="%[2]s"]');
		if (!e) return false;
		if (e.type === "radio") { e.click(); return true; }
		e.value = %[2]q;
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	})()`, key, value)) {
		p.t.Fatalf("there is no control for %s", key)
	}
}

// settings returns what the form shows, by key.
const settings = `Object.fromEntries([...document.querySelectorAll("[data-key]")]
	.filter(e => e.type !== "radio" || e.checked).map(e => [e.dataset.key, e.value]))`

// fast is a run that ends within seconds and still has everything to show.
const fast = "data=shapes&encoder=mlp&encoder.width=32&batch=32&projector.depth=2&projector.width=24&probe.every=10&probe.knn=50"

func TestLabInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=2000", 1440, 900, "light")

	p.press(`[data-action="run"]`)
	p.wait("records arrive", `gradlab.lanes()[0].length > 100`)
	p.clean("while it runs")

	// The line is cut in mid-run. The page comes back by itself and misses nothing.
	eval[bool](p, `(gradlab.cut(), true)`)
	p.wait("the page goes on after the cut", `gradlab.lanes()[0].state === "finished" && gradlab.lanes()[0].length === 2000`)
	p.clean("after the cut")

	id := eval[string](p, `gradlab.lanes()[0].run`)
	fields := []string{"loss", "positive_norm", "negative_norm", "channel_std", "effective_rank", "knn_accuracy"}
	want := s.columns(id, fields...)
	for _, f := range fields {
		// as numbers, not JSON: NaN travels as null
		got := eval[[]*float32](p, fmt.Sprintf(`gradlab.lanes()[0].column(%q).map(v => Number.isNaN(v) ? null : v)`, f))
		column := make([]float32, len(got))
		for i, v := range got {
			column[i] = float32(math.NaN())
			if v != nil {
				column[i] = *v
			}
		}
		if !same(column, want[f]) {
			t.Errorf("the page's %s is not the server's", f)
		}
	}

	// What the charts draw are those numbers.
	curve := eval[[]float64](p, `gradlab.charts().flatMap(c => c.curves).find(k => k.field === "loss").values`)
	for i, v := range curve {
		if float32(v) != want["loss"][i] {
			t.Fatalf("the curve of the loss is %g at step %d, the record %g", v, i, want["loss"][i])
		}
	}
}

// The equivalence on the page is the frame's, cell by cell and name by name; the
// keyboard and the table say the same, and the spectrum's curve is its frame.
func TestEquivalenceInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=40&method=barlow&gradient=drop-a", 1440, 900, "light")
	p.press(`[data-action="run"]`)
	p.wait("the run ends with its probe", `gradlab.lanes()[0].state === "finished" && gradlab.lanes()[0].frame("equivalence")?.step === 39 && gradlab.lanes()[0].frame("equivalence_ratio")?.step === 39`)
	p.wait("the last frame is drawn", `document.querySelector("#chart-equivalence [data-heat-unit]").textContent.endsWith("step 39")`)
	p.painted()

	type frame struct {
		Rows, Cols int
		Scale      float64
		Data       []int8
	}
	read := func(name string) frame {
		return eval[frame](p, fmt.Sprintf(`(() => { const f = gradlab.lanes()[0].frame(%q); return {rows: f.rows, cols: f.cols, scale: f.scale, data: [...f.data]}; })()`, name))
	}
	f := read("equivalence")
	id := eval[string](p, `gradlab.lanes()[0].run`)
	m, _ := s.lab.Run(id)
	about, _ := m.Schema.Matrix("equivalence", 39)
	if len(about.Labels) != f.Rows || f.Rows < 8 {
		t.Fatalf("%d names for %d rows", len(about.Labels), f.Rows)
	}
	names := eval[[]string](p, `[...document.querySelectorAll("#chart-equivalence .names span")].map(e => e.textContent)`)
	for i, l := range about.Labels {
		if want := fmt.Sprintf("%d %s", i+1, l); i >= len(names) || names[i] != want {
			t.Fatalf("row %d of %q is not %q", i, names, want)
		}
	}
	if !slices.Contains(about.Labels, "Barlow Twins: drop-a") {
		t.Errorf("what drives is not compared: %q", about.Labels)
	}
	word := func(v float64) string {
		return strings.Replace(strings.Replace(fmt.Sprintf("%.2f", v), "-0.00", "0.00", 1), "-", "−", 1)
	}
	cells := eval[[]string](p, `[...document.querySelectorAll("#chart-equivalence .cells span")].map(e => e.textContent)`)
	if len(cells) != len(f.Data) {
		t.Fatalf("%d cells for %d numbers", len(cells), len(f.Data))
	}
	for k, v := range f.Data {
		if want := word(f.Scale * float64(v)); cells[k] != want {
			t.Errorf("%s and %s: the cell says %s, the frame %s", about.Labels[k/f.Cols], about.Labels[k%f.Cols], cells[k], want)
		}
	}

	said := eval[string](p, `(() => {
		const surface = document.querySelector("#chart-equivalence .surface");
		surface.focus();
		for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) surface.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
		return document.querySelector("#chart-equivalence .map > p").textContent;
	})()`)
	if want := about.Labels[1] + " and " + about.Labels[2] + ": cosine " + cells[f.Cols+2] + "; the first is "; !strings.HasPrefix(said, want) {
		t.Errorf("the keyboard says %q, want %q...", said, want)
	}
	p.press(`#chart-equivalence [data-numbers]`)
	table := eval[[]string](p, `[...document.querySelectorAll("#chart-equivalence [data-panel-data] tbody td")].map(e => e.textContent.split(" ")[0])`)
	if !slices.Equal(table, cells) {
		t.Errorf("the table says %q, the cells %q", table, cells)
	}

	sp := read("spectrum")
	p.wait("the spectrum is drawn", `gradlab.charts().find(c => c.title === "Spectrum").curves.length === 1`)
	p.painted()
	curve := eval[[]*float64](p, `gradlab.charts().find(c => c.title === "Spectrum").curves[0].values`)
	if len(curve) != sp.Cols+1 || curve[0] != nil {
		t.Fatalf("a curve of %d points for %d numbers", len(curve), sp.Cols)
	}
	for k, v := range sp.Data {
		if got := curve[k+1]; got == nil || math.Abs(*got-sp.Scale*float64(v)) > 1e-5 {
			t.Fatalf("direction %d of the spectrum is not the frame's %g", k+1, sp.Scale*float64(v))
		}
	}
	p.wait("what drives is marked", `document.querySelector(".kind")?.textContent.includes("An approximation") && document.querySelector("[data-approximation]").textContent.includes("at step 39")`)
	p.clean("after a comparison")
}

// A changed control keeps the curve and runs the new settings beside it; the
// address holds both lanes, and a fresh profile that opens it sees the same.
func TestTheLinkIsTheState(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=100000", 1280, 720, "light")
	p.press(`[data-action="run"]`)
	p.wait("records arrive", `gradlab.lanes()[0].length > 20`)

	p.set("method", "barlow")
	p.wait("a second lane runs", `gradlab.lanes().length === 2 && gradlab.lanes()[1].length > 20`)
	if n := eval[int](p, `gradlab.lanes()[0].length`); n <= 20 {
		t.Errorf("the first lane kept %d records", n)
	}
	p.set("projector.width", "32")
	p.wait("a third lane runs", `gradlab.lanes().length === 3 && gradlab.lanes()[2].length > 20`)
	p.wait("the first goes on, the one between has stopped", `gradlab.lanes().map(l => l.state).join(" ") === "running cancelled running"`)
	p.press(`[data-action="stop"]`)
	p.wait("all have stopped", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.clean("three lanes")

	address := eval[string](p, `location.href`)
	for _, part := range []string{"b.method=barlow", "c.method=barlow", "c.projector.width=32"} {
		if !strings.Contains(address, part) {
			t.Errorf("the address lacks %s: %s", part, address)
		}
	}
	fresh := b.open(address, 1280, 720, "dark")
	here, there := eval[map[string]string](p, settings), eval[map[string]string](fresh, settings)
	for key, value := range here {
		if there[key] != value {
			t.Errorf("%s is %q, and %q in a fresh profile", key, value, there[key])
		}
	}
	if len(here) < 20 || len(there) != len(here) {
		t.Errorf("%d settings on one page, %d on the other", len(here), len(there))
	}
	if a, b := eval[string](p, `gradlab.lanes().map(l => l.run).join()`), eval[string](fresh, `gradlab.lanes().map(l => l.run).join()`); a != b {
		t.Errorf("runs %s, and %s in a fresh profile", a, b)
	}
	fresh.clean("in a fresh profile")
}

// A bad value is said at its field, and nothing is started.
func TestABadValueIsSaidAtItsField(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast, 1280, 720, "light")
	p.set("projector.depth", "12")
	p.wait("the field says so", `document.querySelector('[data-field="projector.depth"] .problem')?.textContent.includes("0..8")`)
	if said := eval[string](p, `(e => e.getAttribute("aria-invalid") + ": " + e.getAttribute("aria-describedby").split(" ").map(id => document.getElementById(id)?.textContent ?? id + " is not there").join("|"))(document.querySelector('[data-field="projector.depth"] [data-key]'))`); !strings.HasPrefix(said, "true: ") || !strings.Contains(strings.Split(said, "|")[0], "0..8") || strings.Contains(said, "is not there") || !strings.Contains(said, "|") {
		t.Errorf("the field is described by %q", said)
	}
	if n := len(s.lab.Runs()); n != 0 {
		t.Errorf("%d runs were started", n)
	}
	p.clean("after a bad value")

	// where the settings are a closed sheet the page says it as well
	q := b.open(s.URL+"/lab?projector.depth=99", 390, 844, "light")
	const seen = `[...document.querySelectorAll("[data-region=notices] li")].some(e => e.checkVisibility() && e.textContent.includes("projector.depth: 99 is outside 0..8"))`
	q.wait("a phone says it above the figures", seen)
	q.do("a desk", chromedp.EmulateViewport(1280, 720))
	q.wait("a desk says it at the field alone", `!(`+seen+`) && document.querySelector('[data-field="projector.depth"] .problem').checkVisibility() && !document.querySelector("[data-region=notices] .notice").checkVisibility()`)
}

// Both stories of collapse are told within three clicks from the first page: the second lane collapses, the
// first does not. Of the collapse to a point the page says so itself; that to a few directions is one
// that no single number shows, and is read from the two that do.
func TestCollapseIsThreeClicksAway(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	for _, c := range []struct {
		slug string
		keys []string
		seen string // an expression that is true when the page shows the collapse
	}{
		{"byol-collapse", []string{"predictor=none", "target=shared"},
			`document.querySelector("[data-outcome]").textContent.startsWith("B: Collapsed. All images have nearly the same output")`},
		{"barlow-line", []string{"lambda=0"},
			`document.querySelector("[data-outcome]").textContent.startsWith("B: Dimensional collapse.")`},
	} {
		p := b.open(s.URL+"/", 1440, 900, "light")
		clicks := 0
		press := func(selector string) {
			t.Helper()
			p.press(selector)
			clicks++
		}
		press(`a[href="/experiments/` + c.slug + `"]`)
		p.wait("the experiment opens", `location.pathname === "/experiments/`+c.slug+`" && globalThis.gradlab?.charts().length > 0`)
		press(`[data-action="run"]`)
		p.wait("its runs have started", `location.pathname === "/experiments/`+c.slug+`" && gradlab.lanes().some(l => l.run !== "")`)
		queries := eval[[]string](p, `gradlab.lanes().map(l => l.query)`)
		for _, k := range c.keys {
			if len(queries) != 2 || strings.Contains(queries[0], k) || !strings.Contains(queries[1], k) {
				t.Errorf("%s: the second lane alone should have %s: %q", c.slug, k, queries)
			}
		}
		p.wait(c.slug+" shows the collapse", c.seen)
		if text := eval[string](p, `document.querySelector("[data-outcome]").textContent`); strings.Contains(text, "A: Collapsed") {
			t.Errorf("%s: the sound lane is said to have collapsed: %s", c.slug, text)
		}
		if clicks > 3 {
			t.Errorf("%s is %d clicks away", c.slug, clicks)
		}
		p.press(`[data-action="stop"]`)
		p.wait("they stop", `gradlab.lanes().every(l => l.state === "cancelled")`)
		p.clean(c.slug)
	}
}
