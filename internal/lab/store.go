package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A store is NATS JetStream: inside the process without a port (embedded.go), or a
// server or cluster that other processes use too (external.go). The stream "records"
// has a subject for each attempt of a run, the bucket "runs" the manifests, "links" what
// short links stand for, the object store "checkpoints" what runs carry (checkpoint.go).
type store struct {
	id      string         // of this process, among those that share the store
	shared  bool           // with other processes
	place   string         // where it is, for people
	lock    *os.File       // of the data directory; nil where the store is shared
	server  *server.Server // inside the process; nil likewise
	conn    *nats.Conn
	js      jetstream.JetStream
	records jetstream.Stream
	runs    jetstream.KeyValue
	links   jetstream.KeyValue // short links (links.go)

	mostLinks uint64 // bytes of short links from which on no more are taken

	checkpoints jetstream.ObjectStore
	objects     jetstream.Stream // beneath it
	keeping     sync.Mutex       // held while a checkpoint is on its way
	piece       int              // bytes of a piece of a checkpoint
	replicas    int              // of all that is kept

	patience time.Duration          // for one acknowledgement
	after    func(Manifest) error   // of tests: comes between a manifest in the store and who has stored it; an error is that of no answer
	sent     atomic.Uint64          // messages of records, each of which has a name of its own
	broken   atomic.Pointer[string] // why the last write of records or manifests failed; nil where it did not
}

// errStale is returned where somebody else has written meanwhile.
var errStale = errors.New("somebody else was quicker")

// openStore opens the store that the options name.
func openStore(o Options, log *slog.Logger, how regime) (*store, error) {
	s := &store{id: rand.Text()[:12], shared: o.NATS != "", patience: how.patience, piece: pieceSize, mostLinks: linkBytes}
	if s.shared {
		return s, s.connect(o.NATS, log, how.records)
	}
	return s, s.embed(o.Dir, log, how.records)
}

// prepare makes the streams and buckets where they are missing. limit is the most
// bytes of records, 0 for no limit.
func (s *store) prepare(ctx context.Context, limit int64, replicas int) (err error) {
	s.replicas = replicas
	s.records, err = s.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name:        recordsStream,
		Description: "records of runs, in the binary form of package record",
		Subjects:    []string{"records.*.*"}, // id, attempt
		Storage:     jetstream.FileStorage,
		Discard:     jetstream.DiscardNew, // a full store refuses; it never forgets the oldest
		MaxBytes:    limit,
		AllowDirect: true,
		Replicas:    replicas,
	})
	if err != nil {
		return err
	}
	s.runs, err = s.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket:      "runs",
		Description: "manifests of runs, as JSON",
		Storage:     jetstream.FileStorage,
		Replicas:    replicas,
	})
	if err != nil {
		return err
	}
	if s.links, err = openLinks(ctx, s.js, replicas); err != nil {
		return err
	}
	s.checkpoints, err = s.js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{
		Bucket:      bucket,
		Description: "the newest checkpoint of each run, in the form of package engine",
		Storage:     jetstream.FileStorage,
		Replicas:    replicas,
	})
	if err != nil {
		return err
	}
	s.objects, err = s.js.Stream(ctx, "OBJ_"+bucket)
	return err
}

const recordsStream = "records"

// close ends what opening began, as far as it came.
func (s *store) close() {
	if s.conn != nil {
		s.conn.Close()
	}
	if s.server != nil {
		s.server.Shutdown()
		s.server.WaitForShutdown()
	}
	if s.lock != nil {
		s.lock.Close() // gives the lock back
	}
}

// health returns nil where the store answers.
func (s *store) health(ctx context.Context) error {
	switch {
	case s.server != nil && !s.server.JetStreamEnabled(): // what the server does when the disk is full
		return errors.New("the store has stopped: the disk is full or cannot be written")
	case !s.conn.IsConnected():
		return fmt.Errorf("the connection to %s is lost", s.place)
	}
	if why := s.broken.Load(); why != nil {
		return fmt.Errorf("the store takes nothing: %s", *why)
	}
	_, err := s.records.Info(ctx)
	return err
}

// wrote notes whether the store takes what it is given, and says in words what an
// acknowledgement that does not come most likely means.
func (s *store) wrote(err error) error {
	if stale(err) {
		err = fmt.Errorf("%w: %w", errStale, err)
	} else if passing(err) {
		err = fmt.Errorf("%w (%w)", s.silence(), err)
	}
	if err == nil || errors.Is(err, errStale) {
		s.broken.Store(nil)
		return err
	}
	why := err.Error()
	s.broken.Store(&why)
	return err
}

// silence is the error of a server that does not acknowledge. One of our own does so
// when it cannot write.
func (s *store) silence() error {
	if s.shared {
		return fmt.Errorf("%w: %s has acknowledged nothing for %v", errSilent, s.place, s.patience)
	}
	return fmt.Errorf("%w: the disk has taken nothing for %v; where it was full, make room and open the lab again", errSilent, s.patience)
}

// errSilent is in the error of what the store did not answer.
var errSilent = errors.New("no answer")

// insist asks until the store answers, as long as its patience lasts: between one
// leader of a cluster and the next nobody answers. A store of our own is asked once.
func (s *store) insist(ctx context.Context, ask func(context.Context) error) error {
	ctx, done := context.WithTimeout(ctx, s.patience)
	defer done()
	for {
		try, end := ctx, context.CancelFunc(func() {})
		if s.shared {
			try, end = context.WithTimeout(ctx, oneTry)
		}
		err := ask(try)
		end()
		if !s.shared || !passing(err) || ctx.Err() != nil {
			return err
		}
		select {
		case <-time.After(betweenTries):
		case <-ctx.Done():
			return err
		}
	}
}

const (
	oneTry       = 2 * time.Second
	betweenTries = 100 * time.Millisecond
)

// stale tells whether the store refused because of what somebody else has written.
func stale(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// storeFailed is what the server answers where it could not write a message, for want of room
// above all. The client's package has no name for it.
const storeFailed = jetstream.ErrorCode(server.JSStreamStoreFailedF)

// passing tells whether an error is one that goes away by itself: no answer, no
// leader, no connection just now.
func passing(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		// Unavailable, or the same message is on its way already. A store that is full says 503 too.
		return api.ErrorCode != storeFailed && (api.Code == 503 || api.Code == 409)
	}
	for _, e := range []error{context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, jetstream.ErrNoStreamResponse,
		nats.ErrDisconnected, nats.ErrConnectionReconnecting, nats.ErrReconnectBufExceeded} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
