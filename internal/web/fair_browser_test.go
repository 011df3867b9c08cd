package web_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Where the places are taken by others, the page says before the click how long one
// would wait; after it the run takes its turns, and the page calls it running all the
// time. A second run of the visitor says that it comes after the first, and goes on
// by itself when that has been stopped.
func TestTurnsInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const unseen = long + "&keep=1" // or they would pause after a minute without a viewer
	others := []string{s.startAs(s.cookie(), unseen).ID, s.startAs(s.cookie(), unseen+"&seed=2").ID}
	p := b.open(s.URL+"/lab?"+long+"&seed=3", 1440, 900, "light")
	if cost := eval[string](p, `document.querySelector("[data-cost]").textContent`); !strings.Contains(cost, "would wait as number 1, about 1 s") {
		t.Errorf("before the click the page says %q", cost)
	}
	eval[bool](p, `(() => {
		window.said = [];
		const status = document.querySelector("[data-status]");
		new MutationObserver(() => said.push(status.textContent)).observe(status, {childList: true, subtree: true, characterData: true});
		return true;
	})()`)
	p.press(`[data-action="run"]`)
	p.wait("records arrive", `gradlab.lanes()[0].length > 0`)
	for round := range 3 { // three runs share two places
		before := []int{s.done(others[0]), s.done(others[1])}
		at := eval[int](p, `gradlab.lanes()[0].length`)
		for i, id := range others {
			s.awaitSteps(id, before[i]+1)
		}
		p.wait("all three go on", `gradlab.lanes()[0].length > `+strconv.Itoa(at))
		if state := eval[string](p, `gradlab.lanes()[0].state`); state != "running" {
			t.Errorf("in round %d the run is %s", round, state)
		}
	}
	if late := eval[[]string](p, `said.slice(said.findIndex(s => s.startsWith("running, "))).filter(s => !s.startsWith("running, "))`); len(late) > 0 {
		t.Errorf("while it takes turns the page says %q", late)
	}

	mine := eval[string](p, `gradlab.lanes()[0].run`)
	next := eval[string](p, `fetch("/runs", {method: "POST", body: new URLSearchParams("`+long+`&seed=4"), headers: {Accept: "application/json"}}).then(r => r.json()).then(v => v.id)`)
	p.do("open the next run", chromedp.Navigate(s.URL+"/runs/"+next))
	p.wait("the page says what the run waits for", `document.querySelector("[data-status]").textContent === "queued: comes after another run of its visitor"`)
	eval[bool](p, `fetch("/runs/`+mine+`/stop", {method: "POST", headers: {Accept: "application/json"}}).then(r => r.ok)`)
	p.wait("it goes on by itself", `gradlab.lanes()[0].length > 0`)
	p.clean("while runs take turns")
}

// done is how many records a run has.
func (s *server) done(id string) int {
	m, _ := s.lab.Run(id)
	return m.Done
}
