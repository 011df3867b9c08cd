package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// focused says what has the focus; empty where nothing has it, or where nobody would see it:
// it is without size, out of the window, or without the browser's mark of a focus by keyboard.
const focused = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "";
	const b = e.getBoundingClientRect();
	const seen = b.width > 0 && b.height > 0 && b.bottom > 0 && b.top < innerHeight && e.matches(":focus-visible");
	return seen ? e.outerHTML.slice(0, 160) : "";
})()`

// tabTo presses Tab until what the selector finds has the focus, which on the way is always somewhere
// to be seen.
func (p *tab) tabTo(selector string) {
	p.t.Helper()
	for range 150 {
		p.key(kb.Tab)
		at := eval[[2]string](p, fmt.Sprintf(`[%s, String(document.activeElement.matches(%q))]`, focused, selector))
		if at[1] == "true" {
			if at[0] == "" {
				p.t.Errorf("%s has the focus and does not show it", selector)
			}
			return
		}
	}
	p.t.Fatalf("Tab does not lead to %s; the focus is at %s", selector, eval[string](p, focused))
}

// kept fails the test where the focus is lost or cannot be seen.
func (p *tab) kept(what string) {
	p.t.Helper()
	if eval[string](p, focused) == "" {
		p.t.Errorf("%s: nothing has the focus, or it cannot be seen: %s", what, eval[string](p, `document.activeElement?.outerHTML.slice(0, 160)`))
	}
}

// The lab from end to end without a mouse: choose a method, run, pick an anchor, scrub,
// branch, compare, export, share.
func TestTheLabByKeyboardAlone(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=60", 1280, 720, "light")

	p.tabTo(`[data-method-form] input[type=radio]`)
	p.key(kb.ArrowRight)
	p.wait("another method is chosen", `gradlab.lanes()[0].query.includes("method=") && document.activeElement.matches("[data-method-form] input:checked")`)
	p.kept("after a choice")

	p.tabTo(`[data-action="run"]`) // behind the last element the page begins anew
	p.key(kb.Enter)
	p.wait("it has run", `gradlab.lanes()[0].state === "finished" && gradlab.lanes()[0].length === 60`)
	p.kept("after a run")

	p.tabTo(`.globe .surface`)
	p.key("n", "n")
	p.wait("an anchor is picked", `gradlab.spheres()[0]?.picked === 1`)
	p.kept("on the sphere")

	p.tabTo(`#chart-loss [data-numbers]`)
	p.key(kb.Enter)
	p.wait("the numbers and files are there", `document.querySelector("#chart-loss [data-panel-data] table") && document.querySelectorAll("#chart-loss [data-panel-data] a").length > 0`)
	p.tabTo(`#chart-loss [data-panel-data] a[href*=".csv"]`)

	p.tabTo(`[data-step]`)
	p.key(kb.Home, kb.PageUp, kb.ArrowRight)
	p.wait("an earlier step is shown", `gradlab.step() > 0 && gradlab.step() < 59`)
	at := eval[int](p, `gradlab.step()`)

	p.tabTo(`[data-go="branch"]`)
	p.key(kb.Enter)
	p.wait("the form is ready", `document.querySelector("[data-branching]") && document.activeElement.closest("[data-live]")`)
	p.kept("in the form of a branch")
	p.tabTo(`[data-key="lr"]`)
	p.key(kb.ArrowUp, kb.Tab)
	p.wait("the branch stands beside the run", `gradlab.lanes().length === 2 && gradlab.lanes()[1].state === "finished" && gradlab.lanes()[1].length === 60`)
	p.kept("after the branch")
	if q := eval[string](p, `gradlab.lanes()[1].query`); !strings.Contains(q, fmt.Sprintf("at=%d", at)) {
		t.Errorf("the branch at step %d is %s", at, q)
	}

	p.tabTo(`[data-plot]`) // both lanes are compared at one step
	p.key(kb.Home, kb.ArrowRight, kb.Enter)
	p.wait("all figures show that step", `gradlab.step() === 1`)
	p.key(kb.Escape)
	p.wait("and the newest again", `gradlab.step() === undefined`)
	p.kept("after Escape")

	p.tabTo(`[data-share-button]`)
	p.key(kb.Enter)
	p.wait("the panel is open", `document.querySelector("#share:popover-open[data-live]")`)
	p.tabTo(`[data-copy="share-link"]`)
	p.key(" ")
	p.wait("the link is copied", `document.querySelector("[data-copied]").textContent === "Link: copied."`)
	p.key(kb.Escape)
	p.wait("the focus is back at the button", `!document.querySelector("#share:popover-open") && document.activeElement.matches("[data-share-button]")`)
	p.kept("after sharing")
	p.clean("by keyboard")
}
