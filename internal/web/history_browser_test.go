package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// A change of settings is an entry of the browser's history: Back brings settings, lanes and step again as they were, and
// reloading shows the same. A slider that is held makes none.
func TestBackUndoesASetting(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=60"))
	p := b.open(s.URL+"/experiments", 1440, 900, "light")
	p.do("open the lab", chromedp.Navigate(s.URL+"/lab?"+fast+"&steps=60"))
	p.wait("the curve is drawn", `gradlab.lanes()[0].length === 60`)
	p.painted()
	p.press(`[data-action="run"]`) // which changes no setting
	p.wait("the page says that it has run", `document.querySelector("[data-live]").textContent.startsWith("these settings have been run")`)
	entries := eval[int](p, `history.length`)
	grown := func(what string, by int) {
		t.Helper()
		if n := eval[int](p, `history.length`) - entries; n != by {
			t.Errorf("%s: %d entries of the history, want %d", what, n, by)
		}
	}
	const (
		one  = `gradlab.lanes().length === 1 && gradlab.lanes()[0].length === 60 && !location.search.includes("b.") && document.querySelector('[data-key="tau"]').value !== "0.3"`
		tau  = `gradlab.lanes().length === 2 && location.search.includes("b.tau=0.3") && document.querySelector('[data-key="tau"]').value === "0.3"`
		both = `gradlab.lanes().length === 2 && location.search.includes("b.lr=0.01") && location.search.includes("b.tau=0.3")`
		back = `(history.back(), true)`
	)
	grown("Run", 0)
	eval[bool](p, `(() => { const e = document.querySelector("[data-step]"); e.value = 30; for (const type of ["input", "change"]) e.dispatchEvent(new Event(type, {bubbles: true})); return true; })()`)
	p.wait("a step is shown", `location.hash === "#step=30"`)
	grown("a step", 1)
	eval[bool](p, `(() => { const e = document.querySelector('[data-field="tau"] input[type=range]'); for (let i = 1; i < 5; i++) { e.value = i; e.dispatchEvent(new Event("input", {bubbles: true})); } return true; })()`)
	grown("a slider that is held", 1)
	p.set("tau", "0.3")
	p.wait("another lane", tau+` && location.hash === ""`)
	grown("a setting", 2)
	p.set("lr", "0.01")
	p.wait("and another setting of it", both)
	grown("another setting", 3)

	eval[bool](p, back)
	p.wait("Back undoes it", tau)
	p.do("reload", chromedp.Reload())
	p.wait("the same page", `globalThis.gradlab && `+tau)
	eval[bool](p, back)
	p.wait("Back undoes the lane, at the step that was shown", one+` && gradlab.step() === 30 && location.hash === "#step=30"`)
	eval[bool](p, `(history.forward(), true)`)
	p.wait("forward", tau+` && gradlab.step() === undefined`)
	eval[bool](p, `(history.go(-2), true)`)
	p.wait("before the step", one+` && gradlab.step() === undefined && location.hash === ""`)
	eval[bool](p, back)
	p.wait("and at last the page before", `location.pathname === "/experiments"`)
	p.clean("back and forward")

	p = b.open(s.URL+"/lab?"+fast+"&steps=60#step=5000&anchor=999&stage=foo", 1440, 900, "light")
	p.wait("what a link names and is not there is said", `document.querySelector("[data-status]").textContent === "the link names what is not there: step 5000 of 0–59, anchor 999 of 0–63, stage foo"`)
	p.wait("and is no longer in the address", `location.hash === "" && gradlab.step() === undefined`)
	p.clean("a link beyond the end")
}
