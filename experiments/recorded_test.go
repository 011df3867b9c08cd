package experiments

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"reflect"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

var update = flag.Bool("update", false, "train the recorded runs and record them anew")

// compared is how many steps of a recorded run are trained again.
const compared = 3

var errEnough = errors.New("enough steps")

// The runs that come with the program. Those of the gallery are small, since their
// frames are recorded too, and see the same images.
const (
	galleryImages    = "data=fashion-mnist&batch=32&encoder=mlp&encoder.width=32&projector.depth=2&projector.width=16&probe.every=10&steps=41"
	galleryLearns    = galleryImages + "&probe.knn=40"
	galleryCollapses = galleryImages + "&probe.knn=0&method=byol&predictor=none&target=shared&lr=0.3"
)

func TestRecorded(t *testing.T) {
	for slug, names := range recordings {
		preset, _ := Lookup(slug)
		if len(names) != len(preset.Experiment.Lanes) {
			t.Fatalf("%s has %d lanes, and %d names of recorded ones", slug, len(preset.Experiment.Lanes), len(names))
		}
		for i, name := range names {
			t.Run(name, func(t *testing.T) { checkRecorded(t, name, preset.Experiment.Lanes[i], false) })
		}
		if r, ok := RecordingOf(slug); !*update && (!ok || len(r.Lanes) != len(names)) { // what was written just now is not in this program
			t.Errorf("%s has a recording: %v, of %d lanes", slug, ok, len(r.Lanes))
		}
	}
	for name, query := range map[string]string{"gallery-learns": galleryLearns, "gallery-collapses": galleryCollapses} {
		t.Run(name, func(t *testing.T) { checkRecorded(t, name, specOf(t, query), true) })
	}
	if _, known, _ := Recorded("gallery-learns"); known {
		t.Error("a run of the gallery's is taken for a preset's")
	}
}

func specOf(t *testing.T, query string) spec.Spec {
	t.Helper()
	settings, err := spec.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	s, err := spec.Parse(settings)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkRecorded compares a file with what the engine computes now; frames says
// whether it has those.
func checkRecorded(t *testing.T, name string, s spec.Spec, frames bool) {
	if *update {
		if err := os.WriteFile("recorded/"+name+".run", train(t, s, frames), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Skip("recorded anew; run the test again to check it")
	}
	b, err := recorded.ReadFile("recorded/" + name + ".run")
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 150_000 { // a predictor has twice the fields
		t.Errorf("the recorded run has %d bytes; every program carries it", len(b))
	}
	f, err := open(name) // checks the curve hash
	if err != nil {
		t.Fatal(err)
	}
	if s.Query() != specOf(t, f.Spec).Query() || f.Done != s.Steps || f.State != "finished" {
		t.Errorf("recorded are %d steps of %s, %s, not %d of %s", f.Done, f.Spec, f.State, s.Steps, s.Query())
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
		if was := f.Steps[step.Step].Frames; frames && !reflect.DeepEqual(step.Frames, was) {
			t.Errorf("step %d: its %d frames are not the %d that were recorded: go test ./experiments -update", step.Step, len(step.Frames), len(was))
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Error(err)
	}
}

// train returns a recorded run's file.
func train(t *testing.T, s spec.Spec, frames bool) []byte {
	id, err := engine.ID(s, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := record.File{ID: id, Spec: s.Query(), Title: s.Title(), Engine: engine.Version, Class: engine.Class(), State: "finished", Schema: engine.Schema(s)}
	err = engine.Run(context.Background(), s, engine.Options{}, func(step record.Step) error {
		if !frames {
			step.Frames = nil
		}
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
