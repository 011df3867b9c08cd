package lab

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/record"
)

// A store is NATS JetStream: inside the process without a port (embedded.go), or a
// server or cluster that other processes use too (external.go). The stream "records"
// has a subject for each attempt of a run, the bucket "runs" the manifests, the
// object store "checkpoints" what runs carry (checkpoint.go).
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

	checkpoints jetstream.ObjectStore
	objects     jetstream.Stream // beneath it
	keeping     sync.Mutex       // held while a checkpoint is on its way
	piece       int              // bytes of a piece of a checkpoint

	patience time.Duration          // for one acknowledgement
	sent     atomic.Uint64          // messages of records, each of which has a name of its own
	broken   atomic.Pointer[string] // why the last write of records or manifests failed; nil where it did not
}

// errStale is returned where somebody else has written meanwhile.
var errStale = errors.New("somebody else was quicker")

// openStore opens the store that the options name.
func openStore(o Options, log *slog.Logger, how regime) (*store, error) {
	s := &store{id: processID(), shared: o.NATS != "", patience: how.patience, piece: pieceSize}
	if s.shared {
		return s, s.connect(o.NATS, log, how.records)
	}
	return s, s.embed(o.Dir, log, how.records)
}

// processID names this process among those that share a store: a word for people, and
// one that no other process has.
func processID() string {
	host, _ := os.Hostname()
	word := strings.Map(func(r rune) rune {
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '-'
	}, host)
	return strings.TrimPrefix(word+"-"+rand.Text()[:10], "-")
}

// prepare makes the streams and buckets where they are missing. limit is the most
// bytes of records, 0 for no limit.
func (s *store) prepare(ctx context.Context, limit int64, replicas int) (err error) {
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
	s.checkpoints, err = s.js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{
		Bucket:      bucket,
		Description: "the newest checkpoint of each run that has not ended, in the form of package engine",
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
	oneTry       = 3 * time.Second
	betweenTries = 100 * time.Millisecond
)

// stale tells whether the store refused because of what somebody else has written.
func stale(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

const storeFailed jetstream.ErrorCode = 10077

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

// A note is a manifest in the store: the value of its run's key. The revision of the
// key is what decides between processes that write at the same time.
type note struct {
	Manifest
	By string `json:"by"` // the process that wrote it

	revision uint64
}

// put stores a manifest behind the revision rev of its key, which is 0 where there
// must be none yet, and returns the new one's.
func (s *store) put(ctx context.Context, m Manifest, rev uint64) (now uint64, err error) {
	m.Position = 0 // each process counts for itself
	b, err := json.Marshal(note{Manifest: m, By: s.id})
	if err != nil {
		return 0, err
	}
	err = s.insist(ctx, func(ctx context.Context) (err error) {
		now, err = s.runs.Update(ctx, m.ID, b, rev)
		if stale(err) {
			if e, lost := s.runs.Get(ctx, m.ID); lost == nil && bytes.Equal(e.Value(), b) {
				now, err = e.Revision(), nil // it is there; the acknowledgement was lost on its way
			}
		}
		return err
	})
	if err = s.wrote(err); err != nil {
		return 0, fmt.Errorf("the run cannot be stored: %w", err)
	}
	return now, nil
}

// get returns the manifest of a run; where the answer comes from a server that is
// behind, an older one than has been seen.
func (s *store) get(ctx context.Context, id string) (n note, err error) {
	err = s.insist(ctx, func(ctx context.Context) error {
		e, err := s.runs.Get(ctx, id)
		if err == nil {
			n, err = read(e)
		}
		return err
	})
	return n, err
}

func read(e jetstream.KeyValueEntry) (n note, err error) {
	if err := json.Unmarshal(e.Value(), &n); err != nil {
		return note{}, fmt.Errorf("the manifest of run %s: %w", e.Key(), err)
	}
	n.Position, n.revision = 0, e.Revision()
	return n, nil
}

// manifests returns all manifests, in no order.
func (s *store) manifests(ctx context.Context) (all []note, err error) {
	w, err := s.runs.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.Stop()) }()
	for {
		select {
		case e, ok := <-w.Updates():
			if !ok {
				return nil, errSilent
			}
			if e == nil { // that was the last
				return all, nil
			}
			n, err := read(e)
			if err != nil {
				return nil, err
			}
			all = append(all, n)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// append stores steps as one message behind the subject's message with the
// sequence number last, and returns the new one's number. The condition is the
// fence: where somebody else has written meanwhile, the store refuses.
func (s *store) append(ctx context.Context, subject string, last uint64, steps []record.Step) (uint64, error) {
	return s.publish(ctx, &nats.Msg{Subject: subject, Data: record.Append(nil, steps)}, last)
}

// nextHeader says in a message without records which step comes next.
const nextHeader = "Next"

// fence stores a message without records behind the message last: nobody who
// counts on that one being the subject's last writes any more.
func (s *store) fence(ctx context.Context, subject string, last uint64, next int) (uint64, error) {
	return s.publish(ctx, &nats.Msg{Subject: subject, Header: nats.Header{nextHeader: {strconv.Itoa(next)}}}, last)
}

func (s *store) publish(ctx context.Context, msg *nats.Msg, last uint64) (seq uint64, err error) {
	how := []jetstream.PublishOpt{jetstream.WithExpectLastSequencePerSubject(last)}
	if s.shared { // insisting, one message is stored once
		how = append(how, jetstream.WithMsgID(fmt.Sprintf("%s %d", s.id, s.sent.Add(1))))
	}
	err = s.insist(ctx, func(ctx context.Context) error {
		ack, err := s.js.PublishMsg(ctx, msg, how...)
		if err == nil {
			seq = ack.Sequence
		}
		return err
	})
	return seq, s.wrote(err)
}

// load reads the steps of a subject behind the message last, of which the first must
// be the step next, and returns the number of the last message.
func (s *store) load(ctx context.Context, subject string, last uint64, next int) (steps []record.Step, _ uint64, err error) {
	for {
		var msg *jetstream.RawStreamMsg
		err := s.insist(ctx, func(ctx context.Context) (err error) {
			msg, err = s.records.GetMsg(ctx, last+1, jetstream.WithGetMsgSubject(subject))
			return err
		})
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return steps, last, nil
		}
		if err != nil {
			return nil, 0, err
		}
		more, err := decode(msg.Data)
		if err != nil {
			return nil, 0, err
		}
		if due := next + len(steps); len(more) > 0 && more[0].Step != due {
			return nil, 0, fmt.Errorf("step %d follows %d steps", more[0].Step, due)
		}
		steps = append(steps, more...)
		last = msg.Sequence
	}
}

// decode reads a message of records; a fence has none.
func decode(b []byte) ([]record.Step, error) {
	if len(b) == 0 {
		return nil, nil
	}
	return record.Decode(b)
}

// count returns how many steps a subject holds.
func (s *store) count(ctx context.Context, subject string) (int, error) {
	msg, err := s.records.GetLastMsgForSubject(ctx, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	steps, err := decode(msg.Data)
	if err != nil {
		return 0, err
	}
	if len(steps) == 0 {
		return strconv.Atoi(msg.Header.Get(nextHeader))
	}
	return steps[len(steps)-1].Step + 1, nil
}

// purge removes the records of a subject.
func (s *store) purge(ctx context.Context, subject string) error {
	return s.records.Purge(ctx, jetstream.WithPurgeSubject(subject))
}
