package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"gradlab/experiments"
)

// What the lab is about is one look: the sphere and the norms stand abreast, on the screens that lecturers have,
// and the steps of the charts in that column stand above each other.
func TestTheSphereAndTheNormsAreOneLook(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab", 1440, 900, "light")
	p.wait("the recorded run is drawn", `gradlab.charts().slice(0, 3).every(c => c.box?.width > 0 && c.curves.every(k => k.values.length === 300))`)
	p.painted()
	for _, window := range [][2]int64{{1440, 900}, {1280, 720}} {
		what := fmt.Sprintf("%d x %d", window[0], window[1])
		p.do(what, chromedp.EmulateViewport(window[0], window[1]))
		p.wait(what+": sphere and norms are abreast and seen whole", `(() => {
			const box = (e) => document.querySelector(e).getBoundingClientRect();
			const [ball, norms] = [box("#chart-sphere .surface"), box("#chart-positive_norm [data-plot]")];
			return scrollY === 0 && ball.right < norms.left && ball.top < norms.bottom && norms.top < ball.bottom && norms.bottom < box("[data-timeline]").top && ball.left + ball.width / 2 < norms.left;
		})()`)
		p.wait(what+": steps stand above each other", `new Set(gradlab.charts().slice(0, 3).map(c => [c.box.left, c.box.width].join())).size === 1`)
	}

	// Where lanes are compared both balls, the norms and what the story says to look for are one look too.
	preset, _ := experiments.Lookup("simsiam-stop")
	two := b.open(s.URL+"/lab?"+preset.Experiment.Query(), 1440, 900, "light")
	two.wait("two balls, norms and the story's chart", `(() => {
		const box = (e) => document.querySelector(e).getBoundingClientRect();
		const [a, b] = [...document.querySelectorAll(".globe")].map(e => e.getBoundingClientRect());
		const [norms, told, end] = [box("#chart-positive_norm [data-plot]"), box("#chart-collapse_level [data-plot]"), box(".dock").top];
		return scrollY === 0 && a.bottom <= b.top && b.bottom < end && told.bottom < end && norms.bottom < told.top
			&& Math.max(a.right, b.right) < norms.left && norms.left === told.left && norms.right === told.right;
	})()`)
	p.clean("one lane")
	two.clean("two lanes")
}

// The name of a reference value stands at the left, or at the right where curves would strike it at the left alone: in
// the gallery's spectrum they come down through one of the two names there.
func TestNamesOfReferencesAreNotStruck(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/_gallery", 1440, 900, "light")
	p.shown()
	for name, want := range map[string]string{"even sphere": "right", "collapsed": "left"} {
		got := eval[string](p, fmt.Sprintf(`(() => {
			const word = [...document.querySelectorAll("#chart-spectrum .marks span")].find(e => e.textContent === %q).getBoundingClientRect();
			const plot = document.querySelector("#chart-spectrum [data-plot]").getBoundingClientRect();
			return word.left + word.right < plot.left + plot.right ? "left" : "right";
		})()`, name))
		if got != want {
			t.Errorf("%s stands at the %s, want the %s", name, got, want)
		}
	}
	p.clean("names")
}
