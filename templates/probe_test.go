package templates

import "testing"

func cannedProbe(errors []string, r *ProbeResult) Probe {
	v := Probe{
		Page: Page{Title: "Bring your own embeddings", Assets: assets}, Rows: 2048, Numbers: 524288, Result: r, Errors: errors, Refused: errors != nil,
		Files:   []ProbeFile{{Name: "x1", Title: "First view", Doc: "A row for each image.", Needed: true}, {Name: "t1", Title: "Target", Doc: "Of a momentum branch."}},
		Methods: []MethodOption{{Title: "of every method"}, {Name: "barlow", Title: "all of Barlow Twins"}},
	}
	if v.Refused {
		v.Files[0].Error, v.Files[1].Error = "<x1>.npy cannot be read.", "t1 is missing."
	}
	return v
}

var cannedResult = ProbeResult{
	Shape: "64 images in two views, width 8", Verdict: "These embeddings have collapsed to a point", Why: "This is why the loss says −1.", Bad: true, Findings: []string{"Collapsed to a point."},
	Metrics: []ProbeMetric{
		{Title: "Alignment", Doc: "Distance.", Value: "0", Comfort: "Perfect is no comfort here.", Marks: []ProbeMark{{"views coincide", "0", 0}, {"unrelated", "2", 1}}},
		{Title: "alpha-ReQ", Doc: "Exponent.", Value: "–", X1: "–", X2: "–", At: -1},
	},
	Gradients: []ProbeGradient{{
		Label: "Barlow Twins: l2", Target: "shared", Predictor: "none", Loss: "1", Positive: "0.5", Negative: "0.25", Total: "0.6", Cosine: "−0.1", Balance: "0.5", Approximation: "0.01",
		Terms: []ProbeTerm{{"positive", "positive", "0.5"}, {"negative", "negative", "0.25"}},
	}},
	Variants: true,
	Equivalence: ProbeEquivalence{
		Labels: []string{"MoCo", "SimCLR"},
		Cosine: [][]ProbeCell{{{"1.00", "#67001F", true}, {"0.10", "#F7F7F7", false}}, {{"0.10", "#F7F7F7", false}, {"1.00", "#67001F", true}}},
		Ratio:  [][]string{{"1", "2"}, {"0.5", "1"}},
	},
	Correlation: ProbeMap{Side: 2, Paths: []ProbePath{{"#67001F", "M0 0h2v1h-2z"}}, Caption: "All 2 channels.", Summary: "Correlation: mean 0.1.", Data: ProbeData{Grid: `{"lanes":[]}`, Files: []ProbeDownload{{"CSV", "gradlab-correlation.csv", "data:text/csv;base64,cg=="}}}},
	Spectrum: ProbeCurve{
		Points: "0.0,10.0 600.0,200.0", Ticks: []ProbeTick{{0, "1e0"}}, Mark: ProbeTick{90.3, "spread evenly"}, Last: 8, Summary: "It falls.",
		Table: Table{Columns: []string{"direction", "share"}, Rows: [][]string{{"1", "0.5"}}},
	},
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 2048: "2,048", 524288: "524,288", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
}

// What stands in the closed part of the form is seen where it matters.
func TestOptionsOpen(t *testing.T) {
	v := cannedProbe(nil, nil)
	if v.optionsOpen() {
		t.Error("open without a reason")
	}
	v.Methods[1].Chosen = true
	if !v.optionsOpen() || !cannedProbe([]string{""}, nil).optionsOpen() {
		t.Error("closed over a choice or an error")
	}
}
