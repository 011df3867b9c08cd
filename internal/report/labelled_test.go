package report

import (
	"regexp"
	"strings"
	"testing"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// compared is a lane with a probe that holds an equivalence and a spectrum.
func compared() Lane {
	l := Lane{Title: "SimCLR", Schema: record.Schema{Frames: []record.Matrix{
		{Name: "equivalence", Labels: []string{"SimCLR", "BYOL, no predictor", "VICReg"}},
		{Name: "spectrum", Title: "Spectrum", Marks: []record.Mark{{Label: "even sphere", Value: -2}}},
		{Name: "equivalence", From: 50, Labels: []string{"Others", "Than", "These"}},
	}}}
	l.Steps = []record.Step{{Step: 40, Has: record.EachStep | record.EachProbe, Frames: []record.Frame{
		{Name: "equivalence", Rows: 3, Cols: 3, Of: 3, Scale: 1.0 / 127, Data: []int8{127, 64, -127, 64, 127, 0, -127, 0, 127}},
		{Name: "spectrum", Rows: 1, Cols: 4, Of: 8, Scale: 0.1, Data: []int8{-10, -20, -30, -100}},
	}}}
	return l
}

func TestEquivalenceFigure(t *testing.T) {
	l := compared()
	svg := drawn(t, "equivalence", SVG, palette.Dark, l)
	wellFormed(t, "equivalence", svg)
	var texts []string
	for _, m := range regexp.MustCompile(`<text[^>]*>([^<]*)</text>`).FindAllSubmatch(svg, -1) {
		texts = append(texts, string(m[1]))
	}
	all := "|" + strings.Join(texts, "|") + "|"
	for _, want := range []string{"|step 40|", "|1  SimCLR|", "|2  BYOL, no predictor|", "|1|1.00|0.50|−1.00|", "|2|0.50|1.00|0.00|", "|3|−1.00|0.00|1.00|"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in %s", want, all)
		}
	}
	f, _ := Lookup("equivalence")
	want := "step 40: most alike are SimCLR and BYOL, no predictor, cosine 0.50; least alike SimCLR and VICReg, cosine −1.00."
	if got := Summary(f, []Lane{l}); got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
}

func TestInkStandsOutOnEveryColour(t *testing.T) {
	for i, c := range palette.Diverging {
		if got := palette.Contrast(c, inkOn(c)); got < 4.5 {
			t.Errorf("entry %d, %s: contrast %.2f", i, c.Hex(), got)
		}
	}
}

// The spectrum's line is its latest frame, a sample in its place.
func TestSpectrumFigure(t *testing.T) {
	f, _ := Lookup("spectrum")
	points := unrolled(f, []Lane{compared()})[0].series(Line{Field: "spectrum"})
	want := []point{{1, -1}, {3, -2}, {5, -3}, {7, -10}}
	for i, p := range points {
		if len(points) != len(want) || p.step != want[i].step || p.value < want[i].value-1e-6 || p.value > want[i].value+1e-6 {
			t.Fatalf("the line is %v, want %v", points, want)
		}
	}
	if got, want := Summary(f, []Lane{compared()}), "spectrum −1 at direction 1, −10 at direction 7."; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	if svg := drawn(t, "spectrum", SVG, palette.Light, compared()); !strings.Contains(string(svg), ">direction<") || !strings.Contains(string(svg), ">even sphere<") {
		t.Error("the picture lacks the word for its axis, or its reference")
	}
}
