package web_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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

	// A fourth kind of lane takes the place of the first.
	p.set("lr", "0.01")
	p.wait("another lane with the third's images", `gradlab.lanes().length === 3 && gradlab.lanes()[2].query.includes("lr=0.01")`)
	p.wait("all look at what they did, and it at what the third does", fmt.Sprintf(`JSON.stringify(`+anchors+`) === "[%d,2,2]"`, (k+2)%64))
	p.clean("anchors")
}
