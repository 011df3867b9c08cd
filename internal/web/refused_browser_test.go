package web_test

import "testing"

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
