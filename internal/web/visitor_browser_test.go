package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// saying finds what is visible and says a text, and nothing more.
const saying = `[...document.querySelectorAll("a, button, label")].find(e => e.textContent.trim() === %q && e.checkVisibility({visibilityProperty: true}))`

// follow clicks what says a text, as somebody does who reads the page and knows nothing else of it.
func (p *tab) follow(text string) {
	p.t.Helper()
	says := fmt.Sprintf(saying, text)
	p.wait("something says "+text, says)
	if covered := eval[string](p, `(e => {
		e.scrollIntoView({block: "center"});
		const b = e.getBoundingClientRect();
		const top = document.elementFromPoint(b.left + b.width/2, b.top + b.height/2);
		if (!e.contains(top)) return "covered by " + top?.outerHTML.slice(0, 80);
		e.click();
		return "";
	})(`+says+`)`); covered != "" {
		p.t.Fatalf("%q is %s", text, covered)
	}
}

// onScreen is what of the page's text is in the window: what a reader sees without looking for it.
const onScreen = `[...document.querySelectorAll("h1, h2, h3, p, li, a, button")].filter(e => {
	const b = e.getBoundingClientRect();
	return e.checkVisibility({visibilityProperty: true}) && b.bottom > 0 && b.top < innerHeight;
}).map(e => e.innerText.replace(/\s+/g, " ").trim()).join("\n")`

// Somebody who comes for the first time, and follows what he reads, finds that removing the stop-gradient
// collapses SimSiam: from the first page by its words, in three clicks, without a control of the form.
func TestAVisitorFindsTheCollapse(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/", 1280, 720, "light")
	reads := func(words ...string) {
		t.Helper()
		page := eval[string](p, onScreen)
		for _, w := range words {
			if !strings.Contains(page, w) {
				t.Errorf("%q is not on screen at %s:\n%s", w, eval[string](p, `location.pathname`), page)
			}
		}
	}
	reads("Every gradient here is a pull and a push", "Experiments")
	p.follow("Experiments")
	p.wait("the list opens", `location.pathname === "/experiments" && document.readyState === "complete"`)
	p.follow("The stop-gradient")
	p.wait("the story opens", `location.pathname.startsWith("/experiments/") && document.readyState === "complete"`)
	reads("Without its stop-gradient SimSiam collapses", "Run", "What to look for", "Target No stop-gradient")
	p.follow("Run")
	p.wait("it is said which of the two has collapsed", `location.pathname.startsWith("/experiments/") && document.querySelector("[data-outcome]").textContent.includes("Collapsed.")`)
	eval[bool](p, `(scrollTo(0, 0), true)`)
	reads("Without its stop-gradient SimSiam collapses", "B: Collapsed. All images have nearly the same output", "Target No stop-gradient", "Collapse level")
	if page := eval[string](p, onScreen); strings.Contains(page, "A: Collapsed") {
		t.Errorf("the one with a stop-gradient is said to have collapsed too:\n%s", page)
	}
	p.follow("Stop")
	p.wait("they stop", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.clean("a first visit")
}
