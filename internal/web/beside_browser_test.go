package web_test

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"gradlab/internal/finding"
)

// onEach reports what of the words on charts lies on other words.
const onEach = `[...document.querySelectorAll(".plot")].flatMap(plot => {
	const all = [...plot.querySelectorAll(".happened span, .labels > span, .marks span")].filter(e => e.textContent && e.checkVisibility()).map(e => [e, e.getBoundingClientRect()]);
	return all.flatMap(([a, r]) => !a.parentElement.matches(".happened") ? [] : all.flatMap(([b, s]) =>
		a !== b && r.left < s.right && s.left < r.right && r.top < s.bottom && s.top < r.bottom ? [a.textContent + " on " + b.textContent] : []));
})`

// What the records say has happened stands beside the curves at its step: in words that cover
// no others, as a line in the lane's colour, in the chart's summary, under its keys, and in the
// server's file. The page announces a collapse that the spread of the channels does not show.
func TestWhatHappensStandsBesideTheCurve(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	settings := strings.Replace(fast, "&probe.knn=50", "&probe.knn=0", 1) + "&steps=100&lr=0.05&method=barlow&b.lambda=0"
	_, v := s.post(settings)
	steps := map[finding.Kind]int{}
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	m, _ := s.lab.Run(v.Lanes[1].ID)
	found, events := finding.Of(m.Schema, s.stepsOf(m.ID))
	for _, e := range events {
		steps[e.Kind] = e.Step
	}
	step, few := steps[finding.Few]
	if !few || found.Title != "Dimensional collapse." {
		t.Fatalf("the second lane is no example: %q, %v", found.Title, events)
	}
	words := finding.Words(finding.Few, "B", []int{step}, 1)

	p := b.open(s.URL+"/lab?"+settings, 1440, 900, "light")
	p.wait("the finding is announced", `document.querySelector("[data-outcome]").textContent.includes("B: Dimensional collapse.")`)
	p.wait("the curves are there", `gradlab.lanes().every(l => l.length === 100)`)
	p.painted()
	p.wait("the words are", fmt.Sprintf(`[...document.querySelectorAll("#chart-offdiagonal .happened span")].some(e => e.textContent === %q)`, words))
	for _, w := range []struct{ width, height int64 }{{1440, 900}, {1280, 720}, {390, 844}} {
		q := p
		if w.width != 1440 {
			q = b.open(s.URL+"/lab?"+settings, w.width, w.height, "dark")
			q.wait("the curves are there", `gradlab.lanes().every(l => l.length === 100)`)
		}
		q.wait("the rank is drawn", `gradlab.charts().find(c => c.title === "Off-diagonal correlation").curves.length === 2`)
		if on := eval[[]string](q, onEach); len(on) > 0 {
			t.Errorf("at %d pixels: %s", w.width, strings.Join(on, "; "))
		}
		q.clean("beside the curve")
	}
	// the hairline: the lane's green at the step, where above the curves nothing else is
	if green := eval[bool](p, fmt.Sprintf(`(() => {
		const c = gradlab.charts().find(c => c.title === "Off-diagonal correlation"), {left, top, width, height} = c.box;
		const x = Math.floor(left + width * %d / c.steps);
		const at = c.canvas.getContext("2d").getImageData(x - 1, top, 3, height).data;
		let rows = 0;
		for (let y = 0; y < height; y++) for (let k = 0; k < 3; k++) {
			const i = 4 * (3 * y + k);
			if (at[i + 3] > 80 && at[i + 1] > at[i] + 60) { rows++; break; }
		}
		return rows > 0.8 * height;
	})()`, step)); !green {
		t.Error("there is no line in the lane's colour at the step")
	}
	p.wait("the summary says it", fmt.Sprintf(`document.querySelector("#chart-offdiagonal [data-summary]").textContent.includes(%q)`, words+"."))
	mark := eval[string](p, `document.querySelector(".mark.few")?.title ?? ""`)
	if want := fmt.Sprintf("B dimensional collapse, step %d", step); mark != want {
		t.Errorf("the timeline's mark is called %q, want %q", mark, want)
	}
	eval[bool](p, `(document.querySelector("#chart-offdiagonal [data-plot]").focus(), true)`)
	p.key(kb.Home)
	for range step {
		p.key(kb.ArrowRight)
	}
	p.wait("the keys say it", fmt.Sprintf(`document.querySelector("[role=status][data-live]").textContent.includes(%q)`, "; "+words))
	file := func(id string) string {
		res, err := http.Get(s.URL + "/runs/" + id + "/figures/collapse.svg")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		svg, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(svg)
	}
	alone := regexp.MustCompile(regexp.QuoteMeta(finding.Words(finding.Few, "", []int{step}, 1)))
	if !alone.MatchString(file(m.ID)) {
		t.Error("the file does not say it")
	}
	if alone.MatchString(file(v.Lanes[0].ID)) {
		t.Error("the file of the other run says it too")
	}
}

// What the server's page says of a run stays while the page loads its records, and a zero that
// was measured is said although a logarithmic axis has no place for it.
func TestTheFindingStaysAndAZeroIsSaid(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	settings := fast + "&steps=100&method=byol&predictor=none&target=shared"
	_, v := s.post(settings)
	s.finish(v.Lanes[0].ID)
	p := b.open(s.URL+"/lab?"+settings+"&hide=story", 1440, 900, "light")
	// from here on every change of what is said is kept; the page has said it before the script began
	p.wait("it is said", `document.querySelector("[data-outcome]").textContent.includes("Collapsed.")`)
	eval[bool](p, `(() => {
		window.gone = 0;
		new MutationObserver(() => { if (!document.querySelector("[data-outcome]").textContent.includes("Collapsed.")) gone++; }).observe(document.querySelector("[data-outcome]"), {childList: true, subtree: true});
		gradlab.cut();
		return true;
	})()`)
	p.wait("the curves are there", `gradlab.lanes().every(l => l.length === 100)`)
	p.painted()
	if gone := eval[int](p, `gone`); gone > 0 {
		t.Errorf("the finding was taken away %d times", gone)
	}
	p.wait("it is drawn", `gradlab.charts()[0].curves.length === 3`)
	p.painted()
	eval[bool](p, `(document.querySelector("#chart-positive_norm [data-plot]").focus(), true)`)
	p.key(kb.Home, kb.ArrowRight)
	negative := s.stepsOf(v.Lanes[0].ID)[1]
	m, _ := s.lab.Run(v.Lanes[0].ID)
	if value := negative.Values[m.Schema.Index("negative_norm")]; value > 1e-6 {
		t.Fatalf("the negative norm is %v: no example", value)
	}
	p.wait("the keys say a number", `/Step 1: .*negative [0-9]/.test(document.querySelector("[role=status][data-live]").textContent)`)
	p.clean("a finding that stays")
}

// A run that really diverges: the page says so, names the likeliest causes, and the remedy
// that it offers runs at one press, beside it, and does not diverge.
func TestARemedyRuns(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	settings := strings.Replace(fast, "&probe.knn=50", "&probe.knn=0", 1) + "&steps=30&method=vicreg&lr=10&weight_decay=1"
	_, v := s.post(settings)
	s.finish(v.Lanes[0].ID)
	p := b.open(s.URL+"/lab?"+settings, 1440, 900, "light")
	said := `document.querySelector("[data-outcome]").textContent`
	p.wait("it diverged", said+`.includes("Diverged at step")`)
	p.wait("the causes are named", said+`.includes("weight_decay=1 times lr=10") && `+said+`.includes("1600 times what the papers use for a batch of 32 (0.00625): try lr=0.06.")`)
	p.wait("it is said beside the loss", `[...document.querySelectorAll("#chart-loss .happened span")].some(e => e.textContent.startsWith("diverged, step "))`)
	p.wait("one remedy is offered: a warm-up would not do", `[...document.querySelectorAll("[data-outcome] .try button")].map(e => e.textContent).join() === "Try lr 0.06"`)
	p.follow("Try lr 0.06") // the default
	p.wait("it runs to its end beside what diverged", `gradlab.lanes().length === 2 && !gradlab.lanes()[1].query.includes("lr=") && gradlab.lanes()[1].state === "finished" && gradlab.lanes()[1].length === 30`)
	id := eval[string](p, `gradlab.lanes()[1].run`)
	for i, loss := range s.columns(id, "loss")["loss"] {
		if math.IsNaN(float64(loss)) || math.IsInf(float64(loss), 0) {
			t.Errorf("step %d of the remedy has loss %v", i, loss)
		}
	}
	p.clean("a remedy")

	q := b.open(s.URL+"/lab?"+settings+"&lock=lr", 1440, 900, "light")
	q.wait("it diverged", said+`.includes("Diverged at step")`)
	if n := eval[int](q, `document.querySelectorAll("[data-outcome] .try button").length`); n != 0 {
		t.Errorf("%d remedies that a lesson does not leave", n)
	}
}
