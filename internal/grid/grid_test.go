package grid

import (
	"fmt"
	"strings"
	"testing"

	"gradlab/internal/spec"
)

func TestGrid(t *testing.T) {
	preset := []spec.Setting{{Key: "method", Value: "barlow"}, {Key: "lambda", Value: "0.1"}}
	g, err := Parse(preset, []string{"seed=1..3", "projector.depth=1,3", "steps=20", "batch=8..9,16"})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(g.Keys); got != "[projector.depth batch]" {
		t.Errorf("keys %s", got)
	}
	var points []string
	for _, p := range g.Points {
		points = append(points, p.Name(g.Keys))
		if len(p.Runs) != 3 {
			t.Errorf("%s has %d runs", p.Name(g.Keys), len(p.Runs))
		}
		for i, r := range p.Runs {
			if r.Spec.Seed != uint64(i+1) || r.Spec.Steps != 20 || r.Spec.Method.Name != "barlow" || r.Name != fmt.Sprintf("%s seed=%d", p.Name(g.Keys), i+1) {
				t.Errorf("%s: %s", r.Name, r.Spec.Query())
			}
		}
	}
	want := "projector.depth=1 batch=8|projector.depth=1 batch=9|projector.depth=1 batch=16|projector.depth=3 batch=8|projector.depth=3 batch=9|projector.depth=3 batch=16"
	if got := strings.Join(points, "|"); got != want {
		t.Errorf("points %s", got)
	}
}

// Without anything to sweep there is one point; points that mean one run share it; a
// method that takes a preset's place drops its settings.
func TestSmallGrids(t *testing.T) {
	if g, err := Parse(nil, nil); err != nil || len(g.Points) != 1 || len(g.Points[0].Runs) != 1 || len(g.Keys) != 0 {
		t.Errorf("nothing said: %+v, %v", g, err)
	}
	g, err := Parse(nil, []string{"projector.depth=0", "projector.width=8,16"})
	if err != nil || len(g.Points) != 2 || g.Points[0].Runs[0] != g.Points[1].Runs[0] || len(g.Notices) == 0 {
		t.Errorf("a width without a projector: %+v, %v", g, err)
	}
	g, err = Parse([]spec.Setting{{Key: "method", Value: "barlow"}, {Key: "lambda", Value: "0.1"}}, []string{"method=barlow,byol"})
	if err != nil || len(g.Points) != 2 || len(g.Notices) != 1 || !strings.Contains(g.Notices[0], "lambda") {
		t.Errorf("another method than the preset's: %+v, %v", g, err)
	}
}

func TestBadGrids(t *testing.T) {
	lanes := []spec.Setting{{Key: "b.lr", Value: "0.1"}}
	for _, c := range []struct {
		preset []spec.Setting
		args   string
		want   string // parts, each a line or more
	}{
		{nil, "seed", "key=value"},
		{nil, "seed=5..1", `seed: 5..1 is not a range`},
		{nil, "lr=0.1..0.5", "is not a range of whole numbers"},
		{nil, "seed=1..", "is not a range"},
		{nil, "seed=1..2001", "seed: 1..2001 is too long; a sweep has 1..2000 runs"},
		{nil, "seed=-9223372036854775808..9223372036854775807", "is too long"},
		{nil, "seed=1..1000 batch=2,3,4", "more than 2000 runs (seed 1000 x batch 3)"},
		{nil, "seed=1,2,1", "seed: 1 stands twice in 1,2,1"},
		{nil, "batch=8 batch=16", "comes after other values of the same setting"},
		{nil, "batch=1,8 lr=0.1,-1", "batch=1 lr=0.1 and 1 more: batch: 1 is outside 2..4096|batch=1 lr=-1 and 1 more: lr: -1 is outside"},
		{nil, "method=simclr,moco tau=0.1 bank=8,300", "method=simclr bank=8: bank: 8 is not a setting of method=simclr|method=moco bank=8: bank: 8 is smaller than batch=128"},
		{nil, "methd=byol", `methd: "byol" is given to an unknown setting`},
		{lanes, "seed=1,2", "a sweep is of one run and not of lanes"},
	} {
		_, err := Parse(c.preset, strings.Fields(c.args))
		for want := range strings.SplitSeq(c.want, "|") {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", c.args, err, want)
			}
		}
	}
	if _, err := Parse(nil, []string{"seed=1..200", "batch=1"}); err == nil || strings.Count(err.Error(), "\n") != 0 {
		t.Errorf("one mistake is told many times: %v", err)
	}
}
