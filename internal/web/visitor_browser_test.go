package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// saying finds what is visible and says a text, and nothing more.
const saying = `[...document.querySelectorAll("a, button, label")].find(e => e.textContent.trim() === %q && e.checkVisibility({visibilityProperty: true}))`

// option finds a button of a group of them, by what both say.
const option = `(g => [...g?.querySelectorAll("button") ?? []].find(e => e.textContent.trim() === %[2]q && e.checkVisibility({visibilityProperty: true})))
	([...document.querySelectorAll("[role=group][aria-labelledby]")].find(g => document.getElementById(g.getAttribute("aria-labelledby")).textContent.trim() === %[1]q))`

// follow clicks what says a text, as somebody does who reads the page and knows nothing else of it.
func (p *tab) follow(text string) {
	p.t.Helper()
	p.click(text, fmt.Sprintf(saying, text))
}

// click clicks what an expression finds, where it can be seen and nothing lies above it.
func (p *tab) click(what, found string) {
	p.t.Helper()
	p.wait(what+" is there", found)
	if covered := eval[string](p, `(e => {
		e.scrollIntoView({block: "center"});
		const b = e.getBoundingClientRect();
		const top = document.elementFromPoint(b.left + b.width/2, b.top + b.height/2);
		if (!e.contains(top)) return "covered by " + top?.outerHTML.slice(0, 80);
		e.click();
		return "";
	})(`+found+`)`); covered != "" {
		p.t.Fatalf("%q is %s", what, covered)
	}
}

// onScreen is what of the page's text is in the window: what a reader sees without looking for it.
const onScreen = `[...document.querySelectorAll("h1, h2, h3, p, li, a, button, [role=group] > span")].filter(e => {
	const b = e.getBoundingClientRect();
	return e.checkVisibility({visibilityProperty: true}) && b.bottom > 0 && b.top < innerHeight;
}).map(e => e.innerText.replace(/\s+/g, " ").trim()).join("\n")`

// reads fails the test where one of the words is not in the window.
func (p *tab) reads(words ...string) {
	p.t.Helper()
	page := eval[string](p, onScreen)
	for _, w := range words {
		if !strings.Contains(page, w) {
			p.t.Errorf("%q is not on screen at %s:\n%s", w, eval[string](p, `location.pathname`), page)
		}
	}
}

// Somebody who comes for the first time finds that removing the stop-gradient collapses SimSiam: the first page
// has the method, the lab the picture with the switch and the button, and the page says itself what has
// happened. Nothing is prepared: with its stop-gradient the same network does not collapse.
func TestAVisitorFindsTheCollapse(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/", 1280, 720, "light")
	clicks := 0
	click := func(what, found string) {
		t.Helper()
		p.click(what, found)
		clicks++
	}
	const said = `document.querySelector("[data-outcome]").textContent`
	p.reads("Every gradient here is a pull and a push")

	click("SimSiam", fmt.Sprintf(saying, "SimSiam"))
	p.wait("the lab opens", `location.pathname === "/lab" && globalThis.gradlab?.lanes().length === 1`)
	p.reads("The two branches", "stop-gradient", "Run")
	if query := eval[string](p, `location.search + gradlab.lanes()[0].run`); strings.Contains(query, "target") || !strings.Contains(query, "method=simsiam") {
		t.Fatalf("the page is not SimSiam as it is, not yet run: %s", query)
	}
	click("Run", fmt.Sprintf(saying, "Run"))
	p.wait("SimSiam trains", `gradlab.lanes()[0].length > 60`)
	if text := eval[string](p, said); strings.Contains(text, "Collapsed") {
		t.Errorf("with its stop-gradient it is said: %s", text)
	}

	click("stop-gradient off", fmt.Sprintf(option, "stop-gradient", "off"))
	p.wait("what has collapsed is said", said+`.includes("Collapsed.")`)
	eval[bool](p, `(scrollTo(0, 0), true)`)
	p.reads("B: Collapsed. All images have nearly the same output", "The two branches")
	if text := eval[string](p, said); strings.Contains(text, "A: Collapsed") {
		t.Errorf("the one with a stop-gradient is said to have collapsed too: %s", text)
	}
	if lanes := eval[string](p, `gradlab.lanes().map(l => l.query).join(" ")`); strings.Count(lanes, "method=simsiam") != 2 || strings.Count(lanes, "target=shared") != 1 || strings.Contains(lanes, "predictor") || strings.Contains(lanes, "lr=") {
		t.Errorf("more than the stop-gradient is another: %s", lanes)
	}
	if clicks > 3 {
		t.Errorf("it takes %d clicks", clicks)
	}
	p.follow("Stop")
	p.wait("they stop", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.clean("a first visit")
}
