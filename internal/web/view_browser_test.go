package web_test

import (
	"strings"
	"testing"
)

// What the reader has turned to and chosen is in the link: the images of the batch, the held-out image whose
// neighbours are shown, and how fast steps are played. A fresh profile sees the same, by the long link and by the short one.
func TestImagesAndPaceAreInTheLink(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=60"))
	page := s.URL + "/lab?" + fast + "&steps=60"
	const (
		live  = `document.querySelector("[data-live]").textContent`
		seen  = `JSON.stringify([...["[data-batch-unit]", "[data-neighbours-unit]"].map(e => document.querySelector(e).textContent), [...document.querySelectorAll("[data-batch] [data-said], [data-neighbours] [data-said]")].map(e => e.dataset.said), document.querySelector("[data-pace]").value, gradlab.spheres()[0].picked])`
		there = `document.querySelectorAll("[data-batch] [data-said]").length === 8 && document.querySelectorAll("[data-neighbours] [data-said]").length === 17`
	)
	// looked at, one figure after the other: images are drawn where somebody sees them
	images := func(p *tab) {
		t.Helper()
		p.wait("the sphere is there", `globalThis.gradlab?.spheres()[0]?.step === 59`)
		for _, figure := range []string{"#chart-views", "#chart-neighbours"} {
			eval[bool](p, `(document.querySelector("`+figure+`").scrollIntoView({block: "center"}), true)`)
			p.wait("its images are there", `document.querySelector("`+figure+` [data-said]")`)
		}
		p.wait("all images are there", there)
	}
	p := b.open(page, 1440, 900, "light")
	images(p)
	if at := eval[string](p, `location.hash`); at != "" {
		t.Errorf("before anything is turned the view is %s", at)
	}
	p.press(`#chart-views [data-turn="1"]`)
	p.wait("what has come is said", live+`.startsWith("images 8 to 15 of 32")`)
	p.press(`[data-sphere="next"]`) // the anchor's class chooses the image
	p.press(`#chart-neighbours [data-turn="class"]`)
	p.press(`#chart-neighbours [data-turn="1"]`) // and the reader another one
	eval[bool](p, `(e => { e.value = "160"; e.dispatchEvent(new Event("change", {bubbles: true})); return true; })(document.querySelector("[data-pace]"))`)
	p.wait("the address has all of it", `["anchor=0", "images=8", "near=", "pace=160"].every(part => location.hash.includes(part))`)
	here := eval[string](p, seen)
	if !strings.HasPrefix(here, `["images 8 to 15 of 32, step 59","of held-out image `) || strings.Contains(here, "of held-out image 0 ") || !strings.HasSuffix(here, `"160",0]`) {
		t.Fatalf("on screen is %s", here)
	}
	p.opened()
	link := eval[string](p, `document.querySelector("[data-link]").value`)
	eval[bool](p, `(document.querySelector("[data-shorten] button").click(), true)`)
	p.wait("the short link is there", `document.querySelector("#share-short")?.value`)
	short := eval[string](p, `document.querySelector("#share-short").value`)
	p.clean("turning")
	for _, address := range []string{link, short, page + eval[string](p, `location.hash`)} {
		fresh := b.open(address, 1440, 900, "dark")
		images(fresh)
		if got := eval[string](fresh, seen); got != here {
			t.Errorf("%s shows\n%s, was\n%s", address, got, here)
		}
		fresh.clean("a fresh profile")
	}

	// What is as everywhere is not said.
	eval[bool](p, `(document.querySelector("#share").hidePopover(), (e => { e.value = "40"; e.dispatchEvent(new Event("change", {bubbles: true})); })(document.querySelector("[data-pace]")), true)`)
	p.press(`#chart-views [data-turn="-1"]`)
	p.wait("the address has no more of it than is needed", `!location.hash.includes("images") && !location.hash.includes("pace")`)
	p.clean("turning back")
}
