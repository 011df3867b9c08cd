package lab

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// Labs of these tests share a store: the cluster's, or a server of the test's own.

func external(t testing.TB) string {
	t.Helper()
	if theCluster != nil {
		return theCluster.urls(t.TempDir())
	}
	return startServer(t, t.TempDir(), server.RANDOM_PORT).ClientURL()
}

// startServer starts a server, which ends with the test.
func startServer(t testing.TB, dir string, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, SyncAlways: true,
		MaxPayload: maxPayload, NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server is not ready")
	}
	return s
}

// patient never takes a worker for dead; quick soon does. Both it and careful keep a
// checkpoint after every step.
var (
	careful = regime{portion: 1e9, rest: time.Hour, resting: 100, lease: time.Hour, beat: 100 * time.Millisecond}
	patient = regime{every: time.Hour, portion: 1, rest: time.Hour, resting: 100, lease: time.Hour, beat: 100 * time.Millisecond}
	quick   = regime{portion: 1e9, rest: time.Hour, resting: 100, lease: time.Second, beat: 100 * time.Millisecond}
)

// share opens a lab at the store; workers may be NoWorkers.
func share(t testing.TB, url string, workers int, train trainFunc, how regime) *Lab {
	t.Helper()
	l, _ := shareLogged(t, url, workers, train, how)
	return l
}

func shareLogged(t testing.TB, url string, workers int, train trainFunc, how regime) (*Lab, *diary) {
	t.Helper()
	d := new(diary)
	l, err := open(Options{NATS: url, Workers: workers, Threads: 1, Log: slog.New(slog.NewTextHandler(d, nil))}, train, how)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		shut(t, l)
		if t.Failed() {
			t.Logf("%s:\n%s", l.store.id, d)
		}
	})
	return l, d
}

// awaitHeard waits until a lab has heard of a run.
func awaitHeard(t testing.TB, l *Lab, id string, ok func(Manifest) bool) Manifest {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		if m, there := l.Run(id); there && ok(m) {
			return m
		}
		if time.Now().After(deadline) {
			m, _ := l.Run(id)
			t.Fatalf("run %s is %s (%s) with %d steps, worker %q, position %d", id, m.State, m.Reason, m.Done, m.Worker, m.Position)
		}
	}
}

// awaitThatLab waits until ok, called with Lab.mu held, says yes.
func awaitThatLab(t testing.TB, l *Lab, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		yes := ok()
		l.mu.Unlock()
		if yes {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it does not come to that")
		}
	}
}

// A run that is submitted to one process is computed by another, and seen in all.
func TestRunsAreComputedElsewhere(t *testing.T) {
	url := external(t)
	a := share(t, url, NoWorkers, count, patient)
	s := tiny(1, 300)
	id := submit(t, a, s)
	if m, _ := a.Run(id); m.State != Queued || m.Reason != nobodyThere {
		t.Errorf("where nobody computes the run is %s (%s)", m.State, m.Reason)
	}
	b := share(t, url, 1, count, patient)
	m := checkWhole(t, a, id, s)
	there := checkWhole(t, b, id, s)
	there.Seen = m.Seen // each process notes its own viewers
	if fmt.Sprint(there) != fmt.Sprint(m) {
		t.Errorf("the manifests differ: %v, %v", there, m)
	}
	if m.Worker != "" || m.Started.IsZero() || m.Ended.IsZero() {
		t.Errorf("the manifest says %+v", m)
	}
	late := share(t, url, NoWorkers, count, patient)
	checkWhole(t, late, id, s)
	if err := a.Health(t.Context()); err != nil {
		t.Error(err)
	}
}

// Every process counts the same positions, and tells its viewers when they change.
func TestPositionsAreTheSameEverywhere(t *testing.T) {
	url, gate := external(t), make(chan struct{})
	labs := []*Lab{share(t, url, NoWorkers, count, patient), share(t, url, 1, gated(gate), patient), share(t, url, NoWorkers, count, patient)}
	var ids []string
	for seed := range 5 {
		ids = append(ids, submit(t, labs[seed%3], tiny(seed, 1)))
		for _, l := range labs { // the next one is submitted when all have heard of this one
			awaitHeard(t, l, ids[seed], func(m Manifest) bool { return m.Position == seed && (seed > 0 || m.State == Running) })
		}
	}
	if err := labs[2].Stop(t.Context(), ids[2]); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 1, 0, 2, 3} {
		for _, l := range labs {
			awaitHeard(t, l, ids[i], func(m Manifest) bool { return m.Position == want })
		}
	}
	close(gate)
	var started []time.Time
	for _, i := range []int{0, 1, 3, 4} {
		started = append(started, await(t, labs[0], ids[i], Finished).Started)
	}
	if !slices.IsSortedFunc(started, time.Time.Compare) {
		t.Errorf("runs started out of order: %v", started)
	}
}

// The same spec, submitted to many processes at once, is one run that is computed once.
func TestOneSpecIsOneRunEverywhere(t *testing.T) {
	url, gate := external(t), make(chan struct{})
	var computed atomic.Int32
	once := func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		computed.Add(1)
		return gated(gate)(ctx, s, o, emit)
	}
	var labs []*Lab
	for range 3 {
		labs = append(labs, share(t, url, 1, once, patient))
	}
	s := tiny(1, 20)
	var wg sync.WaitGroup
	manifests := make([]Manifest, len(labs))
	for i, l := range labs {
		wg.Go(func() {
			var err error
			if manifests[i], err = l.Submit(t.Context(), s, Submission{Keep: i == 1}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	id := manifests[0].ID
	for _, l := range labs {
		awaitHeard(t, l, id, func(m Manifest) bool { return m.Keep })
	}
	close(gate)
	for i, l := range labs {
		if m := checkWhole(t, l, id, s); m.Attempt != 1 || !m.Created.Equal(manifests[0].Created) {
			t.Errorf("process %d: attempt %d, created %v and %v", i, m.Attempt, m.Created, manifests[0].Created)
		}
	}
	if n := computed.Load(); n != 1 {
		t.Errorf("it was computed %d times", n)
	}
}

// What visitors ask of a run at the process that computes it, and of another at the same
// moment, all stands: neither process stores over what the other has acknowledged.
func TestWhatIsAskedOfARunAtTwoProcesses(t *testing.T) {
	url, gate := external(t), make(chan struct{})
	defer close(gate)
	worker := share(t, url, 1, gated(gate), patient)
	other := share(t, url, NoWorkers, count, patient)
	id := ask(t, worker, tiny(1, 20), by("first"))
	for _, l := range []*Lab{worker, other} {
		awaitHeard(t, l, id, func(m Manifest) bool { return m.State == Running })
	}
	together := func(all ...func() error) {
		var wg sync.WaitGroup
		for _, f := range all {
			wg.Go(func() {
				if err := f(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	submits := func(l *Lab, sub Submission) func() error {
		return func() error { _, err := l.Submit(t.Context(), tiny(1, 20), sub); return err }
	}
	const rounds = 40
	want := []string{"visitor first"}
	for i := range rounds {
		here, there, passing := by(fmt.Sprint("here ", i)), by(fmt.Sprint("there ", i)), by(fmt.Sprint("passing ", i))
		ask(t, worker, tiny(1, 20), passing)
		together(submits(worker, here), submits(other, there),
			func() error { return worker.Leave(t.Context(), id, passing) },
			func() error { return []*Lab{worker, other}[i%2].pin(t.Context(), id, i%4 < 2) })
		want = append(want, "visitor "+here.Visitor, "visitor "+there.Visitor)
	}
	slices.Sort(want)
	for _, l := range []*Lab{worker, other} {
		m := awaitHeard(t, l, id, func(m Manifest) bool { return len(m.Askers) >= len(want) && !m.Pinned })
		var names []string
		for _, a := range m.Askers {
			names = append(names, a.name())
		}
		if slices.Sort(names); !slices.Equal(names, want) {
			t.Errorf("the run is wanted by %q", names)
		}
	}
}

// A viewer who comes back again and again, now to one process and now to another, sees each
// record once, wherever it is computed.
func TestViewersComeBackElsewhere(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	labs := []*Lab{share(t, url, NoWorkers, count, patient), share(t, url, NoWorkers, count, patient), share(t, url, 1, gated(gate), patient)}
	s := tiny(1, 200)
	id := submit(t, labs[0], s)
	for _, l := range labs {
		awaitHeard(t, l, id, func(Manifest) bool { return true })
	}
	ctx, done := context.WithTimeout(t.Context(), 3*time.Minute)
	defer done()
	next := 0
	for visit := range 20 {
		for range 7 {
			gate <- struct{}{}
		}
		c, err := labs[visit%3].Follow(id, next)
		if err != nil {
			t.Fatal(err)
		}
		for want := next + 7; next < want; {
			b, err := c.Next(ctx)
			if err != nil {
				t.Fatalf("visit %d, step %d: %v", visit, next, err)
			}
			for _, r := range b.Steps {
				if d := b.Manifest.Schema.Difference(r, made(s, next)); d != "" || r.Step != next {
					t.Fatalf("visit %d: step %d comes where %d is due, with another %s", visit, r.Step, next, d)
				}
				next++
			}
		}
		c.Close()
	}
	close(gate)
	rest, m := all(t, labs[1], id, next)
	if m.State != Finished || next+len(rest) != s.Steps {
		t.Errorf("the run is %s (%s), and %d steps came", m.State, m.Reason, next+len(rest))
	}
}
