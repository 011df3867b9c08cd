package lab

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine"
	"gradlab/internal/knob"
)

// pretend says of a worker that there is none of that it can compute all runs, but for
// what edit changes.
func pretend(t testing.TB, l *Lab, name string, edit func(*peer)) {
	t.Helper()
	p := peer{Name: name, Places: 1, Engine: engine.Version, Class: engine.Class(), Memory: 1 << 40, Images: []string{"shapes", "emoji"}}
	edit(&p)
	b, err := json.Marshal(p)
	if err == nil {
		err = l.store.conn.Publish(presence, b)
	}
	if err == nil {
		err = l.store.conn.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func able(*peer)     {}
func leaves(p *peer) { p.Places, p.Leaves = 0, true }

// A run that no worker can compute says why; as soon as one can it has its number. It
// holds up nothing else of its visitor's.
func TestRunsThatNoWorkerCanCompute(t *testing.T) {
	url := external(t)
	a, far := share(t, url, NoWorkers, count, patient), share(t, url, NoWorkers, count, patient)
	id := ask(t, a, tiny(1, 5), by("a"))
	next := ask(t, a, tiny(2, 5), by("a"))
	told := func(id, want string) {
		t.Helper()
		for _, l := range []*Lab{a, far} {
			awaitHeard(t, l, id, func(m Manifest) bool {
				return m.State == Queued && strings.Contains(m.Reason, want) && (m.Position == 0) == (want != "") && (want != "" || m.Reason == "")
			})
		}
	}
	told(id, nobodyThere)
	if got := a.Outlook(by("c")); got != (Outlook{Lacks: nobodyThere}) {
		t.Errorf("another one has before it %+v", got)
	}
	begun := func(m Manifest) Manifest { // as another worker has left it
		t.Helper()
		a.mu.Lock()
		r := a.runs[id]
		a.mu.Unlock()
		err := a.alter(t.Context(), r, func(now *Manifest) error {
			now.Done, now.Class, now.Engine = m.Done, m.Class, m.Engine
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, c := range []struct {
		lacks func(*peer)
		want  string
	}{
		{func(p *peer) { p.Images = []string{"emoji"} }, "no worker has the images shapes"},
		{func(p *peer) { p.Memory = 1 << 10 }, "memory, and no worker has more than"},
		{func(p *peer) { p.Engine-- }, "of the engine"},
		{func(p *peer) { p.Unfit = []string{id} }, "their logs say why"},
	} {
		pretend(t, a, "one", c.lacks)
		told(id, c.want)
	}
	told(next, "") // the visitor's other run has its number meanwhile
	pretend(t, a, "two", func(p *peer) { p.Memory = 1 << 10 })
	told(id, "none of the workers that would do otherwise can compute it") // one has the memory, and has tried
	pretend(t, a, "two", able)
	told(id, "")
	begun(Manifest{Done: 1, Class: "of another make", Engine: engine.Version})
	told(id, "no worker is of the machine class of another make")
	begun(Manifest{Done: 0, Class: engine.Class(), Engine: engine.Version + 1})
	told(id, "no worker has version")
	begun(Manifest{Done: 0, Class: engine.Class(), Engine: engine.Version})
	told(id, "")
	pretend(t, a, "one", leaves)
	pretend(t, a, "two", leaves)
	told(id, nobodyThere)
}

// What none of the workers that are there can compute is refused; what one of them can
// is taken, also where the process that is asked has less memory.
func TestWhatNoWorkerCanComputeIsRefused(t *testing.T) {
	a := share(t, external(t), NoWorkers, count, patient)
	s := tiny(1, 5)
	heard := func(n int) {
		t.Helper()
		awaitThatLab(t, a, func() bool { return len(a.crowd()) == n })
	}
	refused := func(key, says string) {
		t.Helper()
		_, err := a.Submit(t.Context(), s, Submission{})
		var errs knob.Errors
		if !errors.As(err, &errs) || errs[0].Key != key || !strings.Contains(err.Error(), says) || len(a.Runs()) != 0 {
			t.Errorf("the error is %v, want one of %s with %q; %d runs", err, key, says, len(a.Runs()))
		}
	}
	pretend(t, a, "without images", func(p *peer) { p.Images = []string{"emoji"} })
	heard(1)
	refused("data", `"shapes" has images at none of the workers that are there; these have emoji`)
	pretend(t, a, "without images", leaves)
	pretend(t, a, "small", func(p *peer) { p.Memory = 1 << 17 })
	awaitThatLab(t, a, func() bool { c := a.crowd(); return len(c) == 1 && c[0].Name == "small" })
	cost, err := a.Plan(s)
	var errs knob.Errors
	if !errors.As(err, &errs) || cost.Memory <= 1<<17 {
		t.Fatalf("a run of %d bytes: %v", cost.Memory, err)
	}
	refused(errs[0].Key, "of memory where a run may take")
	pretend(t, a, "large", able)
	heard(2)
	if m, err := a.Submit(t.Context(), s, Submission{}); err != nil || m.State != Queued || m.Position != 1 {
		t.Errorf("the run is %s, number %d (%s), %v", m.State, m.Position, m.Reason, err)
	}
}

// Who computes says so when he comes, when somebody else comes, and when he goes; a wait
// counts everybody's places.
func TestProcessesKnowEachOther(t *testing.T) {
	url := external(t)
	a := share(t, url, NoWorkers, count, patient)
	b, c := share(t, url, 2, count, patient), share(t, url, 3, count, patient)
	late := share(t, url, NoWorkers, count, patient)
	for _, l := range []*Lab{a, b, c, late} {
		awaitThatLab(t, l, func() bool { return l.places() == 5 })
	}
	late.mu.Lock()
	for _, p := range late.crowd() {
		if !slices.Contains([]string{b.store.id, c.store.id}, p.Name) || p.Memory != engine.Limit(engine.Options{}) || !p.has("shapes") || p.Class != engine.Class() {
			t.Errorf("a worker says of itself %+v", p)
		}
	}
	late.mu.Unlock()
	shut(t, c) // the lease is an hour
	for _, l := range []*Lab{a, b, late} {
		awaitThatLab(t, l, func() bool { return l.places() == 2 })
	}
	shut(t, b)
	awaitThatLab(t, a, func() bool { return len(a.crowd()) == 0 })
}
