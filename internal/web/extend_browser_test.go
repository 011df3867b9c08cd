package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// A run that ends before the reader's eyes can go on from there: the form comes with the end,
// leads to the longer run, and that one begins with the same curve. A pin is set in place.
func TestExtendInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab?"+fast+"&steps=60", 1440, 900, "light")
	p.press(`[data-action="run"]`)
	p.wait("the run ends and says how it can go on", `gradlab.lanes()[0].state === "finished" && document.querySelector(".more-steps input") !== null`)
	p.clean("at the end of a run")
	id := eval[string](p, `gradlab.lanes()[0].run`)

	p.press(".pin button")
	p.wait("it is pinned", `document.querySelector(".pin").textContent.includes("Pinned")`)
	if m, _ := s.lab.Run(id); !m.Pinned {
		t.Error("the page says pinned, the lab does not")
	}

	eval[bool](p, `(document.querySelector(".more-steps input").value = "40", true)`)
	p.press(".more-steps button")
	p.wait("the longer run is shown to its end", fmt.Sprintf(`(l => l && l.run !== %q && l.state === "finished" && l.length === 100)(window.gradlab?.lanes()[0])`, id))
	p.clean("at the end of the longer run")
	longer := eval[string](p, `gradlab.lanes()[0].run`)
	if m, _ := s.lab.Run(longer); m.From != id || m.Resumed != 60 || !strings.Contains(m.Spec, "then.steps=100") {
		t.Errorf("run %s began at step %d of run %q", m.Spec, m.Resumed, m.From)
	}
	fields := []string{"loss", "channel_std", "effective_rank"}
	short, long := s.columns(id, fields...), s.columns(longer, fields...)
	for _, f := range fields {
		if !same(short[f], long[f][:60]) {
			t.Errorf("the longer run begins with another %s", f)
		}
	}
	if max := eval[string](p, `document.querySelector("[data-step]").max`); max != "99" {
		t.Errorf("the timeline ends at %s", max)
	}
}
