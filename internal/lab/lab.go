package lab

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// The errors of a lab that callers tell apart.
var (
	ErrUnknown = errors.New("there is no such run")
	ErrEnded   = errors.New("the run has ended")
	ErrClosed  = errors.New("the lab is closing")
)

// Options say where a lab keeps its runs and what it may use.
type Options struct {
	Dir     string       // data directory of a store of the lab's own; made where it is missing
	NATS    string       // addresses of a NATS server or cluster that keeps the runs instead, with commas between them
	Workers int          // runs computed at a time; 0 is 3, so that three lanes move together; NoWorkers is none
	Threads int          // threads of the engine, shared by the runs; 0 is the engine's choice
	Images  string       // folder with image sets that are not built in
	Memory  int64        // bytes that a run may take; 0 is half of the machine's
	Log     *slog.Logger // nil is silence

	// Checkpoint is the least time from one checkpoint of a run to the next, however
	// dear they are; 0 is ten seconds, and at most a fiftieth of the run's time.
	Checkpoint time.Duration

	// Keep is how many bytes of records and checkpoints there may be before the ended runs
	// that nobody has looked at for longest lose theirs; 0 is no limit.
	Keep int64

	// Stored, where it is not nil, is told of each message of records that the store
	// has acknowledged: how many steps, and after how long. Any goroutine may call it.
	Stored func(steps int, took time.Duration)
}

const defaultWorkers = 3

// NoWorkers as Options.Workers: runs are computed by other processes that share the store.
const NoWorkers = -1

// A trainFunc is engine.Run, or a test's fault in its place.
type trainFunc func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error

// A Lab keeps runs. Its methods may be called from any goroutine.
type Lab struct {
	engine  engine.Options
	workers int
	log     *slog.Logger
	stored  func(steps int, took time.Duration) // not nil
	train   trainFunc
	regime  regime
	store   *store
	secret  []byte // of all processes that share the store

	ctx     context.Context // of all runs; cancelled with ErrClosed
	cancel  context.CancelCauseFunc
	working sync.WaitGroup // goroutines of runs, and those that a shared store needs

	retaining sync.Mutex // held while room is made

	mu      sync.Mutex      // guards what follows and what changes in a run
	runs    map[string]*run // by id, the latest attempt
	queue   []*run          // waiting for a place, in no order
	busy    int             // places taken, at most workers
	resting int             // paused runs that are in memory
	aside   int             // runs between two turns that are in memory
	ticked  time.Time       // the last moment that was given out
	coming  []time.Time     // of submissions that are admitted, and may not be in the catalogue yet
	opening bool            // nothing starts yet
	closed  bool            // nothing starts any more
	gone    bool            // and nothing moves any more

	rewatch   func()    // begins the watch of the catalogue anew
	listening time.Time // since when it goes on

	attended time.Time       // since when other processes are listened to
	self     peer            // what this process can compute
	peers    map[string]peer // what others can, by their names
}

// Open opens the lab that keeps its runs in o.Dir and lets those go on that were
// cut off; or one of the processes that share the store at o.NATS. The error says what
// to do where the store cannot be used: another process has the directory, it cannot
// be read, the disk is full; no server answers.
func Open(o Options) (*Lab, error) {
	r := usual
	r.keep, r.longest = o.Keep, o.Keep
	if o.Checkpoint > 0 {
		r.every, r.portion = o.Checkpoint, 1
	}
	return open(o, engine.Run, r)
}

// open is Open with another engine, in another regime.
func open(o Options, train trainFunc, how regime) (*Lab, error) {
	l := &Lab{
		engine:  engine.Options{Threads: o.Threads, Images: o.Images, Memory: o.Memory},
		workers: max(cmp.Or(o.Workers, defaultWorkers), 0),
		log:     cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		train:   train,
		regime:  how.complete(o.NATS != ""),
		runs:    map[string]*run{},
		peers:   map[string]peer{},
		opening: true,
		rewatch: func() {},
	}
	if l.stored = o.Stored; l.stored == nil {
		l.stored = func(int, time.Duration) {}
	}
	var err error
	if l.store, err = openStore(o, l.log, l.regime); err != nil {
		return nil, err
	}
	l.ctx, l.cancel = context.WithCancelCause(context.Background())
	ctx, done := context.WithTimeout(l.ctx, time.Minute)
	defer done()
	if l.secret, err = l.store.secret(ctx); err == nil {
		err = l.restore(ctx)
	}
	if err == nil && l.store.shared {
		err = l.attend()
	}
	if err != nil {
		return nil, errors.Join(err, l.Close(ctx))
	}
	l.retain(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.opening = false
	l.dispatch() // now that the whole queue is known
	return l, nil
}

// attend begins to hear what other processes store, what they order and what they say.
// The subscriptions end with the connection.
func (l *Lab) attend() error {
	l.attended = time.Now()
	l.self = l.describe()
	for subject, take := range map[string]nats.MsgHandler{
		ordersFor(l.store.id): l.receive,
		ordersFor(everybody):  l.receive,
		presence:              l.greet,
	} {
		if _, err := l.store.conn.Subscribe(subject, take); err != nil {
			return err
		}
	}
	l.working.Go(l.listen)
	l.working.Go(l.guard)
	l.working.Go(l.hail)
	if l.regime.keep > 0 {
		l.working.Go(l.tidy)
	}
	return nil
}

// Close ends the lab: it cuts off the runs, which go on when it is opened again,
// stores their last records, lets the cursors return ErrClosed and closes the
// store. Where ctx ends before the runs have stopped, it leaves them behind and
// returns the context's error.
func (l *Lab) Close(ctx context.Context) error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	l.mu.Unlock()

	l.cancel(ErrClosed)
	stopped := make(chan struct{})
	go func() { // ends with the last run
		l.working.Wait()
		close(stopped)
	}()
	var err error
	select {
	case <-stopped:
	case <-ctx.Done():
		err = ctx.Err()
	}

	l.noteLooks(ctx)

	l.mu.Lock()
	l.gone = true
	for _, r := range l.runs {
		r.touch()
	}
	l.mu.Unlock()
	l.store.close()
	return err
}

// Name is the name of this process among those that share its store, as
// Manifest.Worker has it.
func (l *Lab) Name() string { return l.store.id }

// Health returns nil where the lab can take and store runs, and otherwise why it cannot.
func (l *Lab) Health(ctx context.Context) error {
	l.mu.Lock()
	closed := l.closed
	l.mu.Unlock()
	if closed {
		return ErrClosed
	}
	return l.store.health(ctx)
}

// Run returns the manifest of a run.
func (l *Lab) Run(id string) (Manifest, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, err := l.find(id)
	if err != nil {
		return Manifest{}, false
	}
	return r.m, true
}

// Newest returns the n runs that finished last, the last one first; fewer where there are no
// more. It looks at all runs, and copies those alone.
func (l *Lab) Newest(n int) []Manifest {
	l.mu.Lock()
	defer l.mu.Unlock()
	var newest []*run
	for _, r := range l.runs {
		if r.m.State != Finished {
			continue
		}
		i, _ := slices.BinarySearchFunc(newest, r, func(a, b *run) int { return cmp.Or(b.m.Ended.Compare(a.m.Ended), cmp.Compare(a.id, b.id)) })
		if i < n {
			newest = slices.Insert(newest, i, r)
			newest = newest[:min(n, len(newest))]
		}
	}
	all := make([]Manifest, len(newest))
	for i, r := range newest {
		all[i] = r.m
	}
	return all
}

// Runs returns the manifests of all runs, newest first.
func (l *Lab) Runs() []Manifest {
	l.mu.Lock()
	all := make([]Manifest, 0, len(l.runs))
	for _, r := range l.runs {
		all = append(all, r.m)
	}
	l.mu.Unlock()
	slices.SortFunc(all, func(a, b Manifest) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
	})
	return all
}
