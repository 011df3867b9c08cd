package experiments

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

var update = flag.Bool("update", false, "train the first preset and record it anew")

// compared is how many steps of the recorded run are trained again.
const compared = 3

var errEnough = errors.New("enough steps")

func TestRecorded(t *testing.T) {
	if *update {
		if err := os.WriteFile("recorded/first.run", train(t), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Skip("recorded anew; run the test again to check it")
	}
	if len(recorded) > 100_000 {
		t.Errorf("the recorded run has %d bytes; every program carries it", len(recorded))
	}
	f, err := Recorded() // checks the curve hash
	if err != nil {
		t.Fatal(err)
	}
	settings, err := spec.ParseQuery(f.Spec)
	if err != nil {
		t.Fatal(err)
	}
	s, err := spec.Parse(settings)
	if err != nil {
		t.Fatal(err)
	}
	if first := All()[0].Experiment.Lanes[0]; s.Query() != first.Query() || f.Done != first.Steps || f.State != "finished" {
		t.Errorf("recorded are %d steps of %s, %s, not of the first preset %s", f.Done, s.Query(), f.State, first.Query())
	}
	id, err := engine.ID(s, engine.Options{})
	if err != nil || f.ID != id || f.Engine != engine.Version {
		t.Errorf("recorded is run %s of engine %d, which is now run %s of engine %d (%v): go test ./experiments -update", f.ID, f.Engine, id, engine.Version, err)
	}
	if f.Class != engine.Class() {
		t.Skipf("recorded on a machine of class %s, this one is %s", f.Class, engine.Class())
	}
	schema := engine.Schema(s)
	err = engine.Run(t.Context(), s, engine.Options{}, func(step record.Step) error {
		if step.Step == compared {
			return errEnough
		}
		for i, field := range f.Schema.Fields { // those that the curve hash covers; measurements may be added and refined
			if field.Every != record.EachStep || field.Name == record.Duration {
				continue
			}
			was, now := f.Steps[step.Step].Values[i], schema.Index(field.Name)
			if now < 0 || step.Values[now] != was {
				t.Errorf("step %d: %s is not what was recorded: go test ./experiments -update", step.Step, field.Name)
			}
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Error(err)
	}
}

// train returns the recorded run's file.
func train(t *testing.T) []byte {
	s := All()[0].Experiment.Lanes[0]
	id, err := engine.ID(s, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := record.File{ID: id, Spec: s.Query(), Title: s.Title(), Engine: engine.Version, Class: engine.Class(), State: "finished", Schema: engine.Schema(s)}
	err = engine.Run(context.Background(), s, engine.Options{}, func(step record.Step) error {
		step.Frames = nil
		f.Steps = append(f.Steps, step)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
