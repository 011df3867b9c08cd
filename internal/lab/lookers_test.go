package lab

import (
	"testing"
	"time"
)

// unlooked is patient where a run pauses that nobody has looked at for a minute.
var unlooked = func() regime {
	how := patient
	how.alone = time.Minute
	return how
}()

// A run that has waited long and has viewers elsewhere does not pause at its first step:
// they could not say so before it had a worker.
func TestLookersElsewhereAreNotOverlooked(t *testing.T) {
	url := external(t)
	a := share(t, url, NoWorkers, count, unlooked)
	s := tiny(1, 30)
	id := submit(t, a, s)
	viewer, err := a.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer viewer.Close()
	far := share(t, url, NoWorkers, count, unlooked)
	far.mu.Lock()
	far.runs[id].alone = time.Now().Add(-time.Hour)
	far.workers = 1
	far.dispatch()
	far.mu.Unlock()
	for {
		b, err := viewer.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if b.Manifest.State == Paused {
			t.Fatalf("it paused after %d steps: %s", b.Manifest.Done, b.Manifest.Reason)
		}
		if b.Manifest.State == Finished {
			return
		}
	}
}

// A viewer may come so shortly before a paused run is parked that its worker does not
// hear of it any more; the run goes on all the same.
func TestParkedRunsAreRecalled(t *testing.T) {
	url := external(t)
	a := share(t, url, NoWorkers, count, patient)
	s := tiny(1, 5)
	id := submit(t, a, s)
	a.mu.Lock()
	r := a.runs[id]
	a.mu.Unlock()
	state := func(worker string) {
		t.Helper()
		err := a.alter(t.Context(), r, func(m *Manifest) error {
			m.State, m.Reason, m.Worker = Paused, nobodyLooked, worker
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	state("of another")
	viewer, err := a.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer viewer.Close()
	state("")
	awaitHeard(t, a, id, func(m Manifest) bool { return m.State == Queued })
}
