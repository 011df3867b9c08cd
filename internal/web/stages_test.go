package web

import (
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/engine/method"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// The loss of every family is compared by something that has a name, and every loss that
// names no other sample says what pushes, as it is with this gradient and predictor.
func TestWhatPushes(t *testing.T) {
	for _, m := range method.All() {
		s := parsed(t, "method="+m.Name)
		by := diagramView(s).Loss
		said := slices.ContainsFunc(stages(s), func(st templates.Stage) bool {
			return strings.HasPrefix(st.Text, "The loss compares the outputs by "+by+", ")
		})
		if by == "" || !said {
			t.Errorf("%s: its loss compares by %q, and a step's stage says so: %v", m.Name, by, said)
		}
	}
	for settings, want := range map[string]string{
		"method=simclr": "",
		"method=byol":   "it has learnt",
		"method=byol predictor=linear gradient=closed": "it has learnt",
		"method=byol predictor=none":                   "there is none here",
		"method=byol predictor=none gradient=unified":  "F, the correlation",
		"method=simsiam gradient=unified":              "F, the correlation",
		"method=byol gradient=forget-normaliser":       "leaves out what would push",
		"method=directpred":                            "is made of the targets' correlation F",
		"method=directpred gradient=unified":           "F, the correlation",
		"method=unigrad":                               "F, the correlation",
		"method=barlow":                                "correlation of the features",
		"method=vicreg gradient=unified":               "correlation of the features",
	} {
		if got := methodView(parsed(t, settings)).NoNegatives; (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
}

// parsed reads settings, separated by spaces.
func parsed(t *testing.T, text string) spec.Spec {
	t.Helper()
	var settings []spec.Setting
	for word := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(word, "=")
		settings = append(settings, spec.Setting{Key: key, Value: value})
	}
	s, err := spec.Parse(settings)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

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
		s := parsed(t, c.settings)
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
