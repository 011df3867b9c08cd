package lab

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gradlab/internal/engine"
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(childVariable) != "":
		child() // a lab to be killed, see TestKill
		return
	case os.Getenv(workerVariable) != "":
		childWorker() // a worker to be struck, see TestWorkersAreStruck
		return
	case os.Getenv(nodeVariable) != "":
		childNode() // a server to be killed, see TestLeaderIsLost
		return
	}
	// The client's own goroutine ends when it hears that its connection is closed, which
	// nobody can wait for.
	goleak.VerifyTestMain(runner{m}, goleak.IgnoreAnyFunction("github.com/nats-io/nats.go/jetstream.(*jetStream).resetPendingAcksOnReconnect"))
}

func TestRunToTheEnd(t *testing.T) {
	l := start(t, "", 0, count)
	s := tiny(1, 40)
	id := submit(t, l, s)
	m := checkWhole(t, l, id, s)
	if m.ID != id || m.Spec != s.Query() || m.Title != s.Method.Title || m.Engine != engine.Version || m.Class != engine.Class() || m.Steps != 40 || m.Attempt != 1 {
		t.Errorf("the manifest says %+v", m)
	}
	if m.Created.IsZero() || m.Started.Before(m.Created) || m.Ended.Before(m.Started) {
		t.Errorf("created %v, started %v, ended %v", m.Created, m.Started, m.Ended)
	}
	if err := l.Health(t.Context()); err != nil {
		t.Errorf("not healthy: %v", err)
	}
}

// The newest runs are those that finished last.
func TestNewest(t *testing.T) {
	l := &Lab{runs: map[string]*run{}}
	for i, id := range []string{"c", "f", "a", "e", "b", "d"} {
		m := Manifest{ID: id, State: Finished, Ended: time.Unix(int64(i), 0)}
		if id == "e" {
			m.State = Diverged
		}
		l.runs[id] = newRun(m, nil)
	}
	for n, want := range map[int]string{0: "", 2: "db", 9: "dbafc"} {
		got := ""
		for _, m := range l.Newest(n) {
			got += m.ID
		}
		if got != want {
			t.Errorf("the newest %d are %q, want %q", n, got, want)
		}
	}
}

func TestSubmittersShare(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 1, gated(gate))
	s := tiny(1, 10)
	a, err := l.Submit(t.Context(), s, Submission{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Submit(t.Context(), s, Submission{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	if a.ID != b.ID || a.Attempt != b.Attempt || !b.Keep || len(l.Runs()) != 1 {
		t.Errorf("two submissions give %+v and %+v; %d runs", a, b, len(l.Runs()))
	}
	close(gate)
	checkWhole(t, l, a.ID, s)
	if c, _ := l.Submit(t.Context(), s, Submission{}); c.State != Finished || c.Done != 10 {
		t.Errorf("a finished run is submitted again: %+v", c)
	}
}

func TestQueue(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 2, gated(gate))
	var ids []string
	for seed := range 5 {
		ids = append(ids, submit(t, l, tiny(seed, 1)))
	}
	positions := func() (out []int) {
		for _, id := range ids {
			m, _ := l.Run(id)
			if (m.State == Queued) != (m.Position > 0) {
				t.Errorf("a run is %s at position %d", m.State, m.Position)
			}
			out = append(out, m.Position)
		}
		return out
	}
	if got := positions(); !slices.Equal(got, []int{0, 0, 1, 2, 3}) {
		t.Fatalf("positions %v", got)
	}
	var newest []string
	for _, m := range l.Runs() {
		newest = append(newest, m.ID)
	}
	slices.Reverse(newest)
	if !slices.Equal(newest, ids) {
		t.Errorf("Runs gives %v, want the reverse of %v", newest, ids)
	}
	if err := l.Stop(t.Context(), ids[3]); err != nil {
		t.Fatal(err)
	}
	if got := positions(); !slices.Equal(got, []int{0, 0, 1, 0, 2}) {
		t.Errorf("after one left, positions %v", got)
	}
	gate <- struct{}{} // one of the first two ends
	await(t, l, ids[2], Running)
	if got := positions(); !slices.Equal(got, []int{0, 0, 0, 0, 1}) {
		t.Errorf("after one ended, positions %v", got)
	}
	close(gate)
	var started []time.Time
	for _, i := range []int{0, 1, 2, 4} {
		started = append(started, await(t, l, ids[i], Finished).Started)
	}
	if !slices.IsSortedFunc(started, time.Time.Compare) {
		t.Errorf("runs started out of order: %v", started)
	}
}

func TestUnknownRun(t *testing.T) {
	l := start(t, "", 1, count)
	for name, err := range map[string]error{
		"Pause": l.Pause(t.Context(), "nobody"), "Resume": l.Resume(t.Context(), "nobody"),
		"Step": l.Step(t.Context(), "nobody"), "Stop": l.Stop(t.Context(), "nobody"),
	} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := l.Follow("nobody", 0); !errors.Is(err, ErrUnknown) {
		t.Errorf("Follow: %v", err)
	}
	if _, ok := l.Run("nobody"); ok {
		t.Error("Run finds it")
	}
}

func TestDirectoryInUse(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	l := start(t, dir, 1, count)
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "in use by another lab") {
		t.Errorf("a second lab on one directory: %v", err)
	}
	shut(t, l)
	start(t, dir, 1, count) // the lock is given back
}

func TestClosedLabRefuses(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 1, gated(gate))
	id := submit(t, l, tiny(1, 5))
	c, err := l.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	shut(t, l)
	for err == nil {
		_, err = c.Next(t.Context())
	}
	if !errors.Is(err, ErrClosed) {
		t.Errorf("a cursor over a closed lab: %v", err)
	}
	if _, err := l.Submit(t.Context(), tiny(2, 5), Submission{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Submit: %v", err)
	}
	if err := l.Pause(t.Context(), id); !errors.Is(err, ErrClosed) {
		t.Errorf("Pause: %v", err)
	}
	if err := l.Health(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Health: %v", err)
	}
}
