package engine

import (
	"math"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/probe"
	"gradlab/internal/record"
)

// Two runs are compared by their frames as by their features; a run is like itself
// and like a run of other settings less so.
func TestRunsAreComparedByTheirFeatures(t *testing.T) {
	settings := []string{small + "probe.knn=4", small + "probe.knn=4 method=barlow", small + "probe.knn=2 encoder.width=6"}
	var runs [][]record.Step
	for _, x := range settings {
		runs = append(runs, run(t, parse(t, x), 2))
	}
	for _, a := range Compare(runs[0], runs[0], 100) {
		if math.Abs(a.CKA-1) > 1e-9 || a.Overlap != 1 {
			t.Errorf("a run and itself at step %d: %+v", a.Step, a)
		}
	}
	methods := Compare(runs[0], runs[1], 100)
	if len(methods) != len(Compare(runs[0], runs[0], 100)) || methods[0].CKA < 0.999 {
		t.Errorf("two methods from the same initial weights: %+v", methods)
	}
	if last := methods[len(methods)-1]; last.CKA > 0.9999 || last.CKA < 0.1 || last.Overlap == 1 {
		t.Errorf("two methods after training: %+v", last)
	}
	if widths := Compare(runs[0], runs[2], 100); len(widths) != len(methods) || widths[0].CKA > 0.999 {
		t.Errorf("two widths, every second step in common: %+v", widths)
	}

	if last := Compare(runs[0], runs[1], 1); len(last) != 1 || last[0] != methods[len(methods)-1] {
		t.Errorf("the last step alone: %+v", last)
	}

	// Against the features themselves, before they were rounded.
	set, err := data.Open("shapes", "")
	if err != nil {
		t.Fatal(err)
	}
	g := newGallery(set)
	var exact [2]probe.Square
	for i, x := range []string{settings[0], settings[2]} {
		_, tr := start(t, parse(t, x))
		tr.arena.Reset()
		features := g.features(tr.arena, tr.online.Encoder, set.Test, g.queries)
		some := probe.Matrix{Rows: likenessImages, Cols: features.Cols}
		for _, k := range probe.Channels(features.Rows, likenessImages) {
			some.Data = append(some.Data, features.Row(k)...)
		}
		c, long := probe.Likeness(some)
		for i := range c.N {
			for j := range c.N {
				c.Data[i*c.N+j] *= long[i] * long[j]
			}
		}
		exact[i] = c
	}
	if got, want := Compare(runs[0], runs[2], 100)[0].CKA, probe.GramCKA(exact[0], exact[1]); math.Abs(got-want) > 0.01 {
		t.Errorf("CKA by the frames %g, by the features %g", got, want)
	}
}

func TestComparable(t *testing.T) {
	for x, want := range map[string]bool{small + "method=barlow probe.knn=50": true, small + "data=emoji": false, small + "probe.knn=0": false} {
		if got := Comparable(parse(t, small+"probe.knn=100"), parse(t, x)); got != want {
			t.Errorf("%s: %v", x, got)
		}
	}
}
