package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// The numbers behind figures are those that the figures show: of the step, of the newest one
// again, and of other lanes when the lanes are others.
func TestNumbersFollowTheirFigures(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	s.finish(s.start(fast + "&steps=60"))
	p := b.open(s.URL+"/lab?"+fast+"&steps=60#step=43&open=data.loss,data.sphere,data.spectrum,data.correlation", 1440, 900, "light")
	const drawn = `document.querySelector("#chart-sphere .unit").textContent.endsWith("step %") && document.querySelector("#chart-spectrum .unit").textContent.endsWith("step %") && document.querySelector("#chart-correlation .unit").textContent.endsWith("step %")`
	figures := []string{"loss", "sphere", "spectrum", "correlation"}
	numbers := func(figure string) string {
		t.Helper()
		return eval[string](p, `document.querySelector("#chart-`+figure+` [data-panel-data]").innerText`)
	}
	// check fails where numbers are not those that a reader gets who opens them now.
	check := func(when string) (all []string) {
		t.Helper()
		p.wait("earlier spectra have come", `gradlab.lanes().every(l => [0, 10, 30, 40].every(s => l.frame("spectrum", s)?.step === s))`)
		p.painted()
		for _, f := range figures {
			said := numbers(f)
			p.press(`#chart-` + f + ` [data-numbers]`)
			p.press(`#chart-` + f + ` [data-numbers]`)
			if now := numbers(f); said != now || strings.Count(now, "\n") < 4 {
				t.Errorf("%s the numbers of %s are\n%s\nopened now\n%s", when, f, said, now)
			}
			all = append(all, said)
		}
		return all
	}
	p.wait("step 40 is drawn", `globalThis.gradlab?.lanes()[0].length === 60 && `+strings.ReplaceAll(drawn, "%", "40"))
	past := check("at step 43")

	p.press(`[data-go="live"]`)
	p.wait("the newest step is drawn", strings.ReplaceAll(drawn, "%", "59"))
	for i, newest := range check("live") {
		if figures[i] != "loss" && newest == past[i] {
			t.Errorf("the numbers of %s are those of step 40", figures[i])
		}
	}

	p.set("tau", "0.3")
	p.wait("there is another lane", `gradlab.lanes().length === 2`)
	if head := eval[string](p, `document.querySelector("#chart-loss [data-panel-data] tr").innerText`); !strings.Contains(head, "A ") {
		t.Errorf("the loss has the columns %q", head)
	}
	p.press(`[data-action="run"]`)
	p.wait("it has run", `gradlab.lanes()[1].state === "finished" && gradlab.lanes()[1].length === 60 && gradlab.lanes()[1].link === "closed"`)
	p.wait("and is drawn", strings.ReplaceAll(drawn, "%", "59"))
	check("after the run")
	if links := eval[string](p, `document.querySelector("#chart-loss [data-panel-data] .links").innerText`); !strings.Contains(links, "A:") || !strings.Contains(links, "B:") {
		t.Errorf("the files of the loss are %q", links)
	}

	p.set("steps", "20000") // long enough to look at while it goes on
	p.press(`[data-action="run"]`)
	at := func() int {
		return eval[int](p, `Number([...document.querySelectorAll("#chart-loss [data-panel-data] tr")].at(-1).cells[0].textContent)`)
	}
	p.wait("another runs", `gradlab.lanes().at(-1).state === "running" && gradlab.lanes().at(-1).length > 60`)
	for range 2 {
		p.wait("the numbers follow", fmt.Sprintf(`Number([...document.querySelectorAll("#chart-loss [data-panel-data] tr")].at(-1).cells[0].textContent) > %d && gradlab.lanes().at(-1).state === "running"`, max(at(), 59)))
	}
	p.press(`[data-action="stop"]`)
	p.wait("it has stopped", `gradlab.lanes().at(-1).state === "cancelled"`)
	p.clean("numbers")
}
