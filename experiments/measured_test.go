package experiments

import (
	"os"
	"strings"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// What a story says was measured is in its text, and of the run that comes with the program
// it is what the records say.
func TestWhatStoriesState(t *testing.T) {
	for _, p := range All() {
		for _, m := range p.Measured {
			for _, lane := range m.Lanes {
				for _, n := range lane {
					if !strings.Contains(p.Expect, n) {
						t.Errorf("%s: its text does not say that %s is %s", p.Slug, m.Field, n)
					}
				}
			}
			for i, s := range p.Experiment.Lanes {
				if engine.Schema(s).Index(m.Field) < 0 {
					t.Errorf("%s: lane %d has no field %s", p.Slug, i, m.Field)
				}
			}
		}
	}
	f, _, err := Recorded("first")
	if err != nil {
		t.Fatal(err)
	}
	first := All()[0]
	if len(first.Measured) == 0 {
		t.Fatalf("%s has nothing that could be compared", first.Slug)
	}
	for _, m := range first.Measured {
		compare(t, first.Slug, m, 0, 0, f.Schema, f.Steps)
	}
}

// TestStoriesAreMeasured trains every lane of the stories that the environment names, or of
// all, with each seed that they speak of, and compares what comes out: half a minute for a
// lane and seed (make check-stories).
func TestStoriesAreMeasured(t *testing.T) {
	wanted := os.Getenv("GRADLAB_STORIES")
	if wanted == "" {
		t.Skip("GRADLAB_STORIES is not set: nothing is trained")
	}
	stories := All()
	if wanted != "all" {
		stories = nil
		for slug := range strings.SplitSeq(wanted, ",") {
			p, ok := Lookup(slug)
			if !ok || len(p.Measured) == 0 {
				t.Fatalf("GRADLAB_STORIES: %q is no story that states measurements", slug)
			}
			stories = append(stories, p)
		}
	}
	for _, p := range stories {
		if len(p.Measured) == 0 {
			continue
		}
		t.Run(p.Slug, func(t *testing.T) {
			for lane, s := range p.Experiment.Lanes {
				for seed := range p.Measured[0].Lanes[lane] {
					s.Seed = uint64(seed + 1)
					schema, steps := trained(t, s)
					for _, m := range p.Measured {
						compare(t, p.Slug, m, lane, seed, schema, steps)
					}
				}
			}
		})
	}
}

// trained returns what a whole run records, without its frames.
func trained(t *testing.T, s spec.Spec) (record.Schema, []record.Step) {
	t.Helper()
	var steps []record.Step
	err := engine.Run(t.Context(), s, engine.Options{}, func(step record.Step) error {
		step.Frames = nil
		steps = append(steps, step)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return engine.Schema(s), steps
}

// compare fails the test where the last value that a run has of a field is another than the
// story states for its lane and seed, both counted from 0.
func compare(t *testing.T, slug string, m Measurement, lane, seed int, schema record.Schema, steps []record.Step) {
	t.Helper()
	i := schema.Index(m.Field)
	for k := len(steps) - 1; k >= 0; k-- {
		if steps[k].Has&schema.Fields[i].Every == 0 {
			continue
		}
		if got := float64(steps[k].Values[i]); !Says(m.Lanes[lane][seed], got) {
			t.Errorf("%s: lane %d with seed %d ends with %s %.4g, the story says %s", slug, lane, seed+1, m.Field, got, m.Lanes[lane][seed])
		}
		return
	}
	t.Errorf("%s: nothing was measured of %s", slug, m.Field)
}

func TestMeasurementsAreRead(t *testing.T) {
	list, err := measurements("loss -0.1 2 | 3 4; knn_accuracy 0.5 0.6 | 0.7 0.8", 2)
	if err != nil || len(list) != 2 || list[1].Field != "knn_accuracy" || list[0].Lanes[1][0] != "3" {
		t.Errorf("read %v, %v", list, err)
	}
	for _, c := range []struct{ text, want string }{
		{"loss 1 2", "numbers of 1 lanes, and there are 2"}, {"loss 1 2 | 3", "2 numbers for one lane and 1 for another"},
		{"loss | 3", "0 numbers"}, {"loss 1 | x", `"x" is no number`},
	} {
		if _, err := measurements(c.text, 2); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
	for text, value := range map[string]float64{"0.76": 0.764, "6": 6.234, "-0.40": -0.3961, "0.05": 0.0473} {
		if !Says(text, value) || Says(text, value+1) {
			t.Errorf("whether %s says %g is told wrongly", text, value)
		}
	}
}
