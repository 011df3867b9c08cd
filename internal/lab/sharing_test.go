package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

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
	careful = regime{share: 1e9, rest: time.Hour, resting: 100, lease: time.Hour, beat: 100 * time.Millisecond}
	patient = regime{every: time.Hour, share: 1, rest: time.Hour, resting: 100, lease: time.Hour, beat: 100 * time.Millisecond}
	quick   = regime{share: 1e9, rest: time.Hour, resting: 100, lease: time.Second, beat: 100 * time.Millisecond}
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
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		if m, there := l.Run(id); there && ok(m) {
			return m
		}
		if time.Now().After(deadline) {
			m, _ := l.Run(id)
			t.Fatalf("run %s is %s (%s) with %d steps, worker %q, position %d", id, m.State, m.Reason, m.Done, m.Worker, m.Position)
		}
	}
}

// A run that is submitted to one process is computed by another, and seen in all.
func TestRunsAreComputedElsewhere(t *testing.T) {
	url := external(t)
	a := share(t, url, NoWorkers, count, patient)
	s := tiny(1, 300)
	id := submit(t, a, s)
	if m, _ := a.Run(id); m.State != Queued || m.Position != 1 {
		t.Errorf("where nobody computes the run is %s at position %d", m.State, m.Position)
	}
	b := share(t, url, 1, count, patient)
	m := checkWhole(t, a, id, s)
	if fmt.Sprint(checkWhole(t, b, id, s)) != fmt.Sprint(m) {
		t.Errorf("the manifests differ")
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
	url := external(t)
	var computed atomic.Int32
	once := func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		computed.Add(1)
		return count(ctx, s, o, emit)
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
	for i, l := range labs {
		if m := checkWhole(t, l, id, s); m.Attempt != 1 || !m.Created.Equal(manifests[0].Created) {
			t.Errorf("process %d: attempt %d, created %v and %v", i, m.Attempt, m.Created, manifests[0].Created)
		}
		awaitHeard(t, l, id, func(m Manifest) bool { return m.Keep })
	}
	if n := computed.Load(); n != 1 {
		t.Errorf("it was computed %d times", n)
	}
}

// Orders reach a run wherever it is: at a worker, waiting, parked.
func TestOrdersGoFar(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	far := share(t, url, 1, gated(gate), patient)
	a := share(t, url, NoWorkers, count, patient)
	s := tiny(1, 20)
	id := submit(t, a, s)
	for range 3 {
		gate <- struct{}{}
	}
	awaitThat(t, a, id, "three steps", func(m Manifest) bool { return m.Done == 3 })
	paused := make(chan error)
	go func() { paused <- a.Pause(context.WithoutCancel(t.Context()), id) }()
	for ordered := false; !ordered; time.Sleep(time.Millisecond) {
		far.mu.Lock()
		ordered = far.runs[id].budget == 0
		far.mu.Unlock()
	}
	gate <- struct{}{}
	if err := <-paused; err != nil {
		t.Fatal(err)
	}
	if m, _ := a.Run(id); m.State != Paused || m.Done != 4 {
		t.Fatalf("paused from afar: %s with %d steps", m.State, m.Done)
	}
	for want := 5; want <= 6; want++ {
		gate <- struct{}{}
		if err := a.Step(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if m, _ := a.Run(id); m.State != Paused || m.Done != want {
			t.Fatalf("a step from afar: %s with %d steps, want %d", m.State, m.Done, want)
		}
	}
	shut(t, far) // the run is parked, and nobody's
	if m := awaitHeard(t, a, id, func(m Manifest) bool { return m.Worker == "" }); m.State != Paused || m.Done != 6 {
		t.Fatalf("its worker is gone: %s with %d steps", m.State, m.Done)
	}
	b := share(t, url, 1, gated(gate), patient)
	gate <- struct{}{}
	if err := a.Step(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m, _ := a.Run(id); m.State != Paused || m.Done != 7 || m.Resumed != 6 {
		t.Fatalf("a step of a parked run: %s with %d steps, resumed at %d", m.State, m.Done, m.Resumed)
	}
	if err := a.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	gate <- struct{}{}
	awaitThat(t, a, id, "eight steps", func(m Manifest) bool { return m.Done == 8 })
	if err := a.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m, _ := a.Run(id); m.State != Cancelled || m.Done != 8 || m.Reason != "stopped after 8 of 20 steps" {
		t.Errorf("stopped from afar: %+v", m)
	}
	if err := a.Pause(t.Context(), id); !errors.Is(err, ErrEnded) {
		t.Errorf("pause after the end: %v", err)
	}

	// Again, from another process; who followed the first attempt has seen its end.
	old, err := a.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if _, err := old.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(gate)
	submit(t, b, s)
	if m := checkWhole(t, b, id, s); m.Attempt != 2 {
		t.Errorf("attempt %d", m.Attempt)
	}
	awaitHeard(t, a, id, func(m Manifest) bool { return m.Attempt == 2 && m.State == Finished })
	if b, err := old.Next(t.Context()); err == nil {
		t.Errorf("a cursor over the first attempt sees %+v of the second", b)
	}
}

// A run that nobody holds takes orders where nobody computes.
func TestOrdersForRunsOfNobody(t *testing.T) {
	url := external(t)
	a, b := share(t, url, NoWorkers, count, patient), share(t, url, NoWorkers, count, patient)
	id, other := submit(t, a, tiny(1, 5)), submit(t, a, tiny(2, 5))
	awaitHeard(t, b, other, func(m Manifest) bool { return m.Position == 2 })
	if err := b.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, a, other, func(m Manifest) bool { return m.Position == 1 })
	if m, _ := a.Run(id); m.State != Paused || m.Position != 0 {
		t.Errorf("paused while it waited: %s, position %d", m.State, m.Position)
	}
	if err := a.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, b, id, func(m Manifest) bool { return m.Position == 2 })
	if err := a.Stop(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, b, other, func(m Manifest) bool { return m.State == Cancelled })
}

// A worker that closes gives its runs back with a checkpoint, and another goes on at
// once: the lease is an hour.
func TestWorkersHandOver(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 10)
	a := share(t, url, NoWorkers, count, patient)
	first := share(t, url, 1, gated(gate), careful)
	s := tiny(1, 40)
	id := submit(t, a, s)
	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, a, id, "five steps", func(m Manifest) bool { return m.Done == 5 })
	begins := make(chan int, 100)
	share(t, url, 1, firstly(count, begins), patient)
	shut(t, first)
	if m := checkWhole(t, a, id, s); m.Resumed != 5 || <-begins != 5 {
		t.Errorf("it went on at step %d", m.Resumed)
	}
}

// A worker is killed: its run is taken up from the last checkpoint, what was seen
// stands, and what the worker might still say is refused.
func TestWorkerIsSuperseded(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	a := share(t, url, NoWorkers, count, quick)
	first := share(t, url, 1, gated(gate), quick)
	s := tiny(1, 40)
	id := submit(t, a, s)
	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, a, id, "five steps", func(m Manifest) bool { return m.Done == 5 })
	first.mu.Lock()
	r := first.runs[id]
	old, rev, last := r.m, r.rev, r.last
	first.mu.Unlock()
	first.store.conn.Close() // as kill -9 would for the others
	if err := a.Pause(t.Context(), id); !errors.Is(err, ErrAway) || !strings.Contains(err.Error(), first.store.id) {
		t.Errorf("an order for a worker that is gone: %v", err)
	}
	begins, pass := make(chan int, 100), make(chan struct{}, 100)
	b := share(t, url, 1, firstly(gated(pass), begins), quick)
	pass <- struct{}{} // it has the run from its first step on
	if at := <-begins; at == 0 || at > 5 {
		t.Errorf("it goes on at step %d", at)
	}
	if _, err := b.store.append(t.Context(), r.subject, last, []record.Step{made(s, 5)}); !errors.Is(err, errStale) {
		t.Errorf("a late record: %v", err)
	}
	old.State = Failed
	if _, err := b.store.put(t.Context(), old, rev); !errors.Is(err, errStale) {
		t.Errorf("a late manifest: %v", err)
	}
	close(pass)
	checkWhole(t, a, id, s)
}

// A worker that finds somebody else's hand on its run lets go of it, and stores nothing.
func TestWorkersLetGo(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	first := share(t, url, 1, gated(gate), patient)
	s := tiny(1, 40)
	id := submit(t, first, s)
	for range 5 {
		gate <- struct{}{}
	}
	awaitThat(t, first, id, "five steps", func(m Manifest) bool { return m.Done == 5 })
	b := share(t, url, NoWorkers, count, patient)
	r := b.runs[id]
	for { // what guard does when a lease has run out
		n, err := b.store.get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		n.Worker, n.State = "somebody", Running
		if _, err = b.store.put(t.Context(), n.Manifest, n.revision); err == nil {
			break
		} else if !errors.Is(err, errStale) {
			t.Fatal(err)
		}
	}
	awaitHeard(t, first, id, func(m Manifest) bool { return m.Worker == "somebody" })
	if n, _ := first.store.count(t.Context(), r.subject); n != 5 {
		t.Errorf("%d steps are stored", n)
	}
	other := submit(t, first, tiny(2, 3)) // its place is free
	close(gate)
	await(t, first, other, Finished)

	n, err := b.store.get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.put(t.Context(), n.free(), n.revision); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, first, id, s)
}

// A paused run that goes on where there is no place for it moves to a worker that has one.
func TestWaitingRunsMoveToFreePlaces(t *testing.T) {
	url, gate := external(t), make(chan struct{}, 100)
	a := share(t, url, NoWorkers, count, patient)
	busy := share(t, url, 1, gated(gate), patient)
	s := tiny(1, 30)
	id := submit(t, a, s)
	gate <- struct{}{}
	awaitThat(t, a, id, "a step", func(m Manifest) bool { return m.Done == 1 })
	pauseIn(t, busy, id, gate)
	hog := submit(t, a, tiny(2, 3))
	awaitHeard(t, a, hog, func(m Manifest) bool { return m.State == Running })
	if err := a.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	awaitHeard(t, a, id, func(m Manifest) bool { return m.State == Queued && m.Position == 1 && m.Worker == busy.store.id })
	share(t, url, 1, count, patient)
	if m := checkWhole(t, a, id, s); m.Resumed != 2 {
		t.Errorf("it went on at step %d", m.Resumed)
	}
	close(gate)
	await(t, a, hog, Finished)
}

// A worker that lacks what a run needs leaves it to others.
func TestUnfitWorkersLeaveRunsToOthers(t *testing.T) {
	url := external(t)
	a := share(t, url, NoWorkers, count, patient)
	m, err := a.Submit(t.Context(), tiny(1, 3), Submission{})
	if err != nil {
		t.Fatal(err)
	}
	m.ID, m.Engine = "0THER0VERS10", engine.Version+1
	if _, err := a.store.put(t.Context(), m, 0); err != nil {
		t.Fatal(err)
	}
	l, diary := shareLogged(t, url, 1, count, patient)
	await(t, l, submit(t, a, tiny(2, 3)), Finished)
	awaitHeard(t, a, m.ID, func(m Manifest) bool { return m.Position == 1 })
	if m, _ := a.Run(m.ID); m.State != Queued || m.Position != 1 || !strings.Contains(diary.String(), "cannot be computed here") {
		t.Errorf("a run of a newer engine is %s at %d; the log says:\n%s", m.State, m.Position, diary)
	}
}

// A consumer that has fallen silent is replaced: here its server-side half is gone.
func TestSilentConsumersAreReplaced(t *testing.T) {
	how := patient
	how.silent = 100 * time.Millisecond
	url, gate := external(t), make(chan struct{}, 100)
	a := share(t, url, NoWorkers, count, how)
	share(t, url, 1, gated(gate), how)
	s := tiny(1, 20)
	id := submit(t, a, s)
	gate <- struct{}{}
	awaitThat(t, a, id, "a step", func(m Manifest) bool { return m.Done == 1 })
	c, err := a.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for n := range 5 {
		names := a.store.records.ConsumerNames(t.Context())
		for name := range names.Name() {
			if err := a.store.records.DeleteConsumer(t.Context(), name); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
				t.Fatal(err)
			}
		}
		gate <- struct{}{}
		for seen := 0; seen < n+2; {
			b, err := c.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			seen = b.Manifest.Done
		}
	}
	close(gate)
	checkWhole(t, a, id, s)
}

// The store is away for longer than anybody's patience: runs are let go, viewers wait,
// and all go on when it is back.
func TestStoreGoesAway(t *testing.T) {
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	dir, gate := t.TempDir(), make(chan struct{}, 100)
	s := startServer(t, dir, ports[0])
	how := quick
	how.patience = time.Second
	a := share(t, s.ClientURL(), NoWorkers, count, how)
	b, diary := shareLogged(t, s.ClientURL(), 1, gated(gate), how)
	run := tiny(1, 40)
	id := submit(t, a, run)
	gate <- struct{}{}
	awaitThat(t, a, id, "a step", func(m Manifest) bool { return m.Done == 1 })
	s.Shutdown()
	s.WaitForShutdown()
	gate <- struct{}{} // a step that cannot be stored
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(diary.String(), "left to others"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the worker holds on to its run")
		}
	}
	if err := a.Health(t.Context()); err == nil || !strings.Contains(err.Error(), "is lost") {
		t.Errorf("the lab's health: %v", err)
	}
	startServer(t, dir, ports[0])
	close(gate)
	checkWhole(t, a, id, run)
	shut(t, b) // before the server
	shut(t, a)
}

func TestServersThatCannotBeUsed(t *testing.T) {
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	plain.Start()
	defer plain.WaitForShutdown()
	defer plain.Shutdown()
	if !plain.ReadyForConnections(time.Minute) {
		t.Fatal("the server is not ready")
	}
	for name, c := range map[string]struct{ url, says string }{
		"nobody there":      {fmt.Sprintf("nats://me:secret@127.0.0.1:%d", ports[0]), "no NATS server can be used at nats://me:xxxxx@127.0.0.1"},
		"without JetStream": {plain.ClientURL(), "start nats-server with JetStream (-js)"},
	} {
		l, err := Open(Options{NATS: c.url})
		if err == nil {
			shut(t, l)
		}
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
	}
}
