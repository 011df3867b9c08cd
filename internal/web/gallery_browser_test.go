package web_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gradlab/experiments"
	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// shown waits until the gallery's figures and exhibits have their records.
func (p *tab) shown() {
	p.t.Helper()
	p.wait("all exhibits are shown", `document.querySelectorAll("[data-told]").length > 15 && [...document.querySelectorAll("[data-told]")].every(e => "shown" in e.dataset)`)
	p.wait("both runs are drawn", `gradlab.lanes().every(l => l.length === 41) && gradlab.spheres().length === 2 && gradlab.spheres().every(s => s.places) &&
		[...document.querySelectorAll("[data-heat-unit]")].filter(e => e.closest("figure").checkVisibility()).every(e => e.textContent)`)
	p.drawn()
}

// drawn waits until every chart that has room holds all that the runs measured for it.
func (p *tab) drawn() {
	p.t.Helper()
	p.wait("all curves of both runs are drawn", `gradlab.charts().every((c, i) => {
		const e = document.querySelectorAll("[data-panel]")[i], {axis, lines} = JSON.parse(e.dataset.panel);
		if (!e.checkVisibility()) return true; // drawn when it is unfolded
		return Boolean(c.canvas) && gradlab.lanes().every((l, lane) => lines.every(({field}) => (axis ? l.frame(field) : l.fields.includes(field))
			? c.curves.some(k => k.field === field && k.lane === lane && k.values.length >= (axis ? 2 : l.length)) : true));
	})`)
}

// unfolds opens or closes the further measurements.
func (p *tab) unfolds(open bool) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`document.querySelector("[data-more]").open = %t`, open))
}

// The gallery shows, in both themes, what the recorded runs say and what each state is
// to say, without a fault and with nothing serious for axe.
func TestGalleryInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	files, err := experiments.Gallery()
	if err != nil {
		t.Fatal(err)
	}
	for _, theme := range []string{"light", "dark"} {
		p := b.open(s.URL+"/_gallery", 1440, 900, theme)
		p.shown()
		t.Run("curves, "+theme, func(t *testing.T) { checkCannedCurves(t, p, files) })
		t.Run("maps, "+theme, func(t *testing.T) { checkCannedMaps(t, p, files) })
		t.Run("spheres, "+theme, func(t *testing.T) { checkCannedSpheres(t, p, files) })
		t.Run("states, "+theme, func(t *testing.T) { checkCannedStates(t, p) })
		p.clean("gallery, " + theme)
		rules := "{}"
		if theme == "dark" { // whose page differs in its colours
			rules = byColour
		}
		if t.Run("axe, "+theme, func(t *testing.T) { p.audit("gallery, "+theme, "document", rules) }); t.Failed() {
			return
		}
	}

	// What would start something says that it does not.
	p := b.open(s.URL+"/_gallery", 1280, 720, "light")
	p.shown()
	p.press(`.runbar [data-action="run"]`)
	p.wait("Run says so", `document.querySelector("[data-status]").textContent.startsWith("This is the gallery")`)
	p.press(`#exhibit-diverged .try button`)
	p.wait("a remedy says so", `document.querySelector("#exhibit-diverged [data-status]").textContent.startsWith("This is the gallery")`)
	p.set("lr", "0.5")
	p.press(`#exhibit-running [data-action="pause"]`)
	p.press(`#exhibit-full .scripted [data-action="run"]`)
	if n := len(s.lab.Runs()); n != 0 {
		t.Errorf("the gallery has started %d runs", n)
	}
	p.clean("after all buttons")
}

// checkCannedCurves compares each chart with the records: every value, and ink at
// every fifth step of each line, where the axes say that it must be.
func checkCannedCurves(t *testing.T, p *tab, files []record.File) {
	type chart struct {
		Title  string
		Box    struct{ Left, Top, Width, Height float64 }
		Range  [2]float64
		Steps  float64
		Log    bool
		Drawn  bool
		Curves []struct {
			Field  string
			Dash   bool
			Lane   int
			Values []*float64
		}
	}
	p.unfolds(true) // what is folded away has no size, and is drawn when it has one
	p.drawn()
	defer p.unfolds(false)
	charts := eval[[]chart](p, `gradlab.charts().map((c, i) => {
		const panel = JSON.parse(document.querySelectorAll("[data-panel]")[i].dataset.panel);
		return {title: c.title, box: c.box, range: c.range, steps: c.steps, drawn: Boolean(c.canvas) && c.canvas.checkVisibility(), log: Boolean(panel.log),
			curves: c.curves.map(k => ({...k, dash: Boolean(panel.lines.find(l => l.field === k.field).dash)}))};
	})`)
	values, points := 0, 0
	for i, c := range charts {
		for _, curve := range c.Curves {
			f := files[curve.Lane]
			if strings.HasPrefix(c.Title, "Spectrum") {
				continue // checked with the frames
			}
			j := f.Schema.Index(curve.Field)
			field := f.Schema.Fields[j]
			scale := 1.0
			if curve.Field == "channel_std" {
				scale = math.Sqrt(16) // read in units of the isotropic spread of 16 channels
			}
			var at [][2]float64 // places where there must be ink
			for step, v := range curve.Values {
				measured := f.Steps[step].Has&field.Every != 0
				want := scale * float64(f.Steps[step].Values[j])
				if !measured || math.IsNaN(want) || c.Log && want <= 0 {
					if v != nil {
						t.Fatalf("%s has %s = %g at step %d, where there is nothing to draw", c.Title, curve.Field, *v, step)
					}
					continue
				}
				if v == nil || math.Abs(*v-want) > 1e-6*math.Abs(want) {
					t.Fatalf("%s, lane %d: %s at step %d is not %g", c.Title, curve.Lane, curve.Field, step, want)
				}
				values++
				if step%5 == 0 && c.Drawn {
					lo, hi, y := c.Range[0], c.Range[1], want
					if c.Log {
						lo, hi, y = math.Log(lo), math.Log(hi), math.Log(y)
					}
					at = append(at, [2]float64{c.Box.Left + c.Box.Width*float64(step)/c.Steps, c.Box.Top + c.Box.Height*(hi-y)/(hi-lo)})
				}
			}
			if len(at) == 0 {
				continue
			}
			points += len(at)
			reach := 3
			if curve.Dash {
				reach = 5 // as wide as a gap and the edges of its dashes
			}
			if found := eval[int](p, fmt.Sprintf(`((places, reach) => {
				const paper = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
				const ctx = gradlab.charts()[%d].canvas.getContext("2d");
				return places.filter(([x, y]) => {
					const d = ctx.getImageData(Math.round(x) - reach, Math.round(y) - reach, 2 * reach + 1, 2 * reach + 1).data;
					for (let i = 0; i < d.length; i += 4) if (d[i+3] > 128 && Math.max(...[0, 1, 2].map(k => Math.abs(d[i+k] - paper[k]))) > 80) return true;
					return false;
				}).length;
			})(%s, %d)`, i, pairs(at), reach)); found != len(at) {
				t.Errorf("%s, lane %d: %s has ink at %d of %d places where it must be", c.Title, curve.Lane, curve.Field, found, len(at))
			}
		}
	}
	if len(charts) < 9 || values < 900 || points < 100 {
		t.Errorf("only %d charts with %d values, %d places looked at", len(charts), values, points)
	}
}

// pairs writes places as JavaScript.
func pairs(at [][2]float64) string {
	var b strings.Builder
	for _, q := range at {
		fmt.Fprintf(&b, "[%f,%f],", q[0], q[1])
	}
	return "[" + b.String() + "]"
}

// frameOf is the last frame of a name of a recorded run.
func frameOf(t *testing.T, f record.File, name string) record.Frame {
	t.Helper()
	for _, s := range slices.Backward(f.Steps) {
		for _, frame := range s.Frames {
			if frame.Name == name {
				return frame
			}
		}
	}
	t.Fatalf("no frame %s is recorded", name)
	return record.Frame{}
}

// checkCannedMaps compares the correlation pixel by pixel, the equivalence cell by
// cell and the spectrum point by point.
func checkCannedMaps(t *testing.T, p *tab, files []record.File) {
	for lane, f := range files {
		corr := frameOf(t, f, "correlation")
		pixels := eval[[]int](p, fmt.Sprintf(`(() => {
			const c = document.querySelectorAll("#chart-correlation .surface canvas")[%d];
			return [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data];
		})()`, lane))
		if len(pixels) != 4*len(corr.Data) {
			t.Fatalf("%d bytes for %d elements", len(pixels), len(corr.Data))
		}
		for k, v := range corr.Data {
			want := palette.Diverging[palette.DivergingAt(float64(corr.Scale)*float64(v))]
			if got := (palette.RGB{R: uint8(pixels[4*k]), G: uint8(pixels[4*k+1]), B: uint8(pixels[4*k+2])}); got != want {
				t.Fatalf("lane %d, element %d is drawn %s, it is %s", lane, k, got.Hex(), want.Hex())
			}
		}
		eq := frameOf(t, f, "equivalence")
		cells := eval[[]string](p, fmt.Sprintf(`[...document.querySelectorAll("#chart-equivalence .map")[%d].querySelectorAll(".cells span")].map(e => e.textContent)`, lane))
		for k, v := range eq.Data {
			want := strings.Replace(strings.Replace(fmt.Sprintf("%.2f", float64(eq.Scale)*float64(v)), "-0.00", "0.00", 1), "-", "−", 1)
			if len(cells) != len(eq.Data) || cells[k] != want {
				t.Fatalf("lane %d: cell %d of %d is not %s", lane, k, len(cells), want)
			}
		}
		spectrum := frameOf(t, f, "spectrum")
		curve := eval[[]*float64](p, fmt.Sprintf(`gradlab.charts().find(c => c.title === "Spectrum").curves[%d].values`, lane))
		for k, v := range spectrum.Data {
			want := float64(spectrum.Scale) * float64(v)
			if len(curve) != len(spectrum.Data)+1 || curve[k+1] == nil || math.Abs(*curve[k+1]-want) > 1e-5 {
				t.Fatalf("lane %d: direction %d of the spectrum is not %g", lane, k+1, want)
			}
		}
	}
}

// checkCannedSpheres compares where points stand, and the ink there, with the records.
func checkCannedSpheres(t *testing.T, p *tab, files []record.File) {
	for lane, d := range eval[[]drawnSphere](p, `JSON.parse(JSON.stringify(gradlab.spheres()))`) {
		points := frameOf(t, files[lane], "sphere")
		if len(d.Places) != points.Rows {
			t.Fatalf("lane %d: %d points for %d rows", lane, len(d.Places), points.Rows)
		}
		sin, cos := math.Sincos(d.Angle.Turn)
		high, deep := math.Sincos(d.Angle.Tilt)
		var front [][2]float64
		for i, place := range d.Places {
			v := [3]float64{float64(points.At(i, 0)), float64(points.At(i, 1)), float64(points.At(i, 2))}
			x, y := d.X+d.Radius*(cos*v[1]-sin*v[0]), d.Y-d.Radius*(deep*v[2]-high*(cos*v[0]+sin*v[1]))
			if math.Hypot(x-place.X, y-place.Y) > 0.01 {
				t.Errorf("lane %d: point %d stands at (%.1f, %.1f), the record says (%.1f, %.1f)", lane, i, place.X, place.Y, x, y)
			}
			if place.Near > 0.3 {
				front = append(front, [2]float64{place.X * d.Scale, place.Y * d.Scale})
			}
		}
		inked := eval[int](p, fmt.Sprintf(`(places => {
			const ctx = document.querySelectorAll(".globe .surface > canvas")[%d].getContext("2d");
			return places.filter(([x, y]) => ctx.getImageData(Math.round(x) - 4, Math.round(y) - 4, 9, 9).data.some((v, k) => k %% 4 === 3 && v > 128)).length;
		})(%s)`, lane, pairs(front)))
		if inked != len(front) || len(front) == 0 {
			t.Errorf("lane %d: %d of %d points in front have ink", lane, inked, len(front))
		}
	}
}

// checkCannedStates reads what the exhibits say.
func checkCannedStates(t *testing.T, p *tab) {
	text := func(selector string) string {
		return eval[string](p, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.textContent.replace(/\s+/g, " ").trim()).join(" | ")`, selector))
	}
	for name, want := range map[string]string{
		"idle": "not run yet", "queued": "queued, number 3, about 40 s", "behind": "queued: comes after another run of its visitor",
		"running": "running, 18 of 41 steps · 24 steps/s", "paused": "paused after 18 of 41 steps", "unwatched": "paused after 18 of 41 steps: nobody was looking",
		"finished": "finished, 41 steps", "diverged": "diverged at step 24", "collapsed": "finished, 41 steps", "few": "finished, 41 steps", "cancelled": "stopped after 18 of 41 steps",
		"failed": "failed", "forgotten": "forgotten: run it again", "reconnecting": "reconnecting; the run goes on, nothing is lost",
		"events": "running, 18 of 41 steps · over an event stream: sockets do not get through", "poll": "running, 18 of 41 steps · asking again and again: neither sockets nor streams get through",
		"outdated": "the server has a newer version: reload the page, nothing is lost",
	} {
		if got := text("#exhibit-" + name + " [data-status]"); got != want {
			t.Errorf("%s: the bar says %q, not %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"diverged": "Diverged at step 24: loss is not a finite numberThe likeliest causes:", "collapsed": "Collapsed. All images have nearly the same output",
		"few":    "Dimensional collapse. The outputs use few directions: an effective rank of 2.9 where 16 is attainable",
		"failed": "Failed: the folder of the images is gone", "forgotten": "Forgotten. Its records made room for others.", "finished": "", "running": "",
	} {
		if got := text("#exhibit-" + name + " [data-outcome]"); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: what became of it is said to be %q, not %q", name, got, want)
		}
	}
	for name, buttons := range map[string]string{
		"idle": "Run", "queued": "Pause | Stop", "running": "Pause | Step | Stop", "paused": "Resume | Step | Stop", "finished": "Run", "diverged": "Run", "cancelled": "Run", "failed": "Run", "forgotten": "Run",
	} {
		got := eval[string](p, fmt.Sprintf(`[...document.querySelectorAll("#exhibit-%s .buttons button")].filter(b => b.checkVisibility()).map(b => b.textContent).join(" | ")`, name))
		if got != buttons {
			t.Errorf("%s: the buttons are %q, not %q", name, got, buttons)
		}
	}
	for selector, want := range map[string]string{
		"#exhibit-residual-none .badge": "measured at the first probe step", "#exhibit-residual-agree .badge": "✓ terms = autodiff", "#exhibit-residual-differ .badge": "✗ terms differ from autodiff, residual 0.02",
		"#exhibit-link-0": "Reproduced bit for bit", "#exhibit-link-1": "first differs at step 12", "#exhibit-link-2": "engine version 1", "#exhibit-link-3": "Run it, and this line says",
		"#exhibit-full .notice": "number 301 in the queue", "#exhibit-quota .notice": "60 submissions from this network address", "#exhibit-dear .notice": "the nearest is 22000",
		`[data-field="steps"] .problem`: "the nearest is 22000",
	} {
		if got := text(selector); !strings.Contains(got, want) {
			t.Errorf("%s says %q, not %q", selector, got, want)
		}
	}
	if n := eval[int](p, `[...document.querySelectorAll(".exhibit .diagram .edge")].filter(e => !e.checkVisibility()).length`); n > 0 {
		t.Errorf("%d edges of the diagrams are not to be seen", n)
	}
	if n := eval[int](p, `document.querySelectorAll(".exhibit .diagram .edge.ema").length`); n != 2 {
		t.Errorf("%d diagrams have a slow copy, which BYOL and MoCo have", n)
	}
	if both := text("#exhibit-full .notice"); strings.Count(both, "The server is full. Nothing was started; the settings are kept.") != 2 || strings.Count(both, "Try again") != 2 {
		t.Errorf("server and script do not say the same: %s", both)
	}
}
