package web

import (
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/spec"
)

// A step has the stages of its method and settings, in the order in which it goes
// through them, and their numbers are fields of its record.
func TestStagesOfAStep(t *testing.T) {
	for _, c := range []struct{ settings, stages string }{
		{"method=simclr", "views encoder projector loss positive negative update"},
		{"method=simclr projector.depth=0", "views encoder loss positive negative update"},
		{"method=byol", "views encoder projector predictor loss positive negative update ema"},
		{"method=byol predictor=none", "views encoder projector loss positive negative update ema"},
		{"method=simsiam", "views encoder projector predictor loss positive negative update"},
		{"method=moco", "views encoder projector loss positive negative update ema"},
		{"method=directpred", "views encoder projector predictor loss positive negative update ema"},
		{"method=barlow", "views encoder projector loss positive negative update"},
		{"method=vicreg", "views encoder projector loss positive negative own update"},
	} {
		var settings []spec.Setting
		for word := range strings.FieldsSeq(c.settings) {
			key, value, _ := strings.Cut(word, "=")
			settings = append(settings, spec.Setting{Key: key, Value: value})
		}
		s, err := spec.Parse(settings)
		if err != nil {
			t.Fatal(err)
		}
		schema := engine.Schema(s)
		var names []string
		for _, stage := range stages(s) {
			names = append(names, stage.Name)
			if stage.Title == "" || stage.Text == "" || strings.Contains(stage.Text, "%!") {
				t.Errorf("%s: stage %+v", c.settings, stage)
			}
			for _, n := range stage.Numbers {
				// how many samples push is known of methods that say how they count them
				if schema.Index(n.Field) < 0 && !(n.Field == "effective_negatives" && s.Method.Shares.Doc == "") {
					t.Errorf("%s: stage %s shows %s, which no record has", c.settings, stage.Name, n.Field)
				}
			}
		}
		if got := strings.Join(names, " "); got != c.stages {
			t.Errorf("%s has the stages %s, want %s", c.settings, got, c.stages)
		}
		if i := slices.Index(names, "views"); !strings.Contains(stages(s)[i].Shape, "128 × 28 × 28 × 1") {
			t.Errorf("%s: views of %s", c.settings, stages(s)[i].Shape)
		}
	}
}
