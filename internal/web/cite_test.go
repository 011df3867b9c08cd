package web

import (
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/lab"
)

func TestCitation(t *testing.T) {
	m := lab.Manifest{ID: "0123456789ab", Engine: 2, Class: "fma", Done: 300, CurveHash: "0d2d50", Ended: time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC)}
	c := citation(m, "Barlow Twins on Fashion_MNIST & more", "https://lab.example/lab?method=barlow&v=1")
	const text = "Gradlab: Barlow Twins on Fashion_MNIST & more, run 0123456789ab (300 steps, engine version 2, machine class fma; curve hash 0d2d50), 5 November 2026. https://lab.example/lab?method=barlow&v=1"
	if c.Text != text {
		t.Errorf("got  %s\nwant %s", c.Text, text)
	}
	const bibtex = `@software{gradlab-0123456789ab,
  title   = {{Gradlab}: Barlow Twins on Fashion\_MNIST \& more},
  author  = {{The Gradlab authors}},
  year    = {2026},
  month   = nov,
  version = {engine 2},
  note    = {Run 0123456789ab: 300 steps, engine version 2, machine class fma; curve hash 0d2d50},
  url     = {https://lab.example/lab?method=barlow&v=1},
}
`
	if c.BibTeX != bibtex {
		t.Errorf("got\n%s\nwant\n%s", c.BibTeX, bibtex)
	}
	m.CurveHash = ""
	if c := citation(m, "x", "http://h/{}"); !strings.Contains(c.Text, "without a curve hash") || strings.Count(c.BibTeX, "{") != strings.Count(c.BibTeX, "}") || !strings.Contains(c.BibTeX, "%7B%7D") {
		t.Errorf("%+v", c)
	}
}

func TestRunsOfOtherEngines(t *testing.T) {
	here := lab.Manifest{Engine: engine.Version, Class: engine.Class()}
	if text := computedElsewhere(here); text != "" {
		t.Errorf("a run of this engine: %s", text)
	}
	for want, m := range map[string]lab.Manifest{
		"Another class":                {Engine: engine.Version, Class: "plainer"},
		"Another version":              {Engine: 1, Class: engine.Class()},
		"may differ from the first":    {Engine: 1, Class: "plainer"},
		"computed by engine version 1": {Engine: 1, Class: engine.Class()},
	} {
		if text := computedElsewhere(m); !strings.Contains(text, want) {
			t.Errorf("%+v: %q does not say %q", m, text, want)
		}
	}
}
