package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// broken is an objective whose terms are no longer the derivative of its loss: the first one
// is a hundredth too long.
func broken(o method.Objective) method.Objective {
	sound := o.Sides["loss"]
	o.Sides["loss"] = func(a *tensor.Arena, s method.Side) {
		sound(a, s)
		a.Scale(s.Terms[0].X, 1.01, s.Terms[0].X)
	}
	if part := o.Part; part != nil {
		o.Part = func(a *tensor.Arena, width int) method.Objective { return broken(part(a, width)) }
	}
	return o
}

// The badge stands on the page of every method, and says that its terms are the derivative of
// its loss; with a formula that is broken on purpose it says that they are not.
func TestTheBadgeOfEveryMethod(t *testing.T) {
	browserPath(t)
	const settings = tiny + "&steps=2&method="
	sound, other := newServer(t), newServer(t)
	for _, m := range method.All() {
		sound.finish(sound.start(settings + m.Name))
	}
	// No other test runs while the catalogue is not what it should be: those with a browser
	// wait until the last one without has ended, and this one has none yet.
	for _, m := range method.All() {
		whole := m.New
		m.New = func(k *knob.Set) method.Objective { return broken(whole(k)) }
		other.finish(other.start(settings + m.Name))
		m.New = whole
	}

	b := newBrowser(t)
	badge := func(p *tab, s *server, m *method.Method, says, class string) {
		t.Helper()
		p.do("open "+m.Title, chromedp.Navigate(s.URL+"/lab?"+settings+m.Name))
		p.wait("the run is there", `gradlab.lanes()[0].length === 2`)
		p.wait(m.Title+" says "+says, `document.querySelector("[data-badge]").textContent.startsWith("`+says+`")`)
		if !eval[bool](p, `(e => e.checkVisibility() && e.getBoundingClientRect().height > 10 && e.matches(".`+class+`"))(document.querySelector("[data-badge]"))`) {
			t.Errorf("%s: the badge is not on screen as it should be", m.Title)
		}
		p.clean(m.Title)
	}
	p, q := b.open(sound.URL, 1280, 720, "light"), b.open(other.URL, 1280, 720, "light")
	for _, m := range method.All() {
		badge(p, sound, m, "✓ terms = autodiff, residual", "agree")
		badge(q, other, m, "✗ terms differ from autodiff, residual", "differ")
	}
}
