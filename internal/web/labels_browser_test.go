package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// strayed is what is wrong with the labels at the lines' ends: those that leave their figure or lie on another, lanes that
// have none, and charts that have no room for all and do not say so.
const strayed = `gradlab.charts().flatMap(({canvas, title, curves}) => {
	if (!canvas?.checkVisibility()) return [];
	const out = [], plot = canvas.parentElement, figure = plot.closest("figure").getBoundingClientRect();
	const labels = [...plot.querySelectorAll(".labels > span:not(.tag)")].map(e => [e.textContent, e.getBoundingClientRect()]);
	for (const [text, r] of labels) {
		if (r.left < figure.left || r.right > figure.right + 0.5 || r.top < figure.top || r.bottom > figure.bottom) out.push(title + ": " + text + " is outside");
		for (const [other, s] of labels) if (text < other && r.left < s.right && s.left < r.right && r.top < s.bottom - 0.5 && s.top < r.bottom - 0.5) out.push(title + ": " + text + " on " + other);
	}
	const drawn = curves.filter(c => c.values.some(v => v !== null));
	for (const letter of new Set(drawn.map(c => c.letter))) if (!labels.some(([text]) => text.startsWith(letter + " "))) out.push(title + ": no label of " + letter);
	const said = plot.querySelector(".of-band")?.textContent.includes("more in data") ?? false;
	if (said !== (labels.filter(([text]) => /\d$/.test(text)).length < drawn.length)) out.push(title + ": says " + said + " of lines without a label");
	return out;
})`

// Six lanes of six kinds, whose charts have up to eighteen lines: each label stays in its figure and beside the others, each
// lane has one, and a chart that has no room for all says where the rest is.
func TestLabelsOfManyLanesStayInTheirFigures(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	settings := fast + "&steps=60&b.method=byol&c.method=moco&d.method=simsiam&e.method=barlow&f.method=vicreg"
	_, v := s.post(settings)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+settings+"#open=more", 1440, 900, "light")
	p.wait("the curves are there", `gradlab.lanes().length === 6 && gradlab.lanes().every(l => l.length === 60)`)
	p.painted()
	for _, w := range []struct{ width, height int64 }{{1440, 900}, {1024, 768}, {390, 844}} {
		p.do("another window", chromedp.EmulateViewport(w.width, w.height))
		p.drawn()
		if bad := eval[[]string](p, strayed); len(bad) > 0 {
			t.Errorf("at %d pixels: %d labels stray: %s", w.width, len(bad), strings.Join(bad[:min(6, len(bad))], "; "))
		}
	}
	few := eval[int](p, `[...document.querySelectorAll(".of-band")].filter(e => e.textContent.includes("more in data")).length`)
	if few == 0 {
		t.Error("on a phone every line of six lanes has a label: no example")
	}
	p.clean("labels")
}

// Notes of lines that are not drawn stand clear of the labels, and what all lanes have is said once.
func TestNotesStandClearOfLabels(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	settings := fast + "&steps=60&b.method=byol&c.method=moco"
	_, v := s.post(settings)
	for _, l := range v.Lanes {
		s.finish(l.ID)
	}
	p := b.open(s.URL+"/lab?"+settings+"#open=more", 1440, 900, "light")
	p.wait("the residual is drawn", `gradlab.lanes().every(l => l.length === 60) && gradlab.charts().find(c => c.title === "Closed form against autodiff").curves.length === 6`)
	p.painted()
	p.drawn()
	const notes = `[...document.querySelectorAll("#chart-residual .labels > span")].filter(e => e.textContent.includes("approximation"))`
	if said := eval[[]string](p, notes+`.map(e => e.textContent)`); len(said) != 1 || said[0] != "approximation: none, the loss itself drives" {
		t.Errorf("the notes are %q", said)
	}
	if bad := eval[[]string](p, fmt.Sprintf(`(%s).filter(text => text.startsWith("Closed form") && !text.includes("says"))`, strayed)); len(bad) > 0 {
		t.Error(strings.Join(bad, "; "))
	}
	p.clean("notes")
}

// The step under the cursor stands among the numbers of the axis and leaves each of them whole or covers it: beside the
// words nothing is drawn, wherever the cursor is.
func TestTheStepUnderTheCursorCutsNoNumber(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	settings := fast + "&steps=60"
	s.finish(s.start(settings))
	p := b.open(s.URL+"/lab?"+settings, 1280, 720, "light")
	p.wait("the curve is there", `gradlab.lanes()[0].length === 60`)
	p.drawn()
	if cut := eval[[]string](p, `(() => {
		const {canvas} = gradlab.charts().find(c => c.title === "Loss"), plot = canvas.parentElement, all = plot.getBoundingClientRect(), out = [];
		plot.focus({preventScroll: true});
		for (let step = 0; step < 60; step++) {
			plot.dispatchEvent(new KeyboardEvent("keydown", {key: step ? "ArrowRight" : "Home", bubbles: true}));
			const tag = plot.querySelector(".tag"), r = tag.getBoundingClientRect();
			if (tag.textContent !== "step " + step) out.push(tag.textContent + " at step " + step);
			for (const x of [r.left - all.left - 3, r.right - all.left + 1]) {
				const ink = canvas.getContext("2d").getImageData(x * devicePixelRatio, (r.top - all.top) * devicePixelRatio, 2, r.height * devicePixelRatio).data;
				if (ink.some((v, i) => i % 4 === 3 && v > 0)) out.push("a number is cut at step " + step);
			}
		}
		return out;
	})()`); len(cut) > 0 {
		t.Errorf("%d times: %q", len(cut), cut[:min(4, len(cut))])
	}
	p.clean("the step")
}
