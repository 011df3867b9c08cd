package engine

import (
	"testing"
)

// A branch is its parent until the step at which it leaves it.
func TestBranchIsItsParentBefore(t *testing.T) {
	parent := parse(t, small+"method=byol")
	before := run(t, parent, 2)
	for _, then := range []string{"then.predictor=none", "then.lr=0.2", "then.target=shared", "then.momentum=0.5"} {
		s := parse(t, small+"method=byol at=3 "+then)
		differs := false
		for i, got := range run(t, s, 2) {
			field := Schema(s).Difference(before[i], got)
			if i < 3 && field != "" {
				t.Errorf("%s: step %d has another %s", then, i, field)
			}
			differs = differs || field != ""
		}
		if !differs {
			t.Errorf("%s changes nothing", then)
		}
	}
}

// Branching to the same settings is not branching: weights, velocities, the slow
// copy and the method's state all go on.
func TestBranchTakesEverythingOver(t *testing.T) {
	for _, m := range methods() {
		s := parse(t, small+m)
		want := run(t, s, 2)
		v, tr := start(t, s)
		for step := range s.Steps {
			if step == 4 {
				tr = tr.branch(s)
			}
			x1, x2 := v.next()
			tr.labels = v.labels()
			d := tr.due(step)
			tr.step(step, d, x1, x2)
			if field := Schema(s).Difference(want[step], tr.record(step, d)); field != "" {
				t.Errorf("%s: step %d has another %s", m, step, field)
			}
		}
	}
}

// What is new in a branch starts as it would in a run of its own.
func TestBranchStartsWhatIsNewAfresh(t *testing.T) {
	s := parse(t, small+"method=byol predictor=none")
	_, tr := start(t, s)
	next := parse(t, small+"method=byol predictor=linear")
	b := tr.branch(next)
	_, fresh := start(t, next)
	n, d := b.online.Predictor.Matrix(), width(s)
	got, want := make([]float32, d*d), make([]float32, d*d)
	b.arena.Download(got, n)
	b.arena.Download(want, fresh.online.Predictor.Matrix())
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("weight %d of the new predictor is %g, in a run of its own %g", i, got[i], want[i])
		}
	}
}
