package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// gate holds the server's pages back until it is opened. asked says whether one was wanted,
// answered how many have come.
const gate = `(() => {
	const real = fetch;
	let open;
	const opened = new Promise((resolve) => (open = resolve));
	window.gate = {asked: false, answered: 0, open};
	window.fetch = async (url, how) => {
		if (how?.method === "POST" || !String(url).startsWith("/lab")) return real(url, how);
		gate.asked = true;
		await opened;
		const answer = await real(url, how);
		const text = await answer.text();
		gate.answered++;
		return new Response(text, answer);
	};
	return true;
})()`

// What is typed into a field stays there when the answer to an earlier change arrives, and is
// not told before it is entered; then it is, though the field is another one.
func TestDigitsOutliveAnAnswer(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+long, 1280, 720, "light")
	p.press(`[data-action="run"]`)
	p.wait("records arrive", `gradlab.lanes()[0].length > 3`)
	eval[bool](p, gate)
	p.set("tau", "0.3")
	p.wait("the server is asked", `gate.asked`)
	eval[bool](p, `(() => { const e = window.field = document.querySelector('[data-key="lr"]'); e.focus(); e.select(); return true; })()`)
	p.key("0", ".", "0", "2")
	eval[bool](p, `(gate.open(), true)`)
	p.wait("the answer is there, and another form", `gradlab.lanes()[1]?.length > 0 && !field.isConnected`)
	if got := eval[string](p, `document.activeElement.dataset.key + " " + document.activeElement.value`); got != "lr 0.02" {
		t.Errorf("the focus and what was typed are %q", got)
	}
	p.key("5", kb.Tab)
	p.wait("what was typed is the next lane", `gradlab.lanes()[2]?.length > 0`)
	if q := eval[string](p, `gradlab.lanes().map(l => new URLSearchParams(l.query)).map(q => q.get("tau") + " " + q.get("lr")).join()`); q != "null null,0.3 null,0.3 0.025" {
		t.Errorf("the lanes have tau and lr %s", q)
	}

	// entered without another key
	eval[bool](p, gate)
	p.set("tau", "0.4")
	p.wait("the server is asked again", `gate.asked`)
	eval[bool](p, `(() => { const e = window.field = document.querySelector('[data-key="lr"]'); e.focus(); e.select(); return true; })()`)
	p.key("0", ".", "0", "3")
	eval[bool](p, `(gate.open(), true)`)
	p.wait("the form is another one again", `!field.isConnected && gradlab.lanes()[3]?.query.includes("tau=0.4")`)
	p.key(kb.Tab)
	p.wait("what was typed is the next lane again", `gradlab.lanes()[4]?.query.includes("tau=0.4") && gradlab.lanes()[4].query.includes("lr=0.03") && gradlab.lanes()[4].length > 0`)
	if n := len(s.lab.Runs()); n != 5 {
		t.Errorf("%d runs for five lanes", n)
	}
	p.press(`[data-action="stop"]`)
	p.wait("all have stopped", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.clean("typing")
}

// A slider that is held stays under the pointer until it is let go, and is then a change.
func TestASliderIsHeld(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+long, 1280, 720, "light")
	p.press(`[data-action="run"]`)
	p.wait("records arrive", `gradlab.lanes()[0].length > 3`)
	eval[bool](p, gate)
	p.set("tau", "0.3")
	p.wait("the server is asked", `gate.asked`)
	at := eval[[2]float64](p, `(() => {
		const e = window.slider = document.querySelector('[data-field="lr"] input[type=range]');
		e.scrollIntoView({block: "center"});
		const b = e.getBoundingClientRect();
		return [b.left + b.width * 0.4, b.top + b.height / 2];
	})()`)
	left := func(e *input.DispatchMouseEventParams) {
		e.Button, e.Buttons, e.ClickCount = input.MouseButtonLeft, 1, 1
	}
	p.do("hold the slider", chromedp.MouseEvent(chromedp.MousePressed, at[0], at[1], left), chromedp.MouseEvent(chromedp.MouseMoved, at[0]+20, at[1], left))
	p.wait("it moves its number", `document.querySelector('[data-key="lr"]').value !== document.querySelector('[data-key="lr"]').defaultValue`)
	value := eval[string](p, `document.querySelector('[data-key="lr"]').value`)
	eval[bool](p, `(gate.open(), true)`)
	p.wait("the next lane's page is there", `gate.answered === 2`)
	eval[bool](p, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	if !eval[bool](p, `slider.isConnected && gradlab.lanes().length === 1`) {
		t.Error("the slider is taken from under the pointer")
	}
	eval[bool](p, gate) // another one: a change leaves the lane before it only where that has records, and a slow machine has none by then
	p.do("let it go", chromedp.MouseEvent(chromedp.MouseReleased, at[0]+20, at[1], left))
	p.wait("the change before it is a lane", `gradlab.lanes()[1]?.length > 0`)
	eval[bool](p, `(gate.open(), true)`)
	p.wait("both changes are lanes", `gradlab.lanes()[2]?.length > 0`)
	if q := eval[string](p, `gradlab.lanes().map(l => new URLSearchParams(l.query)).map(q => q.get("tau") + " " + q.get("lr")).join()`); q != fmt.Sprintf("null null,0.3 null,0.3 %s", value) {
		t.Errorf("the lanes have tau and lr %s, the slider was let go at %s", q, value)
	}
	p.press(`[data-action="stop"]`)
	p.wait("all have stopped", `gradlab.lanes().every(l => l.state === "cancelled")`)
	p.clean("dragging")
}

// How many steps a run is to go on stays as it was set when another lane ends.
func TestMoreStepsOutliveAnEnd(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+long+"&b.steps=20", 1280, 720, "light")
	p.press(`[data-action="run"]`)
	p.wait("the second lane can go on", `document.querySelector("#more-steps") && gradlab.lanes()[0].state === "running"`)
	eval[bool](p, `(() => { const e = window.field = document.querySelector("#more-steps"); e.focus(); e.select(); return true; })()`)
	p.key("7")
	p.press(`[data-action="stop"]`)
	p.wait("the server has said how the first ended", `!field.isConnected && gradlab.lanes()[0].state === "cancelled"`)
	if got := eval[string](p, `document.querySelector("#more-steps").value`); got != "7" {
		t.Errorf("the number of more steps is then %s", got)
	}
	p.clean("another lane has ended")
}
