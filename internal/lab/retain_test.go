package lab

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/knob"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// narrowRoom keeps as much as the test says.
func narrowRoom(keep, finals int64) regime {
	r := usual
	r.keep, r.finals = keep, finals
	return r
}

// makeRoom is retain where nobody can have said yet, or says any more, that he looks at a
// run from another process.
func makeRoom(t testing.TB, l *Lab) {
	t.Helper()
	l.mu.Lock()
	l.attended = time.Time{}
	for _, r := range l.runs {
		r.watched = time.Time{}
	}
	l.mu.Unlock()
	l.retain(t.Context())
}

// states returns the states of runs.
func states(l *Lab, ids []string) (out []State) {
	for _, id := range ids {
		m, _ := l.Run(id)
		out = append(out, m.State)
	}
	return out
}

// Below its limit the store keeps everything, above it the runs that nobody has looked at
// for longest go, until it is below again: never a pinned one, nor one that has not ended
// or that somebody looks at. All of it holds after a restart.
func TestOldRunsMakeRoom(t *testing.T) {
	dir := t.TempDir()
	l := startIn(t, dir, 1, forgetful(count), narrowRoom(1<<40, 0))
	var ids []string
	for seed := range 6 {
		ids = append(ids, submit(t, l, tiny(seed, 50)))
		ended(t, l, ids[seed])
	}
	full, err := l.store.used(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	each := full / 6
	if got := states(l, ids); slices.Contains(got, Forgotten) {
		t.Fatalf("with room for all, the runs are %v", got)
	}
	if err := l.Pin(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	all(t, l, ids[1], 0) // somebody looks, and goes
	shut(t, l)

	l = startIn(t, dir, 1, forgetful(count), narrowRoom(full, 0))
	shared := theCluster != nil // where the others are listened to before room is made
	if shared {
		makeRoom(t, l)
	}
	if got := states(l, ids); slices.Contains(got, Forgotten) {
		t.Fatalf("with just room enough, the runs are %v", got)
	}
	shut(t, l)

	l = startIn(t, dir, 1, forgetful(count), narrowRoom(full-each/2, 0))
	if shared {
		makeRoom(t, l)
	}
	if got := states(l, ids); !slices.Equal(got, []State{Finished, Finished, Forgotten, Finished, Finished, Finished}) {
		t.Fatalf("with room for five, the runs are %v", got)
	}
	viewer, err := l.Follow(ids[3], 0)
	if err != nil {
		t.Fatal(err)
	}
	defer viewer.Close()
	l.regime.keep = 1
	makeRoom(t, l)
	if got := states(l, ids); !slices.Equal(got, []State{Finished, Forgotten, Forgotten, Finished, Forgotten, Forgotten}) {
		t.Fatalf("with room for none, the runs are %v", got)
	}
	if b, err := viewer.Next(t.Context()); err != nil || len(b.Steps) != 50 {
		t.Errorf("who looks at a run sees %d steps, %v", len(b.Steps), err)
	}
	if err := l.Unpin(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	makeRoom(t, l)
	if m, _ := l.Run(ids[0]); m.State != Forgotten || m.Pinned {
		t.Errorf("unpinned it is %s", m.State)
	}
	steps, m := all(t, l, ids[5], 0)
	if len(steps) != 0 || m.State != Forgotten || m.Done != 0 || m.CurveHash != "" || m.Earlier == nil || m.Earlier.State != Finished || m.Earlier.Done != 50 || m.Earlier.CurveHash == "" {
		t.Errorf("a forgotten run has %d records and says %+v", len(steps), m)
	}
	if err := l.Pause(t.Context(), ids[5]); !errors.Is(err, ErrEnded) {
		t.Errorf("it takes orders: %v", err)
	}
	viewer.Close()
	shut(t, l)

	l = startIn(t, dir, 1, forgetful(count), narrowRoom(0, 0))
	again := checkWhole(t, l, submit(t, l, tiny(5, 50)), tiny(5, 50))
	if again.ID != ids[5] || again.Attempt != 2 || again.Earlier == nil || again.Earlier.Again != Reproduced {
		t.Errorf("computed again it says %+v", again)
	}
	if got := states(l, ids); got[4] != Forgotten || got[3] != Finished {
		t.Errorf("after a restart the runs are %v", got)
	}
}

// A run that comes out differently says so.
func TestForgottenRunsAreCompared(t *testing.T) {
	s := tiny(1, 5)
	dir := t.TempDir()
	l := startIn(t, dir, 1, forgetful(count), narrowRoom(1, 0))
	id := submit(t, l, s)
	ended(t, l, id)
	makeRoom(t, l) // the end had a viewer
	if m, _ := l.Run(id); m.State != Forgotten {
		t.Fatalf("the run is %s", m.State)
	}
	shut(t, l)
	other := forgetful(func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		return count(ctx, s, o, func(r record.Step) error { r.Values[0]++; return emit(r) })
	})
	l = startIn(t, dir, 1, other, narrowRoom(0, 0))
	submit(t, l, s)
	if m := ended(t, l, id); m.Earlier == nil || m.Earlier.Again != Differs || m.CurveHash == m.Earlier.CurveHash {
		t.Errorf("it says %+v, and before %+v", m, m.Earlier)
	}
}

// Of the checkpoints of finished runs the longest unseen go first, and the records stay.
func TestFinalCheckpointsMakeRoom(t *testing.T) {
	l := startIn(t, "", 1, count, narrowRoom(0, 2*int64(len("count 9"))))
	var ids []string
	for seed := range 3 {
		ids = append(ids, submit(t, l, tiny(seed, 9)))
		ended(t, l, ids[seed])
	}
	makeRoom(t, l)
	for i, want := range []bool{false, true, true} {
		if keeps(t, l, ids[i]) != want {
			t.Errorf("run %d has a checkpoint: %v", i, !want)
		}
		checkWhole(t, l, ids[i], tiny(i, 9))
	}
}

// What a process leaves that was killed while a run made room is swept away.
func TestForgottenRecordsAreSwept(t *testing.T) {
	dir := t.TempDir()
	l := startIn(t, dir, 1, forgetful(count), narrowRoom(0, 0))
	id := submit(t, l, tiny(1, 20))
	m := ended(t, l, id)
	m.Earlier = &Earlier{State: m.State, Done: m.Done, CurveHash: m.CurveHash, Class: m.Class, Ended: m.Ended}
	m.State, m.Done, m.CurveHash = Forgotten, 0, ""
	if _, err := l.store.put(t.Context(), m, l.runs[id].rev); err != nil {
		t.Fatal(err)
	}
	shut(t, l)
	l = startIn(t, dir, 1, forgetful(count), narrowRoom(0, 0))
	if n, err := l.store.count(t.Context(), subject(id, 1)); n != 0 || err != nil {
		t.Errorf("%d records are left, %v", n, err)
	}
	if m := checkWhole(t, l, submit(t, l, tiny(1, 20)), tiny(1, 20)); m.Earlier.Again != Reproduced {
		t.Errorf("computed again it says %+v", m.Earlier)
	}
}

// What another process forgets while somebody looks at it here, and had not said so yet,
// is forgotten here too.
func TestForgottenElsewhere(t *testing.T) {
	url, silent := external(t), patient
	silent.beat = time.Hour // nobody says who looks
	a, b := share(t, url, 1, count, silent), share(t, url, NoWorkers, count, silent)
	s := tiny(1, 10)
	id := submit(t, a, s)
	checkWhole(t, b, id, s)
	viewer, err := b.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := viewer.Next(t.Context()); err != nil || len(n.Steps) != 10 {
		t.Fatal(len(n.Steps), err)
	}
	awaitThatLab(t, a, func() bool {
		a.attended, a.runs[id].watched = time.Time{}, time.Time{}
		return a.spare(a.runs[id]) // its goroutine has left
	})
	if err := a.forgetRun(t.Context(), a.runs[id]); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, b, id, func(m Manifest) bool { return m.State == Forgotten })
	viewer.Close()
	late, err := b.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	if n, err := late.Next(t.Context()); err != nil || n.Manifest.Done != 0 || len(n.Steps) != 0 {
		t.Errorf("%d records, %d steps, %v", n.Manifest.Done, len(n.Steps), err)
	}
}

// A run that somebody looks at from another process is not forgotten, and neither is any
// before the others have been listened to.
func TestViewersElsewhereKeepRuns(t *testing.T) {
	url, believing := external(t), narrowRoom(1, 0)
	believing.beat, believing.lease = time.Hour, time.Hour // what is heard holds
	a, b := share(t, url, 1, count, believing), share(t, url, NoWorkers, count, patient)
	id := submit(t, a, tiny(1, 10))
	viewer, err := b.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer viewer.Close()
	awaitHeard(t, b, id, func(m Manifest) bool { return m.State == Finished })
	awaitThatLab(t, a, func() bool { return a.runs[id].refs == 0 }) // its goroutine has left
	stays := func(why string) {
		t.Helper()
		a.retain(t.Context())
		if m, _ := a.Run(id); m.State != Finished {
			t.Fatalf("%s the run is %s", why, m.State)
		}
	}
	a.mu.Lock()
	a.runs[id].watched = time.Time{}
	a.mu.Unlock()
	stays("before the others have been heard")
	a.mu.Lock()
	a.attended, a.runs[id].watched = time.Time{}, time.Time{}
	a.mu.Unlock()
	awaitThatLab(t, a, func() bool { return !a.runs[id].watched.IsZero() })
	stays("with a viewer elsewhere")
	viewer.Close()
	for deadline := time.Now().Add(patience); ; { // what was said before may still be on its way
		makeRoom(t, a)
		if m, _ := a.Run(id); m.State == Forgotten {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody looks any more, and it stays")
		}
	}
}

// When runs were looked at is stored later where the store did not take it at once, of all of them.
func TestLooksAreNotedAgain(t *testing.T) {
	l := startIn(t, "", 1, count, narrowRoom(1<<40, 1<<30))
	var ids []string
	for seed := range 3 {
		ids = append(ids, submit(t, l, tiny(seed, 5)))
		ended(t, l, ids[seed])
		all(t, l, ids[seed], 0)
	}
	failing, cancel := context.WithCancel(t.Context())
	cancel()
	l.noteLooks(failing)
	l.noteLooks(t.Context())
	for _, id := range ids {
		m, _ := l.Run(id)
		stored, err := l.store.get(t.Context(), id)
		if err != nil || m.Seen.IsZero() || !stored.Seen.Equal(m.Seen) {
			t.Errorf("looked at at %v, and %v is stored; %v", m.Seen, stored.Seen, err)
		}
	}
}

// Where room is to be made, it is made for the runs of others too, by who computes nothing.
func TestRoomIsMadeForRunsOfOthers(t *testing.T) {
	url, tidy := external(t), narrowRoom(1, 0)
	tidy.beat, tidy.lease = 10*time.Millisecond, time.Hour
	a := share(t, url, NoWorkers, count, tidy)
	share(t, url, 1, count, patient)
	id := submit(t, a, tiny(1, 10))
	awaitHeard(t, a, id, func(m Manifest) bool { return m.State == Forgotten })
}

// A run whose records alone are more than the store may hold is refused, with a length
// that is not.
func TestRunsThatAreTooLongForTheStore(t *testing.T) {
	s := tiny(1, 5000)
	cost, err := engine.Plan(s, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	how := usual
	how.longest = cost.Output / 3
	l := startIn(t, "", 1, count, how)
	_, err = l.Submit(t.Context(), s, Submission{})
	var errs knob.Errors
	if !errors.As(err, &errs) || errs[0].Key != "steps" || !strings.Contains(err.Error(), "of records where the store may hold") {
		t.Fatalf("the error is %v", err)
	}
	n, err := strconv.Atoi(errs[0].Nearest)
	if err != nil || n < 1200 || n > 1700 {
		t.Errorf("the nearest is %q", errs[0].Nearest)
	}
	if _, err := l.Plan(tiny(1, n)); err != nil {
		t.Errorf("the nearest does not fit: %v", err)
	}
}
