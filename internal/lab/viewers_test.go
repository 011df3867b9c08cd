package lab

import (
	"context"
	"testing"
)

// shy is calm where a run pauses at once that nobody looks at.
var shy = func() regime {
	how := calm
	how.alone = 1
	return how
}()

// awaitUnseen waits until the run is such, and is no viewer of it.
func awaitUnseen(t testing.TB, l *Lab, id, what string, ok func(Manifest) bool) Manifest {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), patience)
	defer done()
	c, err := l.Read(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for {
		b, err := c.Next(ctx)
		if err != nil {
			m, _ := l.Run(id)
			t.Fatalf("waiting for %s: %v; the run is %s (%s) with %d steps", what, err, m.State, m.Reason, m.Done)
		}
		if ok(b.Manifest) {
			return b.Manifest
		}
	}
}

// A run that nobody looks at pauses and says why; it goes on while somebody looks,
// after a restart too.
func TestPausesWhileNobodyLooks(t *testing.T) {
	dir := t.TempDir()
	gate := make(chan struct{}, 100)
	l := startIn(t, dir, 1, gated(gate), shy)
	s := tiny(1, 12)
	id := submit(t, l, s)
	paused := func(done int) func(Manifest) bool {
		return func(m Manifest) bool { return m.State == Paused && m.Reason == nobodyLooked && m.Done == done }
	}
	gate <- struct{}{}
	awaitUnseen(t, l, id, "a pause", paused(1))

	viewer, err := l.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		gate <- struct{}{}
	}
	if m := awaitUnseen(t, l, id, "four steps", func(m Manifest) bool { return m.Done == 4 }); m.State != Running || m.Reason != "" {
		t.Errorf("while somebody looks the run is %s (%s)", m.State, m.Reason)
	}
	viewer.Close()
	gate <- struct{}{} // the step that is under way
	awaitUnseen(t, l, id, "another pause", paused(5))
	shut(t, l)

	l = startIn(t, dir, 1, gated(gate), shy)
	if m, _ := l.Run(id); !paused(5)(m) {
		t.Errorf("after a restart the run is %s (%s)", m.State, m.Reason)
	}
	close(gate)
	checkWhole(t, l, id, s)
}

// A run with keep needs no viewers, and who looks does not resume what was paused by
// an order. An order holds for a run without viewers too, as long as it says.
func TestViewersAndOrders(t *testing.T) {
	gate := make(chan struct{}, 100)
	l := startIn(t, "", 1, gated(gate), shy)
	kept, err := l.Submit(t.Context(), tiny(1, 3), Submission{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		gate <- struct{}{}
	}
	awaitUnseen(t, l, kept.ID, "its end", func(m Manifest) bool { return m.State == Finished })

	id := submit(t, l, tiny(2, 9))
	gate <- struct{}{}
	awaitUnseen(t, l, id, "a pause", func(m Manifest) bool { return m.State == Paused })
	if err := l.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	viewer, err := l.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer viewer.Close()
	if m, _ := l.Run(id); m.State != Paused || m.Reason != "" {
		t.Errorf("paused by an order, with a viewer: %s (%s)", m.State, m.Reason)
	}
	gate <- struct{}{}
	if err := l.Step(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m, _ := l.Run(id); m.State != Paused || m.Done != 2 {
		t.Errorf("after one step: %s with %d steps", m.State, m.Done)
	}
}

// Whoever asks again for a run that has paused because nobody looked, wants it to go on.
func TestAskedForAgain(t *testing.T) {
	gate := make(chan struct{}, 10)
	l := startIn(t, "", 1, gated(gate), shy)
	s := tiny(1, 2)
	id := submit(t, l, s)
	gate <- struct{}{}
	awaitUnseen(t, l, id, "a pause", func(m Manifest) bool { return m.State == Paused })
	gate <- struct{}{}
	if m, err := l.Submit(t.Context(), s, Submission{}); err != nil || m.State != Running {
		t.Errorf("the run is %s, %v", m.State, err)
	}
	checkWhole(t, l, id, s)
}
