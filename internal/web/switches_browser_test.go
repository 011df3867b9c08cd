package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// switched is what the picture's switches, the form and the picture say of a setting.
const switched = `JSON.stringify([[...document.querySelectorAll(".switch button[aria-pressed=true]")].map(b => b.id.replace("switch-", "")),
	[...document.querySelectorAll("[data-settings-form] :is(select, input)[data-key]")].filter(e => ["target", "target.negative", "predictor"].includes(e.dataset.key)).map(e => e.dataset.key + "=" + e.value).sort()])`

// The picture of the two branches is changed where it is seen: stop-gradient, slow copy, predictor and
// where negatives come from, by mouse and by keyboard. Each change is one of the form and of the link.
func TestTheSwitchesOfThePicture(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=40&method=simsiam", 1280, 720, "light")
	fresh := b.open(s.URL+"/", 1280, 720, "dark")
	check := func(pressed, form, note, query string) {
		t.Helper()
		want := fmt.Sprintf(`[["%s"],["%s"]]`, strings.ReplaceAll(pressed, " ", `","`), strings.ReplaceAll(form, " ", `","`))
		p.wait("the switches and the form say "+want, switched+" === '"+want+"'")
		if got := eval[string](p, `document.querySelector(".branches desc").textContent`); !strings.Contains(got, note) {
			t.Errorf("the picture says %q, not %q", got, note)
		}
		link := eval[string](p, `document.querySelector("[data-link]").value`)
		if !strings.Contains(link, query) {
			t.Errorf("the link lacks %s: %s", query, link)
		}
		fresh.do("open "+link, chromedp.Navigate(link))
		if got := eval[string](fresh, switched); got != want {
			t.Errorf("%s has %s, was %s", link, got, want)
		}
	}
	check("stop-stopped ema-stopped predictor-mlp", "predictor=mlp target.negative=same target=stopped", "the gradient stops there", "method=simsiam")
	p.press(`[data-action="run"]`)
	p.wait("it has run", `gradlab.lanes()[0].state === "finished"`)

	p.press("#switch-stop-shared")
	check("stop-shared ema-shared predictor-mlp", "predictor=mlp target.negative=same target=shared", "flows back through both", "b.target=shared")
	if !eval[bool](p, `gradlab.lanes().length === 2 && gradlab.lanes()[1].state === "idle" && document.activeElement.matches(".switches *, body")`) {
		t.Error("the change is not a lane of its own that waits for Run")
	}
	p.press(`[data-action="run"]`)
	p.wait("the other has run", `gradlab.lanes()[1].state === "finished"`)

	p.tabTo("#switch-ema-momentum")
	p.key(" ")
	check("stop-momentum ema-momentum predictor-mlp", "predictor=mlp target.negative=same target=momentum", "slow copy of the network", "c.target=momentum")
	p.kept("after a switch")
	p.tabTo("#switch-predictor-none")
	p.key(kb.Enter)
	check("stop-momentum ema-momentum predictor-none", "predictor=none target.negative=same target=momentum", "There is no predictor", "c.predictor=none")
	p.kept("after another")

	p.do("open SimCLR", chromedp.Navigate(s.URL+"/lab?"+fast+"&steps=20000&method=simclr"))
	p.press(`[data-action="run"]`)
	p.wait("it runs", `gradlab.lanes()[0].length > 10`)
	p.press("#switch-negatives-momentum")
	check("stop-shared ema-shared negatives-momentum", "predictor=none target.negative=momentum target=shared", "The negatives come from the slow copy", "b.target.negative=momentum")
	p.wait("what was changed in mid-run runs at once, beside what runs", `gradlab.lanes()[1]?.length > 0 && gradlab.lanes()[0].state === "running"`)
	p.press(`[data-action="stop"]`)
	p.wait("both stop", `gradlab.lanes().every(l => l.state === "cancelled")`)

	// Without script each is a form, whose button leads to the same experiment.
	address := eval[string](fresh, `(() => {
		const button = document.querySelector("#switch-stop-stopped");
		return "/lab?" + new URLSearchParams([...new FormData(button.form, button)]);
	})()`)
	p.press("#switch-stop-stopped")
	p.wait("the change is there", `gradlab.lanes().at(-1).query.includes("target=stopped")`)
	fresh.do("send the form", chromedp.Navigate(s.URL+address))
	if here, there := eval[string](p, `gradlab.lanes().at(-1).query`), eval[string](fresh, `gradlab.lanes().at(-1).query`); here != there {
		t.Errorf("without script the last lane is %s, with it %s", there, here)
	}
	p.clean("with switches")
	fresh.clean("a fresh profile")
}
