package web_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// A step in slow motion: its stages by button, by key and by link, each with the
// numbers that this very step has recorded, the part of the picture and of the formula
// that it is about, and the arrows that it adds to the sphere.
func TestSlowMotion(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const settings = fast + "&method=byol&steps=41"
	id := s.start(settings)
	s.finish(id)
	p := b.open(s.URL+"/lab?"+settings+"#step=20", 1440, 900, "light")
	p.wait("step 20 is shown", `gradlab.lanes()[0].length === 41 && gradlab.spheres()[0]?.step === 20 && gradlab.spheres()[0].arrows.length > 60`)
	p.press("[data-slow-open]")
	const stage = `document.querySelector(".slow.open .current")?.dataset.stage`
	p.wait("it begins with the views", stage+` === "views" && document.activeElement.matches(".slow") && location.hash === "#step=20&stage=views"`)
	p.wait("which are there", `document.querySelectorAll(".slow .faces .picture").length === 18`)

	want := s.columns(id, "loss", "positive_norm", "negative_norm", "balance", "total_norm", "learning_rate", "momentum", "weights.encoder.total_norm", "channel_std", "effective_rank", "knn_accuracy")
	number := func(field string) string {
		t.Helper()
		return eval[string](p, fmt.Sprintf(`(() => {
			const e = document.querySelector('.slow .current [data-number=%q]');
			return !e ? "is not there" : e.hidden ? "" : e.querySelector("dd").textContent;
		})()`, field))
	}
	check := func(step int, fields ...string) {
		t.Helper()
		for _, f := range fields {
			v := float64(want[f][step])
			got := number(f)
			if math.IsNaN(v) {
				if got != "" {
					t.Errorf("step %d has no %s, and %q is shown", step, f, got)
				}
				continue
			}
			var shown float64
			if _, err := fmt.Sscan(strings.Replace(got, "−", "-", 1), &shown); err != nil || math.Abs(shown-v) > 0.006*math.Abs(v) {
				t.Errorf("step %d: %s reads %q, the record has %g", step, f, got, v)
			}
		}
	}
	// lit are the parts of the picture and of the formula that stand out
	lit := func() string {
		t.Helper()
		return eval[string](p, `[...document.querySelectorAll(".explain .lit")].map(e => e.matches(".box") ? e.textContent.trim() : e.matches(".edge") ? "edge" : [...e.classList].find(c => ["positive", "negative"].includes(c)) ?? "left side").join(" ")`)
	}
	parts := func() string {
		t.Helper()
		return eval[string](p, `[...new Set(gradlab.spheres()[0].arrows.map(a => a.part))].sort().join(" ")`)
	}
	for i, c := range []struct {
		stage, lit, arrows string
		fields             []string
	}{
		{"views", "x₁ x₂", "", nil},
		{"encoder", "encoder encoder", "", []string{"knn_accuracy"}},
		{"projector", "projector projector z₂", "", []string{"channel_std", "effective_rank"}},
		{"predictor", "predictor p₁", "", nil},
		{"loss", "loss edge edge left side", "", []string{"loss"}},
		{"positive", "p₁ z₂ edge edge positive positive", "positive", []string{"positive_norm"}},
		{"negative", "p₁ z₂ edge edge negative negative", "negative positive", []string{"negative_norm", "balance"}},
		{"update", "encoder projector predictor left side positive negative", "negative positive", []string{"total_norm", "learning_rate", "weights.encoder.total_norm"}},
		{"ema", "encoder projector edge", "negative positive", []string{"momentum"}},
	} {
		p.wait("stage "+c.stage, stage+fmt.Sprintf(` === %q && location.hash === "#step=20&stage=%s"`, c.stage, c.stage))
		if got := lit(); got != c.lit {
			t.Errorf("%s lights up %q, want %q", c.stage, got, c.lit)
		}
		if got := parts(); got != c.arrows {
			t.Errorf("at %s the sphere has %q arrows, want %q", c.stage, got, c.arrows)
		}
		check(20, c.fields...)
		if where := eval[string](p, `document.querySelector("[data-slow-step]").textContent`); where != fmt.Sprintf("step 20, stage %d of 9", i+1) {
			t.Errorf("%s is at %q", c.stage, where)
		}
		if c.stage == "negative" || c.stage == "views" {
			p.accessible("stage " + c.stage)
		}
		if i%2 == 0 && c.stage != "ema" {
			p.press(`[data-stage-go="1"]`)
		} else {
			eval[bool](p, `(document.querySelector(".slow").focus(), true)`)
			p.key(kb.ArrowRight)
		}
	}
	p.key(kb.Home, kb.End, kb.ArrowLeft, kb.ArrowLeft)
	p.wait("by keyboard", stage+` === "negative"`)

	// Another step has other numbers, and none where it has not measured.
	eval[bool](p, `(document.querySelector("[data-step]").focus(), true)`)
	p.key(kb.ArrowRight, kb.ArrowRight, kb.ArrowRight)
	p.wait("step 23", `gradlab.step() === 23 && document.querySelector("[data-slow-step]").textContent.startsWith("step 23")`)
	check(23, "negative_norm", "balance")
	if n := number("effective_negatives"); n != "" {
		t.Errorf("how many push was not measured at step 23, and reads %q", n)
	}
	p.wait("the arrows are of step 20", `document.querySelector(".slow .current [data-arrows]").textContent.includes("of step 20")`)
	p.press(".slow .current [data-goto]")
	p.wait("which it leads to", `gradlab.step() === 20 && document.querySelector(".slow .current [data-arrows]").hidden`)

	link := eval[string](p, `document.querySelector("[data-link]").value`)
	eval[bool](p, `(document.querySelector(".slow").focus(), true)`)
	p.key(kb.Escape)
	p.wait("Escape closes it, and the step stays", `!document.querySelector(".slow.open") && gradlab.step() === 20 && location.hash === "#step=20" && document.activeElement.matches("[data-slow-open]")`)
	if got := parts(); got != "negative positive" || lit() != "" {
		t.Errorf("afterwards the sphere has %q arrows, and %q stands out", got, lit())
	}
	eval[bool](p, `(history.back(), true)`)
	p.wait("back opens it again", stage+` === "negative"`)
	p.clean("in slow motion")

	// The link opens the stage, on a phone too, where nothing is wider than the window.
	fresh := b.open(link, 390, 844, "dark")
	fresh.wait("the link opens the stage", stage+` === "negative" && gradlab.step() === 20`)
	fresh.wait("with its arrows", `gradlab.spheres()[0]?.step === 20 && gradlab.spheres()[0].arrows.length > 60`)
	if wide := eval[float64](fresh, `document.documentElement.scrollWidth`); wide > 390 {
		t.Errorf("on a phone the page is %g px wide", wide)
	}
	if !eval[bool](fresh, `(() => { const b = document.querySelector('[data-stage-go="1"]').getBoundingClientRect(); return b.top > 0 && b.bottom < innerHeight && b.right < innerWidth; })()`) {
		t.Error("on a phone the next stage's button is out of sight")
	}
	fresh.accessible("a stage on a phone")
	fresh.clean("on a phone")

	// Of several lanes the stages are those of the last one, and so are the numbers: those of the first seed, wherever it stands.
	const apart = fast + "&method=barlow&steps=41&b.method=byol&c.seed=2"
	_, three := s.post(apart)
	for _, l := range three.Lanes {
		s.finish(l.ID)
	}
	want = s.columns(three.Lanes[0].ID, "loss")
	p = b.open(s.URL+"/lab?"+apart+"#step=20&stage=loss", 1440, 900, "light")
	p.wait("the loss of three lanes", stage+` === "loss" && gradlab.lanes().every(l => l.length === 41) && document.querySelector("[data-slow-step]").textContent.includes("step 20, stage")`)
	if where := eval[string](p, `document.querySelector("[data-slow-step]").textContent`); !strings.HasPrefix(where, "A, ") {
		t.Errorf("the numbers are of %q, want those of A", where)
	}
	check(20, "loss")
	p.clean("with three lanes")

	// Without script the stages are a list to read.
	_, page := s.do("GET", "/lab?"+settings, asPage, "")
	for _, text := range []string{"One step in slow motion", "p₁, p₂: 32 × 24", "The slow copy follows"} {
		if !strings.Contains(page, text) {
			t.Errorf("the document does not say %q", text)
		}
	}
}
