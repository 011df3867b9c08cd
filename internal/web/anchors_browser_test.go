package web_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gradlab/internal/palette"
)

const anchors = `gradlab.spheres().map(s => s.picked)`

// Lanes with the same images look at the same anchor, whether it is picked with the mouse, by keyboard or
// with the buttons; one with other batches has its own. What is picked stays when a lane comes, and is in the link.
func TestOneAnchorForTheSameImages(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const settings = fast + "&steps=40&b.method=byol&c.batch=16"
	_, v := s.post(settings)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+settings, 1440, 900, "light")
	const last = `gradlab.spheres().every(s => s.step === 39 && s.places.length > 0)`
	p.wait("three spheres", `gradlab.spheres().length === 3 && `+last)
	is := func(what string, want ...int) {
		t.Helper()
		if got := eval[[]int](p, anchors); !slices.Equal(got, want) {
			t.Fatalf("%s: the anchors are %v, want %v", what, got, want)
		}
	}

	at := eval[[3]float64](p, `(() => {
		const places = gradlab.spheres()[1].places;
		const front = places.reduce((best, q, i) => (q.near > places[best].near ? i : best), 0);
		const box = document.querySelectorAll(".globe canvas")[1].getBoundingClientRect();
		return [box.left + places[front].x, box.top + places[front].y, front];
	})()`)
	p.do("click on a point of the second sphere", chromedp.MouseClickXY(at[0], at[1]))
	k := eval[[]int](p, anchors)[1]
	if k < 0 {
		t.Fatal("a click picks nothing")
	}
	is("after a click", k, k, -1)
	words := eval[[]string](p, `[...document.querySelectorAll(".globe .words")].map(e => e.querySelector(".anchor dd")?.textContent ?? "")`)
	if words[0] != words[1] || words[0] == "" || words[2] != "" {
		t.Errorf("the anchors are said to be %q", words)
	}

	eval[bool](p, `(document.querySelectorAll(".globe .surface")[0].focus(), true)`)
	p.key("n")
	is("after n", (k+1)%64, (k+1)%64, -1)
	eval[bool](p, `(document.querySelectorAll(".globe .surface")[2].focus(), true)`)
	p.key(kb.Home, "n")
	is("after n where the images are others", (k+1)%64, (k+1)%64, 1)
	p.press(`[data-sphere="next"]`)
	is("after the button", (k+2)%64, (k+2)%64, 2)

	p.wait("they are in the address", fmt.Sprintf(`location.hash === "#anchor=%d,%[1]d,2"`, (k+2)%64))

	// Another kind of lane stands beside them.
	p.set("lr", "0.01")
	p.wait("another lane with the third's images", `gradlab.lanes().length === 4 && gradlab.lanes()[3].query.includes("lr=0.01")`)
	p.wait("all look at what they did, and it at what the third does", fmt.Sprintf(`JSON.stringify(`+anchors+`) === "[%d,%[1]d,2,2]"`, (k+2)%64))
	p.wait("the address says so", fmt.Sprintf(`location.hash === "#anchor=%d,%[1]d,2,2"`, (k+2)%64))

	// A link may name an anchor that there is not.
	eval[bool](p, `(location.hash = "#step=3&anchor=200,1", true)`)
	p.wait("its step is shown, and no such anchor", `gradlab.step() === 3 && JSON.stringify(`+anchors+`.slice(0, 2)) === "[-1,1]"`)
	eval[bool](p, `(history.back(), true)`)
	p.wait("back leads to the anchors that there were", fmt.Sprintf(`gradlab.step() === undefined && JSON.stringify(`+anchors+`) === "[%d,%[1]d,2,2]"`, (k+2)%64))
	p.clean("anchors")
}

// The sphere turns and tilts without dragging, with buttons that a finger finds, and does so where motion is reduced.
func TestTheSphereTurnsWithoutDragging(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=20"))
	p := b.open(s.URL+"/lab?"+fast+"&steps=20", 390, 844, "light")
	p.wait("a sphere", `gradlab.spheres()[0]?.step === 19`)
	p.do("ask for less motion", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	}))
	p.wait("nothing turns by itself", `document.querySelector('[data-sphere="turn"]').hidden`)
	const angle = `JSON.parse(JSON.stringify(gradlab.spheres()[0].angle))`
	type where struct{ Turn, Tilt float64 }
	for _, c := range []struct {
		way        string
		turn, tilt float64
	}{{"left", -1, 0}, {"right", 1, 0}, {"up", 0, 1}, {"down", 0, -1}} {
		before := eval[where](p, angle)
		p.press(fmt.Sprintf("[data-sphere=%q]", c.way))
		after := eval[where](p, angle)
		if turn, tilt := after.Turn-before.Turn, after.Tilt-before.Tilt; turn*c.turn < 0 || tilt*c.tilt < 0 || math.Abs(turn)+math.Abs(tilt) < 0.2 || (turn != 0) != (c.turn != 0) {
			t.Errorf("%s turns by %g and tilts by %g", c.way, turn, tilt)
		}
	}
	if small := eval[[]string](p, `[...document.querySelectorAll(".handles button")].filter(e => e.checkVisibility()).filter(e => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24; }).map(e => e.dataset.sphere)`); len(small) > 0 {
		t.Errorf("%q are smaller than 24 px", small)
	}
	p.wait("the angle is where it was", `location.hash === ""`)
	p.clean("turned")
}

// A term of the formula under the pointer or with the focus has its parts of the picture lit, its arrows alone on the
// sphere and its curve before the others; nothing of that stays when the term is left or written anew.
func TestATermShowsWhatItIsAbout(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=40"))
	p := b.open(s.URL+"/lab?"+fast+"&steps=40", 1440, 900, "light")
	p.wait("sphere and curves", `gradlab.spheres()[0]?.step === 39 && gradlab.charts().find(c => c.title === "Gradient at the projector").canvas`)
	const (
		about  = `[...new Set([...document.querySelectorAll(".about")].map(e => e.dataset.term ?? e.dataset.in))].sort().join(", ")`
		arrows = `[...new Set(gradlab.spheres()[0].arrows.map(a => a.part))].sort().join()`
	)
	// pixels in a term's own colour, which curves that stand behind another do not have
	pixels := func(ink palette.RGB) string {
		return fmt.Sprintf(`(() => {
			const c = document.querySelector("#chart-positive_norm canvas");
			const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
			let n = 0;
			for (let i = 0; i < d.length; i += 4) if (d[i] === %d && d[i+1] === %d && d[i+2] === %d && d[i+3] > 250) n++;
			return n;
		})()`, ink.R, ink.G, ink.B)
	}
	positive, negative := pixels(palette.Positive), pixels(palette.Negative)
	point := func(selector string) {
		t.Helper()
		at := eval[[2]float64](p, fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center"}); const b = e.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; })()`, selector))
		p.do("point at "+selector, chromedp.MouseEvent(chromedp.MouseMoved, at[0], at[1]))
	}
	plain := func(what string) {
		t.Helper()
		p.wait(what, about+` === "" && `+arrows+` === "negative,positive"`)
		p.wait(what+", and the curves have their colours", positive+` >= 100 && `+negative+` >= 100`)
	}
	plain("nothing is pointed at")

	point("#term-negative")
	p.wait("the negative term is shown", about+`.includes("negative") && !`+about+`.split(", ").includes("positive") && document.querySelectorAll(".diagram .about").length > 2 && `+arrows+` === "negative"`)
	p.wait("before the others is the negative curve", positive+` === 0 && `+negative+` >= 100`)
	point(".terms [data-term=positive]")
	p.wait("the positive term is shown", about+`.split(", ").includes("positive") && `+arrows+` === "positive"`)
	point("#formula-title")
	plain("the title is pointed at")
	point("#term-positive")
	p.wait("the positive term is shown again", arrows+` === "positive"`)
	point("#chart-positive_norm h2")
	plain("the formula is left")

	eval[bool](p, `(document.querySelector("#term-positive").focus(), true)`)
	p.wait("the focus does the same", arrows+` === "positive" && document.activeElement.getAttribute("aria-label") === "positive term"`)
	p.key(kb.Tab)
	p.wait("the next term has it", arrows+` === "negative" && document.activeElement.id === "term-negative"`)
	eval[bool](p, `(window.old = document.activeElement, true)`)
	p.set("tau", "0.5")
	p.wait("the formula is written anew and the focus is in it", `!old.isConnected && document.activeElement.id === "term-negative" && document.activeElement.matches(".about")`)
	eval[bool](p, `(document.activeElement.blur(), true)`)
	p.wait("nothing stays", about+` === "" && gradlab.lanes().length === 2`)
	point("#term-negative")
	p.wait("the term is shown", `document.querySelector("#term-negative").matches(".about")`)
	p.set("method", "byol")
	p.wait("another method's formula shows nothing, or what is under the pointer", `document.querySelector("#formula-title").textContent.includes("BYOL") && (`+about+` === "" || document.querySelector(".term:hover, .terms div:hover"))`)
	p.clean("terms")
}

// The map of who pushes whom has a bar of its colours, which end where its shares do.
func TestTheMapOfSharesHasItsColours(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(fast + "&steps=20")
	s.finish(id)
	p := b.open(s.URL+"/lab?"+fast+"&steps=20#open=more", 1440, 900, "light")
	p.wait("the last map is drawn", `document.querySelector("#chart-shares [data-heat-unit]")?.textContent.endsWith("step 19")`)
	f := s.lastFrames(id)["shares"]
	most := 0.0
	for k := range f.Data {
		most = max(most, math.Abs(float64(f.At(k/f.Cols, k%f.Cols))))
	}
	var low, high float64
	said := eval[string](p, `document.querySelector("#chart-shares .colourbar:not(:empty)").textContent`)
	if _, err := fmt.Sscanf(said, "pull %f\u00a0%%push %f\u00a0%%", &low, &high); err != nil || low != high || math.Abs(low-100*most*most) > low/20 {
		t.Errorf("the bar says %q, the largest share is %.3g %%: %v", said, 100*most*most, err)
	}
	ends := eval[[]int](p, `(() => { const c = document.querySelector("#chart-shares .colourbar canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, 1).data; return [...d.slice(0, 3), ...d.slice(-4, -1)]; })()`)
	lo, hi := palette.Diverging[palette.DivergingAt(-1)], palette.Diverging[palette.DivergingAt(1)]
	if want := []int{int(lo.R), int(lo.G), int(lo.B), int(hi.R), int(hi.G), int(hi.B)}; !slices.Equal(ends, want) {
		t.Errorf("the bar goes from %v to %v, the map's colours are %v", ends[:3], ends[3:], want)
	}
	p.clean("shares")
}

// Behind the spectrum of a step stand those of earlier ones, in the picture, the table and the words, also
// where the page has come late and has to ask for them.
func TestTheSpectrumOverTime(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(fast + "&steps=81")
	s.finish(id)
	p := b.open(s.URL+"/lab?"+fast+"&steps=81", 1440, 900, "light")
	p.wait("earlier spectra have come", `document.querySelector("#chart-spectrum .unit").textContent.endsWith(", fainter steps 0, 20, 40, 60, step 80")`)
	p.press("#chart-spectrum [data-numbers]")
	p.wait("the words say how many directions are large", `/directions so many have at least a hundredth .*: \d+ at step 0, \d+ at step 20, \d+ at step 40, \d+ at step 60, \d+ at step 80\./.test(document.querySelector("#summary-spectrum").textContent)`)
	p.press("#chart-spectrum [data-numbers]")
	p.press("#chart-spectrum [data-numbers]")
	table := eval[[][]string](p, `[...document.querySelectorAll("#chart-spectrum [data-panel-data] tr")].map(r => [...r.cells].map(c => c.textContent))`)
	if head := table[0]; !slices.Equal(head, []string{"direction", "Spectrum", "Spectrum step 0", "Spectrum step 20", "Spectrum step 40", "Spectrum step 60"}) {
		t.Fatalf("the columns are %q", head)
	}
	steps := s.stepsOf(id)
	for column, step := range map[int]int{1: 80, 2: 0, 5: 60} {
		for _, f := range steps[step].Frames {
			if f.Name != "spectrum" {
				continue
			}
			for k := range f.Cols {
				got, err := strconv.ParseFloat(strings.ReplaceAll(table[k+1][column], "−", "-"), 64)
				if want := float64(f.At(0, k)); err != nil || math.Abs(got-want) > 0.005*math.Abs(want)+1e-9 {
					t.Errorf("direction %d at step %d is said to be %s, the record has %g", k+1, step, table[k+1][column], want)
				}
			}
		}
	}
	eval[bool](p, `(document.querySelector("[data-step]").focus(), true)`)
	p.key(kb.Home)
	p.wait("before the first there is nothing", `gradlab.step() === 0 && /variance[^,]*(, last probe)?, step 0$/.test(document.querySelector("#chart-spectrum .unit").textContent)`)
	p.clean("spectra")
}
