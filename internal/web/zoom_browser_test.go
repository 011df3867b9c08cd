package web_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// shows says whether all charts of steps that are drawn go from a step to another, and offer the way back where that is not all.
func shows(from, to, last int) string {
	return fmt.Sprintf(`gradlab.charts().filter(c => c.canvas && c.title !== "Spectrum").every(c => c.shown.join() === "%d,%d")
		&& [...document.querySelectorAll("[data-charts] [data-whole]")].every(e => e.hidden === %t)`, from, to, from == 0 && to == last)
}

// drag presses at a step of the chart of the loss, goes to another and lets go.
func (p *tab) drag(from, to int) {
	p.t.Helper()
	at := eval[[3]float64](p, fmt.Sprintf(`(() => {
		const c = gradlab.charts().find(c => c.title === "Loss");
		c.canvas.scrollIntoView({block: "center"});
		const at = c.canvas.getBoundingClientRect();
		const x = step => at.left + (c.box.left + c.box.width * (step - c.shown[0]) / (c.shown[1] - c.shown[0])) / devicePixelRatio;
		return [x(%d), x(%d), at.top + (c.box.top + c.box.height / 2) / devicePixelRatio];
	})()`, from, to))
	left := func(e *input.DispatchMouseEventParams) { e.Button, e.ClickCount = input.MouseButtonLeft, 1 }
	p.do("drag over the loss",
		chromedp.MouseEvent(chromedp.MousePressed, at[0], at[2], left),
		chromedp.MouseEvent(chromedp.MouseMoved, (at[0]+at[1])/2, at[2], left),
		chromedp.MouseEvent(chromedp.MouseMoved, at[1], at[2], left),
		chromedp.MouseEvent(chromedp.MouseReleased, at[1], at[2], left))
}

// A range of steps chosen on one chart is shown by all, with the values fitted to it; the link has it, and button,
// Escape and a double click lead back to the whole run.
func TestZoomIsLinked(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(fast + "&steps=61")
	s.finish(id)
	p := b.open(s.URL+"/lab?"+fast+"&steps=61", 1440, 900, "light")
	p.wait("the curves are drawn", `gradlab.lanes()[0].length === 61 && `+shows(0, 61, 61))
	loss := s.columns(id, "loss")["loss"]
	fits := func(p *tab, from, to int) {
		t.Helper()
		got := eval[[2]float64](p, `gradlab.charts().find(c => c.title === "Loss").range`)
		if lo, hi := float64(slices.Min(loss[from:to+1])), float64(slices.Max(loss[from:to+1])); math.Abs(got[0]-lo)+math.Abs(got[1]-hi) > 1e-5 {
			t.Errorf("steps %d to %d: the axis of the loss goes from %g to %g, the values from %g to %g", from, to, got[0], got[1], lo, hi)
		}
	}

	p.drag(45, 15)
	p.wait("all charts show it", shows(15, 45, 61))
	fits(p, 15, 45)
	p.wait("it is in the address", `location.hash === "#zoom=15,45"`)
	link := eval[string](p, `location.href`)
	p.drag(20, 30)
	p.wait("a range of the range", shows(20, 30, 61))
	p.key(kb.Escape)
	p.wait("Escape shows the whole run", shows(0, 61, 61)+` && location.hash === ""`)
	fits(p, 0, 60)

	fresh := b.open(link, 390, 844, "dark")
	fresh.wait("the link shows the range", shows(15, 45, 61)+` && gradlab.charts().find(c => c.title === "Loss").curves[0]?.values.length === 61`)
	fits(fresh, 15, 45)
	fresh.press("#chart-loss [data-whole]")
	fresh.wait("the button shows the whole run", shows(0, 61, 61)+` && document.activeElement === document.querySelector("#chart-loss [data-plot]")`)
	fresh.clean("from a link")

	p.drag(10, 50)
	p.wait("zoomed again", shows(10, 50, 61))
	at := eval[[2]float64](p, `(() => { const b = document.querySelector("#chart-loss canvas").getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; })()`)
	p.do("double click", chromedp.MouseClickXY(at[0], at[1]), chromedp.MouseClickXY(at[0], at[1], chromedp.ClickCount(2)))
	p.wait("a double click shows the whole run, and no step", shows(0, 61, 61)+` && gradlab.step() === undefined`)

	// Everything goes by keyboard.
	eval[bool](p, `(document.querySelector("#chart-loss [data-plot]").focus(), true)`)
	p.key(kb.Home, "+")
	p.wait("plus halves the steps", shows(0, 30, 61)+` && document.querySelector("[data-live]").textContent === "Steps 0 to 30."`)
	p.key(kb.End)
	p.wait("the range goes along with the cursor", shows(30, 60, 61))
	p.key("-")
	p.wait("minus doubles them", shows(0, 61, 61)+` && document.querySelector("[data-live]").textContent === "The whole run."`)
	p.key("+", kb.Escape)
	p.wait("Escape leads back", shows(0, 61, 61))
	p.clean("zoomed")

	// A short link keeps it.
	if short := s.short(strings.TrimPrefix(link, s.URL)); short == "" {
		t.Error("the link cannot be shortened")
	}
}

// A range stays while records go on coming, and its values stay fitted.
func TestZoomWhileItRuns(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=100000#zoom=5,25", 1280, 720, "light")
	p.press(`[data-action="run"]`)
	p.wait("the range is past", `gradlab.lanes()[0].length > 60`)
	p.wait("all charts show it, fitted to it", shows(5, 25, 100000)+` && (() => {
		const seen = gradlab.lanes()[0].column("loss").slice(5, 26);
		const [lo, hi] = gradlab.charts().find(c => c.title === "Loss").range;
		return Math.abs(lo - Math.min(...seen)) + Math.abs(hi - Math.max(...seen)) < 1e-5;
	})()`)
	p.press("#chart-loss [data-whole]")
	p.wait("the whole run goes on", `gradlab.charts().find(c => c.title === "Loss").shown[1] === 100000 && location.hash === ""`)
	p.press(`[data-action="stop"]`)
	p.wait("it has stopped", `gradlab.lanes()[0].state === "cancelled"`)
	p.clean("while it runs")
}
