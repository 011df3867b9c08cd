package engine

import (
	"errors"
	"fmt"
	"testing"

	"gradlab/internal/engine/method"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// Whatever the method, what is offered where a learning rate was too much for it is not too much.
func TestRemediesDoNotDiverge(t *testing.T) {
	const usual = "data=shapes encoder=mlp encoder.width=32 batch=32 projector.depth=2 projector.width=24 probe.every=10 probe.knn=0 steps=40 "
	diverges := func(s spec.Spec) bool {
		err := Run(t.Context(), s, Options{Threads: 2}, func(record.Step) error { return nil })
		var d *Diverged
		if err != nil && !errors.As(err, &d) {
			t.Fatal(err)
		}
		return err != nil
	}
	tried := 0
	for _, m := range method.All() {
		for _, steep := range []string{"lr=1", "lr=10", "lr=100", "lr=100 weight_decay=1", "at=10 then.lr=100"} {
			s := parse(t, usual+steep+" method="+m.Name)
			if !diverges(s) {
				continue
			}
			remedies := Remedies(s, s.Length())
			if len(remedies) == 0 {
				t.Errorf("%s, %s: nothing is offered", m.Name, steep)
			}
			for _, r := range remedies {
				tried++
				if diverges(parse(t, fmt.Sprintf("%s%s method=%s %s", usual, steep, m.Name, r))) {
					t.Errorf("%s, %s: it diverges with %s too", m.Name, steep, r)
				}
			}
		}
	}
	if tried < 10 {
		t.Errorf("%d remedies were tried", tried)
	}
}

// A warm-up is offered where the learning rate behind it is not known to be too much, and nothing
// where nothing moves.
func TestRemedies(t *testing.T) {
	for settings, want := range map[string]string{
		"batch=128 lr=0.2":                                   "[lr=0.02 warmup=30]",
		"batch=128 lr=0.2 warmup=5":                          "[lr=0.02]",
		"batch=128 lr=2 steps=5":                             "[lr=0.2]",
		"batch=128 lr=100":                                   "[lr=0.2]", // ten times 0.05 x 128 / 256, down to a digit
		"batch=128 lr=0.2 at=9 then.lr=3":                    "[then.lr=0.2]",
		"batch=128 lr=0.2 at=9 then.lr=0.1":                  "[lr=0.02 warmup=30]",
		"batch=4096 data=fashion-mnist lr=90 weight_decay=1": "[lr=1]",   // half of 2 (1 + momentum) / decay, down to a digit
		"batch=96 lr=2":                                      "[lr=0.1]", // down to a digit: 0.2 would be too much again
		"lr=0":                                               "[]",
	} {
		if got := fmt.Sprint(Remedies(parse(t, settings), 50)); got != want {
			t.Errorf("%s: %s, want %s", settings, got, want)
		}
	}
	if got := fmt.Sprint(Remedies(parse(t, "batch=128 lr=0.2 warmup=5 at=9 then.lr=3"), 5)); got != "[lr=0.02]" {
		t.Errorf("before the branch: %s", got)
	}
}
