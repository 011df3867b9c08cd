package templates

import (
	"strings"
	"testing"
)

// cannedSeeds is the lab with a lane of three seeds, of which the last stands apart, and another lane between.
func cannedSeeds() Lab {
	v := cannedLab()
	a, b := v.Lanes[0], v.Lanes[1]
	seed := func(l Lane, letter, value string) Lane {
		l.Letter, l.Resolved = letter, []Setting{{Key: "seed", Value: value}}
		l.Chips = []Chip{{Key: "tau", Title: "Temperature", Value: "0.1"}, {Key: "seed", Title: "Seed", Value: value}}
		return l
	}
	b.Letter = "C"
	idle := seed(a, "D", "3")
	idle.Run = nil
	v.Lanes = []Lane{seed(a, "A", "1"), seed(a, "B", "2"), b, idle}
	v.Form.Seeds = []SeedChoice{{Count: 1, URL: "/lab?v=1"}, {Count: 2, URL: "/lab?b.seed=2&v=1", Chosen: true}}
	v.Form.Sweep = "/sweep?seed=1..5"
	return v
}

// cannedSweep is a sweep of two points, one of which has not been run.
func cannedSweep() SweepDoc {
	return SweepDoc{
		Page: Page{Title: "Sweep", Assets: assets}, Text: "lr=0.1,0.2 seed=1..3", Metrics: []Choice{{Value: "positive_norm", Title: "Norms", Chosen: true}, {Value: "loss", Title: "Loss"}}, Each: true,
		Sweep: &Sweep{
			Title: "SimCLR on Shapes", Command: "lab sweep -server http://localhost lr=0.1,0.2 seed=1..3", Start: "/sweep?lr=0.1,0.2&seed=1..3", Notices: []string{"tau was dropped."}, Metric: "positive_norm", Panel: "Norms", Unit: "log scale",
			Lines: []Line{{Label: "positive", Sign: "positive"}, {Label: "negative", Sign: "negative", Dash: true}}, Keys: []string{"lr", "tau"},
			Acrosses: []Choice{{Value: "lr", Title: "lr", Chosen: true}, {Value: "tau", Title: "tau"}}, Columns: []string{"lr=0.1", "lr=0.2"},
			Width: 168, Height: 96, Measured: true, Steps: "step 0 to 99", Ticks: []Tick{{"48", "0.1"}, {"4.5", "1"}}, Shades: &Shades{"0.5", "0.8", []string{"#00224E", "#FEE838"}}, Seeds: 3, Files: []Link{{"SVG", "/sweep/figure.svg?lr=0.1,0.2"}}, Runs: 6, Ended: 2, Under: 1, Missing: 3,
			Rows: []SweepRow{{Name: "tau=1", Cells: []SweepCell{
				{Name: "lr=0.1 tau=1", Values: []string{"0.1", "1"}, URL: "/lab?lr=0.1", State: "2 of 3 seeds, 1 running", Text: "positive 0.5 at step 99", End: &SweepEnd{99, "0.5", "0.4", "0.6", 2, "#00224E"},
					Small: Small{Grid: "M0 48H168", Lines: []SmallLine{{Sign: "positive", Middle: "M1 2L3 4", Band: "M1 1L3 3L3 5L1 3Z", Edges: []string{"M1 1L3 3"}}, {Sign: "negative", Dash: true, Middle: "M1 5L3 6"}}}},
				{Name: "lr=0.2 tau=1", Values: []string{"0.2", "1"}, URL: "/lab?lr=0.2", State: "0 of 3 seeds, 3 not run", Text: "nothing measured", Small: Small{Grid: "M0 48H168"}},
			}}},
		},
	}
}

// A sweep of which nothing has been measured says how far its charts will go; one that could not be
// started as a whole says how much of it was.
func TestSweepThatHasNotBegun(t *testing.T) {
	doc := cannedSweep()
	s := doc.Sweep
	s.Measured, s.Files, s.Ended, s.Under, s.Missing = false, nil, 0, 0, 6
	page := render(t, SweepPage(doc))
	for _, want := range []string{"Nothing has been measured yet; every chart will go from step 0 to 99.", "Run all 6", `<form class="start" method="post" action="/sweep?lr=0.1,0.2&amp;seed=1..3">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, `class="files"`) || strings.Contains(page, `role="alert"`) {
		t.Error("the page has files of nothing, or an alert")
	}
	doc.Started = &SweepStarted{Refusal: Refusal{Title: "The server is full", Text: "Come <later>."}, Taken: 4, Left: 2}
	s.Under, s.Missing = 4, 2
	page = render(t, SweepPage(doc))
	for _, want := range []string{"4 of the 6 missing runs were taken, 2 were not.", "The server is full.", "Come &lt;later&gt;.", "Run the 2 missing ones"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	doc.Started.Taken, doc.Started.Left, s.Missing = 0, 1, 1
	if page = render(t, SweepPage(doc)); !strings.Contains(page, "Nothing was started.") || !strings.Contains(page, "Run the missing one") {
		t.Error("of one run the page says something else")
	}
}

// Lanes of one kin stand under one name, with their own states; the others as before.
func TestLanesOfOneKinStandTogether(t *testing.T) {
	page := render(t, LabPage(cannedSeeds()))
	for _, want := range []string{`>A, B, D`, `>A seed 1`, `>D seed 3`, `data-lane="3"`, `data-each`, `aria-current="true"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Count(page, `class="key lane-0"`) != 3 || // the last lane is of it, so settings and formula are said to be
		strings.Count(page, `class="key lane-1"`) != 1 || strings.Contains(page, "<li>Seed") {
		t.Error("the lanes have other keys or chips than their band")
	}
	if alone := render(t, LabPage(cannedLab())); strings.Contains(alone, "data-each") || strings.Contains(alone, "of-seeds") {
		t.Error("lanes without seeds have a band")
	}
}
