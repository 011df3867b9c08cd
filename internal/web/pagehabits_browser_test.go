package web_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A chart is read with the keyboard: the cursor moves along the steps, all charts
// follow, and what stands there is said.
func TestChartsByKeyboard(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(fast + "&steps=60")
	s.finish(id)
	p := b.open(s.URL+"/lab?"+fast+"&steps=60", 1280, 720, "light")
	p.wait("the curve is drawn", `gradlab.charts()[0].curves[0]?.values.filter(Number.isFinite).length === 60`)
	p.painted()
	eval[bool](p, `(document.querySelector("[data-plot]").focus(), true)`)
	for _, c := range []struct {
		key  string
		step int
	}{{kb.Home, 0}, {kb.ArrowRight, 1}, {kb.ArrowRight, 2}, {kb.ArrowLeft, 1}, {kb.End, 59}} {
		p.do("press a key", chromedp.KeyEvent(c.key))
		p.wait(fmt.Sprintf("the cursor is at step %d", c.step), fmt.Sprintf(`document.querySelector("[data-live]").textContent.startsWith("Step %d:")`, c.step))
	}
	said := eval[string](p, `document.querySelector("[data-live]").textContent`)
	var shown, want float64
	want = float64(s.columns(id, "positive_norm")["positive_norm"][59])
	if _, err := fmt.Sscanf(said, "Step 59: positive %g", &shown); err != nil || math.Abs(shown-want) > 0.01*want {
		t.Errorf("the cursor says %q, the positive norm is %g", said, want)
	}
	p.clean("by keyboard")
}

// The theme that a reader chooses stays, whatever the system says.
func TestThemeStays(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/", 1280, 720, "light")
	light := eval[string](p, paperColour)
	p.press("[data-theme-toggle]")
	p.wait("the paper is dark", paperColour+` !== "`+light+`"`)
	dark := eval[string](p, paperColour)
	p.do("open another page", chromedp.Navigate(s.URL+"/lab"))
	if got := eval[string](p, paperColour); got != dark {
		t.Errorf("the paper is %s on the next page, was %s", got, dark)
	}
	p.clean("theme")
}
