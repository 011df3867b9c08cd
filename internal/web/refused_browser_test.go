package web_test

import (
	"strings"
	"testing"
)

// fullOnce has the server say once that it is full, to whoever submits next.
const fullOnce = `(() => {
	const real = fetch;
	window.fetch = (url, how) => {
		if (how?.method !== "POST" || url !== "/runs") return real(url, how);
		window.fetch = real;
		const said = {errors: [{message: "300 submissions wait. As things stand there is room in about 4 min.", position: 301, wait: 240}], later: "The server is full"};
		return Promise.resolve(new Response(JSON.stringify(said), {status: 503, headers: {"Content-Type": "application/json"}}));
	};
	return true;
})()`

// Where the server is full the page says so and keeps what is set; who tries again
// when there is room gets his run, also where that is a change of one that was going.
func TestTryAgainWhenThereIsRoom(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+long, 1280, 720, "light")
	const says = `document.querySelector(".notice.error")?.textContent.startsWith("The server is full. Nothing was started; the settings are kept.")`
	eval[bool](p, fullOnce)
	p.press(`[data-action="run"]`)
	p.wait("the page says that the server is full", says)
	if n := len(s.lab.Runs()); n != 0 {
		t.Errorf("%d runs were started", n)
	}
	p.press(`.notice.error .button`)
	p.wait("the run goes", `gradlab.lanes()[0].length > 0 && !document.querySelector(".notice.error")`)

	eval[bool](p, fullOnce)
	p.set("seed", "9")
	p.wait("the page says so again", says)
	p.press(`.notice.error .button`)
	p.wait("the change is a lane, and goes", `gradlab.lanes()[1]?.length > 0 && gradlab.lanes()[1].query.includes("seed=9") && !document.querySelector(".notice.error")`)
	p.press(`[data-action="stop"]`)
	p.wait("all have stopped", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.clean("full, then not")
}

// A branch that the server has no room for stays in the form, which goes on saying so; who
// tries again gets it, and what runs beside it was never stopped. Who would rather not branch
// has nothing pending.
func TestABranchIsTriedAgain(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+long, 1280, 720, "light")
	p.press(`[data-action="run"]`)
	p.wait("records arrive", `gradlab.lanes()[0].length > 20 && Number(document.querySelector("[data-step]").value) > 20`)
	eval[bool](p, `(() => { const e = document.querySelector("[data-step]"); e.value = 10; for (const type of ["input", "change"]) e.dispatchEvent(new Event(type, {bubbles: true})); return true; })()`)
	const branching = `document.querySelector("[data-branching]")?.textContent.includes("Branch at step 10.")`
	const full = `document.querySelector(".notice.error")?.textContent.startsWith("The server is full.")`

	p.press(`[data-go="branch"]`)
	p.wait("the form is ready", branching)
	eval[bool](p, fullOnce)
	p.set("lr", "0.3")
	p.wait("the page says that the server is full", full)
	if !eval[bool](p, branching) || eval[string](p, `document.querySelector('[data-key="lr"]').value`) != "0.3" {
		t.Error("the form does not keep what is to change")
	}
	p.press("[data-branching] button")
	p.wait("the form is as before", `!document.querySelector("[data-branching]") && document.querySelector('[data-key="lr"]').value !== "0.3"`)
	p.press(`[data-action="pause"]`)
	p.wait("the run is as before", `gradlab.lanes().length === 1 && gradlab.lanes()[0].state === "paused"`)
	p.press(`[data-action="resume"]`)
	p.wait("and goes on", `gradlab.lanes()[0].state === "running"`)

	p.press(`[data-go="branch"]`)
	p.wait("the form is ready again", branching)
	eval[bool](p, fullOnce)
	p.set("lr", "0.3")
	p.wait("the server is full again", full)
	p.press(`.notice.error .button`)
	p.wait("the branch is a lane, and goes", `gradlab.lanes()[1]?.length > 0 && !document.querySelector(".notice.error")`)
	if q := eval[string](p, `gradlab.lanes()[1].query`); !strings.Contains(q, "at=10") || !strings.Contains(q, "then.lr=0.3") {
		t.Errorf("the branch is %s", q)
	}
	if state := eval[string](p, `gradlab.lanes()[0].state`); state != "running" && state != "queued" {
		t.Errorf("the run that has branched is %s", state)
	}
	p.press(`[data-action="stop"]`)
	p.wait("all have stopped", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.clean("a branch, full, then not")
}

// goneOnce has the network fail once.
const goneOnce = `(() => {
	const real = fetch;
	window.fetch = () => {
		window.fetch = real;
		return Promise.reject(new TypeError("the network has gone"));
	};
	return true;
})()`

// Where the network fails on the way of a change, the form and what Run starts are still the same.
func TestAChangeSurvivesTheNetwork(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+tiny+"&steps=20", 1280, 720, "light")
	p.wait("the page is there", `globalThis.gradlab`)
	eval[bool](p, goneOnce)
	p.set("tau", "0.3")
	p.wait("the page says so", `document.querySelector(".notice.error")?.textContent.includes("the network has gone")`)
	p.press(`[data-action="run"]`)
	p.wait("what the form shows has run", `gradlab.lanes().length === 1 && gradlab.lanes()[0].query.includes("tau=0.3") && gradlab.lanes()[0].state === "finished"`)
	if runs := s.lab.Runs(); len(runs) != 1 {
		t.Errorf("%d runs were started", len(runs))
	}
	p.clean("without network, then with")
}

// That an order did not work is said until the next one, which does: no page comes with it.
func TestAFailureIsSaidUntilTheNextOrder(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+long, 1280, 720, "light")
	p.press(`[data-action="run"]`)
	p.wait("records arrive", `gradlab.lanes()[0].length > 0`)
	eval[bool](p, `(() => { // for the order: images and agreements may be on their way too
		const real = window.fetch;
		window.fetch = (...asked) => {
			if (!String(asked[0]).endsWith("/pause")) return real(...asked);
			window.fetch = real;
			return Promise.reject(new TypeError("the network has gone"));
		};
		return true;
	})()`)
	p.press(`[data-action="pause"]`)
	p.wait("the page says so", `document.querySelector(".notice.error")?.textContent.includes("the network has gone")`)
	p.press(`[data-action="pause"]`)
	p.wait("the run is paused, and nothing is wrong", `gradlab.lanes()[0].state === "paused" && !document.querySelector(".notice")`)
	p.press(`[data-action="stop"]`)
	p.wait("it has stopped", `gradlab.lanes()[0].state === "cancelled"`)
	p.clean("an order that failed")
}

// Beside other lanes a change to the same value leaves all of them in the form's links.
func TestTheSameValueBesideOthers(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+tiny+"&steps=20&b.tau=0.3", 1280, 720, "light")
	p.wait("the page is there", `globalThis.gradlab?.lanes().length === 2`)
	const links = `[...document.querySelectorAll("[data-seeds]")].map(a => a.getAttribute("href")).join(" ")`
	before := eval[string](p, links)
	if !strings.Contains(before, ".tau=0.3") {
		t.Fatalf("the links are %s", before)
	}
	eval[bool](p, `(document.querySelector("[data-settings-form]").dataset.old = "", true)`)
	p.set("tau", "0.30")
	p.wait("the form is another one", `!document.querySelector("[data-settings-form]").hasAttribute("data-old") && document.querySelector('[data-key="tau"]').value === "0.3"`)
	if after := eval[string](p, links); after != before {
		t.Errorf("the links are now\n%s, were\n%s", after, before)
	}
	p.clean("the same value")
}

// A page whose server has been replaced by one that speaks another version guesses at
// nothing, and says what to do.
func TestPageOfAnotherVersion(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	id := s.start(long)
	p := b.open(s.URL+"/lab?"+long, 1280, 720, "light")
	p.wait("records arrive", `gradlab.lanes()[0].length > 3`)
	eval[bool](p, `fetch("/runs/`+id+`", {headers: {Accept: "application/json"}}).then(r => r.json()).then(run => {
		window.WebSocket = class extends EventTarget {
			constructor() {
				super();
				setTimeout(() => {
					this.onopen();
					this.onmessage({data: JSON.stringify({type: "hello", run})});
					this.onmessage({data: new Uint8Array([0x47, 9, 1, 0]).buffer});
				});
			}
			close() {}
		};
		gradlab.cut();
		return true;
	})`)
	p.wait("the page says so", `document.querySelector("[data-status]").textContent === "the server has a newer version: reload the page, nothing is lost"`)
	if link := eval[string](p, `gradlab.lanes()[0].link`); link != "outdated" {
		t.Errorf("the connection is %s", link)
	}
}
