package web_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// stepsOf returns the records of a run that has ended.
func (s *server) stepsOf(id string) []record.Step {
	s.t.Helper()
	c, err := s.lab.Follow(id, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	b, err := c.Next(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return b.Steps
}

// key presses keys where the focus is.
func (p *tab) key(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		p.do("press a key", chromedp.KeyEvent(k))
	}
}

const (
	now    = `document.querySelector("[data-now]").textContent`
	twoWay = fast + "&steps=100&method=byol&b.predictor=none&b.target=shared" // the second lane collapses
)

// A link to a step shows that step in a fresh profile, in every figure and every
// word, though the socket has sent only the newest frames; Escape leads back to
// the newest, and the browser's own keys through the history.
func TestALinkShowsItsStep(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	_, v := s.post(twoWay)
	a, c := v.Lanes[0].ID, v.Lanes[1].ID
	s.finish(a)
	s.finish(c)
	p := b.open(s.URL+"/lab?"+twoWay+"#step=43", 1440, 900, "light")
	p.wait("both runs and the frames of step 40 have come", `gradlab.lanes().every(l => l.length === 100) && ["correlation", "spectrum", "equivalence", "shares"].every(n => gradlab.lanes()[0].frame(n, 43)?.step === 40)`)
	p.painted()

	steps := s.stepsOf(a)
	m, _ := s.lab.Run(a)
	frames := map[string]record.Frame{}
	for _, f := range steps[40].Frames {
		frames[f.Name] = f
	}
	pixels := eval[[]int](p, `(() => {
		const c = document.querySelector("#chart-correlation .surface canvas");
		return [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data];
	})()`)
	f := frames["correlation"]
	if len(pixels) != 4*len(f.Data) {
		t.Fatalf("%d bytes for %d elements", len(pixels), len(f.Data))
	}
	for k := range f.Data {
		want := palette.Diverging[palette.DivergingAt(float64(f.At(k/f.Cols, k%f.Cols)))]
		if got := (palette.RGB{R: uint8(pixels[4*k]), G: uint8(pixels[4*k+1]), B: uint8(pixels[4*k+2])}); got != want {
			t.Fatalf("element %d of step 40 is drawn %s, want %s", k, got.Hex(), want.Hex())
		}
	}
	curve := eval[[]*float64](p, `gradlab.charts().find(c => c.title === "Spectrum").curves[0].values`)
	for k := range frames["spectrum"].Cols {
		if got, want := curve[k+1], float64(frames["spectrum"].At(0, k)); got == nil || math.Abs(*got-want) > 1e-5 {
			t.Fatalf("direction %d of the spectrum is not that of step 40", k+1)
		}
	}
	if frames["equivalence"].Rows == 0 {
		t.Fatal("no equivalence at step 40")
	}
	cell := strings.ReplaceAll(fmt.Sprintf("%.2f", frames["equivalence"].At(0, 1)), "-", "−")
	if got := eval[string](p, `document.querySelectorAll("#chart-equivalence .cells span")[1].textContent`); got != cell {
		t.Errorf("the equivalence says %q, step 40 %q", got, cell)
	}

	value := func(name string, step int) float64 { return float64(steps[step].Values[m.Schema.Index(name)]) }
	p.wait("the cursor stands at step 43", `[...document.querySelectorAll("#chart-loss .tag")].some(e => e.textContent === "step 43")`)
	label := eval[string](p, `document.querySelector("#chart-loss .labels b").textContent`)
	if want := strings.Replace(fmt.Sprintf(" %.2f", value("loss", 43)), "-", "−", 1); label != want {
		t.Errorf("the loss's line ends with %q, step 43 has %q", label, want)
	}
	badge := eval[string](p, `document.querySelector("[data-badge]").textContent`)
	if !strings.Contains(badge, "at step 40") {
		t.Errorf("the badge says %q", badge)
	}
	if status := eval[string](p, `document.querySelector("[data-status]").textContent`); !strings.HasPrefix(status, "at step 43 · ") {
		t.Errorf("the bar says %q", status)
	}
	if said := eval[string](p, `document.querySelector("[data-alike]").textContent`); !strings.HasSuffix(said, "step 0") {
		t.Errorf("at step 43 the lanes were compared last at step 0, not as in %q", said)
	}
	if link := eval[string](p, `document.querySelector("[data-link]").value`); !strings.HasSuffix(link, "#step=43") {
		t.Errorf("the link to share is %s", link)
	}
	p.clean("at step 43")

	// The first collapse is marked, and its mark leads to the step from which on the words say so.
	mark := eval[int](p, `Number(document.querySelector(".mark.collapse").dataset.to)`)
	name := eval[string](p, `document.querySelector(".mark.collapse").getAttribute("aria-label")`)
	if want := fmt.Sprintf("B collapsed, step %d", mark); name != want || mark < 19 || mark > 95 {
		t.Errorf("the mark is called %q, want %q", name, want)
	}
	collapsed := `document.querySelector("[data-outcome]").textContent.includes("B: Collapsed.")`
	entries := eval[int](p, `history.length`)
	p.press(".mark.collapse")
	p.wait("the page says so there", collapsed)
	eval[bool](p, `(document.querySelector("[data-step]").focus(), true)`)
	p.key(kb.ArrowLeft)
	p.wait("and not a step before", `!(`+collapsed+`) && gradlab.step() === `+fmt.Sprint(mark-1))

	p.wait("the step is in the address", fmt.Sprintf(`location.hash === "#step=%d"`, mark-1))
	eval[bool](p, fmt.Sprintf(`(history.go(%d - history.length), true)`, entries)) // one entry, or two on a machine that takes its time
	p.wait("back leads to the step before the movement", `gradlab.step() === 43 && location.hash === "#step=43" && `+now+`.startsWith("step 43 of 0–99")`)
	p.key(kb.Escape)
	p.wait("Escape leads to the newest", `gradlab.step() === undefined && location.hash === "" && document.querySelector("#chart-correlation [data-heat-unit]").textContent.endsWith("step 99")`)
	p.wait("nothing stands at the cursor", `!document.querySelector("#chart-loss .tag")`)
	p.clean("back at the newest")
}

// Everything on the timeline goes by keyboard, and Space plays where it means nothing else.
func TestTimelineByKeyboard(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	_, v := s.post(twoWay)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+twoWay, 1280, 720, "light")
	p.wait("the curves are there", `gradlab.lanes().every(l => l.length === 100)`)
	p.painted()
	eval[bool](p, `(document.querySelector("[data-step]").focus(), true)`)
	// where the marks stand: what has happened, and where the neighbours were measured
	const marks = `[...new Set([...[...document.querySelectorAll(".mark")].map(m => Number(m.dataset.to)), 0, 50, 99])].sort((a, b) => a - b)`
	after := func(step string) string { return fmt.Sprintf(`%s.find(s => s > %s)`, marks, step) }
	before := func(step string) string { return fmt.Sprintf(`%s.findLast(s => s < %s)`, marks, step) }
	for _, c := range []struct{ key, step string }{
		{kb.Home, "0"}, {kb.ArrowRight, "1"}, {".", "2"}, {".", "3"}, {",", "2"}, {kb.ArrowLeft, "1"},
		{"]", after("1")}, {"]", after(after("1"))}, {"[", after("1")}, {"[", before(after("1"))}, {kb.Home, "0"}, {kb.PageUp, "10"}, {kb.End, "undefined"},
		{"[", before("99")}, {kb.Home, "0"}, {kb.PageUp, "10"}, {kb.PageUp, "20"}, {kb.PageUp, "30"}, {kb.PageUp, "40"}, {kb.PageUp, "50"},
	} {
		p.key(c.key)
		p.wait("the step after "+c.key, "gradlab.step() === ("+c.step+")")
	}
	p.wait("the measurement of the neighbours", now+`.includes("A kNN") && document.querySelector("[data-step]").getAttribute("aria-valuetext").includes("B kNN")`)

	// Space plays from there to the end, and pauses.
	p.set("seed", "1") // a field that has the focus keeps its space
	eval[bool](p, `(document.querySelector('[data-key="seed"]').focus(), true)`)
	p.key(" ")
	if eval[bool](p, `document.querySelector("[data-go=play]").textContent !== "Play"`) {
		t.Error("a space in a field plays")
	}
	eval[bool](p, `(document.activeElement.blur(), true)`)
	p.key(" ")
	p.wait("it plays", `gradlab.step() > 50 && document.querySelector("[data-go=play]").textContent === "Pause"`)
	p.key(" ")
	p.wait("it pauses", `document.querySelector("[data-go=play]").textContent === "Play"`)
	p.press(`[data-go="play"]`)
	p.wait("it plays to the end", `gradlab.step() === undefined && location.hash === "" && document.querySelector("[data-go=play]").textContent === "Play"`)

	// Enter in a chart shows the step under its cursor everywhere.
	eval[bool](p, `(document.querySelector("[data-plot]").focus(), true)`)
	p.key(kb.Home, kb.ArrowRight, kb.Enter)
	p.wait("the step of the chart's cursor", `gradlab.step() === 1`)
	p.key(kb.Escape)
	p.wait("the newest", `gradlab.step() === undefined`)
	p.clean("by keyboard")
}

// A step stays while records go on coming; live follows them again, and new settings do.
func TestAStepStaysWhileTheRunGoesOn(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=100000", 1280, 720, "light")
	p.painted()
	if !eval[bool](p, `[...document.querySelectorAll("[data-timeline] button")].every(b => getComputedStyle(b).visibility === "hidden") && `+now+` === "no step yet"`) {
		t.Error("before the run there is a line of time")
	}
	p.press(`[data-action="run"]`)
	p.wait("records arrive, and the line of time reaches as far", `gradlab.lanes()[0].length > 40 && Number(document.querySelector("[data-step]").value) > 40`)
	eval[bool](p, `(() => { const e = document.querySelector("[data-step]"); e.value = 30; for (const type of ["input", "pointerup"]) e.dispatchEvent(new Event(type, {bubbles: true})); return true; })()`)
	grown := eval[int](p, `gradlab.lanes()[0].length`) + 30
	p.wait("records go on coming", fmt.Sprintf(`gradlab.lanes()[0].length > %d`, grown))
	p.wait("the step stays", `gradlab.step() === 30 && document.querySelector("[data-step]").value === "30" && `+now+`.startsWith("step 30 of 0–99999")
		&& document.querySelector("[data-status]").textContent.startsWith("at step 30 · running, ") && document.querySelector("#chart-correlation [data-heat-unit]").textContent.endsWith("step 30")`)
	p.press(`[data-go="live"]`)
	p.wait("it follows again", fmt.Sprintf(`gradlab.step() === undefined && Number(document.querySelector("[data-step]").value) > %d && `, grown)+now+`.includes(", live")`)
	eval[bool](p, `(() => { const e = document.querySelector("[data-step]"); e.value = 20; for (const type of ["input", "change"]) e.dispatchEvent(new Event(type, {bubbles: true})); return true; })()`)
	p.wait("it is at step 20", `location.hash === "#step=20"`)
	p.set("lr", "0.01")
	p.wait("the next lane is followed from its beginning", `gradlab.lanes().length === 2 && gradlab.lanes()[1].length > 0 && gradlab.step() === undefined && location.hash === ""`)
	eval[bool](p, `(() => { window.before = document.querySelector("[data-link]"); const e = document.querySelector("[data-step]"); e.value = 0; for (const type of ["input", "change"]) e.dispatchEvent(new Event(type, {bubbles: true})); return true; })()`)
	p.press(`[data-action="stop"]`)
	p.wait("all have stopped", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.wait("the server has said how they ended", `document.querySelector("[data-link]") !== before`)
	if link := eval[string](p, `document.querySelector("[data-link]").value`); !strings.HasSuffix(link, "#step=0") {
		t.Errorf("at step 0 the link to share is then %s", link)
	}
	p.clean("while it runs")
}

// No bar covers what has the focus, at any width (WCAG 2.4.11).
func TestBarsDoNotCoverTheFocus(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=60"))
	for _, size := range [][2]int64{{1280, 720}, {390, 844}} {
		p := b.open(s.URL+"/lab?"+fast+"&steps=60", size[0], size[1], "light")
		p.wait("the curve is drawn", `gradlab.lanes()[0].length === 60`)
		p.painted()
		var last string
		seen := 0
		for range 300 { // more than the page has: whoever is led round and round is not led there
			p.key(kb.Tab)
			at := eval[[2]string](p, `(() => {
				const e = document.activeElement;
				const name = e.outerHTML.slice(0, 90);
				const bar = document.querySelector("[data-timeline]"), top = document.querySelector(".top");
				if (e === document.body || bar.contains(e) || top.contains(e) || e.matches(".skip")) return [name, ""];
				const b = e.getBoundingClientRect(), foot = bar.getBoundingClientRect(), head = top.getBoundingClientRect();
				return [name, b.bottom <= head.bottom || b.top >= foot.top ? "covered" : ""];
			})()`)
			if at[1] != "" {
				t.Errorf("%d px wide: %s is %s", size[0], at[0], at[1])
			}
			if at[0] != last {
				seen++
			}
			if last = at[0]; strings.Contains(last, `data-go="branch"`) {
				break
			}
		}
		if seen < 20 || !strings.Contains(last, `data-go="branch"`) {
			t.Errorf("%d px wide: %d elements have had the focus, the last is %s", size[0], seen, last)
		}
		p.clean("with Tab")
	}
}

// A step of the past branches: what cannot change in mid-run is locked, the rest
// makes the next lane, which is the same run up to there.
func TestBranchFromTheTimeline(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=60"))
	p := b.open(s.URL+"/lab?"+fast+"&steps=60#step=30", 1440, 900, "light")
	p.wait("the step is shown", `gradlab.lanes()[0].length === 60 && `+now+`.startsWith("step 30 of 0–59")`)
	const branches = `(b => b.getAttribute("aria-disabled") + "|" + document.getElementById(b.getAttribute("aria-describedby")).textContent + "|" + b.title)(document.querySelector("[data-go=branch]"))`
	eval[bool](p, `(document.querySelector("[data-step]").focus(), true)`)
	p.key(kb.Home)
	p.wait("step 0 does not branch, and that stands at the button", branches+` === "true|from step 1 on|A branch begins at step 1 or later: before, it would be another run."`)
	p.press(`[data-go="branch"]`)
	p.wait("a press says why", `document.querySelector("[data-status]").textContent.startsWith("A branch begins at step 1")`)
	p.key(strings.Repeat(kb.PageUp, 5))
	p.wait("step 30 does", `gradlab.step() === 30 && `+branches+` === "false||"`)
	p.press(`[data-go="branch"]`)
	p.wait("the form is ready", `document.querySelector("[data-branching]")?.textContent.includes("Branch at step 30.")`)
	for key, locked := range map[string]bool{"lr": false, "tau": false, "batch": true, "projector.width": true, "seed": true} {
		if got := eval[bool](p, fmt.Sprintf(`document.querySelector('[data-field=%q] [data-key]').disabled`, key)); got != locked {
			t.Errorf("%s is locked: %t, want %t", key, got, locked)
		}
	}
	if !eval[bool](p, `document.querySelector('[data-field="batch"]').textContent.includes("fixed when a run begins") && document.querySelector("[data-method-form] input[type=radio]").matches(":disabled")`) {
		t.Error("what is locked does not say why")
	}
	if !eval[bool](p, `document.activeElement.closest("[data-live]") !== null`) {
		t.Error("the focus is not in a setting that may change")
	}
	p.press("[data-branching] button")
	p.wait("the form is as before", `!document.querySelector("[data-branching]") && !document.querySelector('[data-field="batch"] [data-key]').disabled`)

	p.press(`[data-go="branch"]`)
	p.wait("the form is ready again", `document.querySelector("[data-branching]")`)
	p.set("lr", "99999")
	p.wait("a bad value is said at its field", `document.querySelector('[data-field="lr"] .problem')`)
	p.set("lr", "0.5")
	p.wait("the branch has run", `gradlab.lanes().length === 2 && gradlab.lanes()[1].state === "finished" && gradlab.lanes()[1].length === 60`)
	if q := eval[string](p, `gradlab.lanes()[1].query`); !strings.Contains(q, "at=30") || !strings.Contains(q, "then.lr=0.5") {
		t.Errorf("the branch is %s", q)
	}
	p.wait("the page follows it", `gradlab.step() === undefined && location.search.includes("b.at=30") && document.querySelector(".mark.branch")`)
	p.wait("behind its change a branch has no other", branches+`.startsWith("true|up to step 30|Lane B has branched at step 30 already")`)
	loss := s.columns(eval[string](p, `gradlab.lanes()[0].run`), "loss")["loss"]
	other := s.columns(eval[string](p, `gradlab.lanes()[1].run`), "loss")["loss"]
	if !same(loss[:31], other[:31]) || same(loss, other) {
		t.Error("the branch is not the same run up to its step and another after it")
	}
	p.press(".mark.branch")
	p.wait("the mark leads to the step", `gradlab.step() === 30 && `+now+`.includes("B branches: lr 0.5")`)
	fresh := b.open(eval[string](p, `document.querySelector("[data-link]").value`), 1280, 720, "dark")
	fresh.wait("the link shows the same", `gradlab.lanes().length === 2 && gradlab.lanes()[1].query === "`+eval[string](p, `gradlab.lanes()[1].query`)+`" && gradlab.step() === 30`)
	p.clean("after the branch")
	fresh.clean("in a fresh profile")

	// A value that is typed and not entered yet is a change of the lane: it comes with the button's press, and is no branch.
	// Where the press is held, the change is being acted on when the button is let go.
	for _, held := range []bool{false, true} {
		before := len(s.lab.Runs())
		p := b.open(s.URL+"/lab?"+fast+"&steps=60#step=30", 1440, 900, "light")
		p.wait("the step is shown", `gradlab.lanes()[0].length === 60 && `+now+`.startsWith("step 30 of 0–59")`)
		at := eval[[2]float64](p, `(() => { document.querySelector('[data-key="lr"]').select(); const b = document.querySelector("[data-go=branch]").getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; })()`)
		p.key("0", ".", "3")
		left := func(e *input.DispatchMouseEventParams) {
			e.Button, e.Buttons, e.ClickCount = input.MouseButtonLeft, 1, 1
		}
		if !held {
			p.do("press the button", chromedp.MouseClickXY(at[0], at[1]))
		} else {
			eval[bool](p, `(() => {
				const real = fetch;
				window.fetch = async (...asked) => {
					window.fetch = real;
					await new Promise((letGo) => (window.letGo = letGo));
					return real(...asked);
				};
				return true;
			})()`)
			p.do("hold the button", chromedp.MouseEvent(chromedp.MousePressed, at[0], at[1], left))
			p.wait("the change is acted on", `window.letGo`)
			p.do("let it go", chromedp.MouseEvent(chromedp.MouseReleased, at[0], at[1], left))
			eval[bool](p, `(letGo(), true)`)
		}
		p.wait("the change is another lane", `gradlab.lanes().length === 2 && gradlab.lanes()[1].query.includes("lr=0.3")`)
		p.wait("which has to run before it branches", `document.querySelector("[data-status]").textContent.includes("has to run before it branches")`)
		if q := eval[string](p, `gradlab.lanes()[1].query`); strings.Contains(q, "at=30") || len(s.lab.Runs()) != before {
			t.Errorf("the change is %s, and %d runs were started", q, len(s.lab.Runs())-before)
		}
		if eval[bool](p, `Boolean(document.querySelector("[data-branching]"))`) {
			t.Error("the form is to branch a lane that has not been run")
		}
		p.clean("typed before the button")
	}
}
