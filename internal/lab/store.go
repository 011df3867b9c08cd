package lab

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/record"
)

// A store is NATS JetStream inside the process, without a port. The stream
// "records" has a subject for each attempt of a run, the bucket "runs" the
// manifests, "links" what short links stand for, the object store "checkpoints" what runs carry (checkpoint.go). Everything is synced to the disk before it is acknowledged: the
// server's own default would be to sync every two minutes, and an
// acknowledgement would not wait for it.
type store struct {
	lock    *os.File // of the data directory
	server  *server.Server
	conn    *nats.Conn
	js      jetstream.JetStream
	records jetstream.Stream
	runs    jetstream.KeyValue
	links   jetstream.KeyValue // short links (links.go)

	mostLinks uint64 // bytes of short links from which on no more are taken

	checkpoints jetstream.ObjectStore
	objects     jetstream.Stream // beneath it
	keeping     sync.Mutex       // held while a checkpoint is on its way

	patience time.Duration          // for one acknowledgement
	broken   atomic.Pointer[string] // why the last write of records or manifests failed; nil where it did not
}

// openStore opens the store in dir, or makes it there.
func openStore(dir string, log *slog.Logger, how regime) (*store, error) {
	if dir == "" {
		return nil, errors.New("no data directory is given")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data directory cannot be made: %w", err)
	}
	s := &store{patience: cmp.Or(how.patience, usual.patience), mostLinks: linkBytes}
	var err error
	if s.lock, err = lockFile(filepath.Join(dir, "lock")); err != nil {
		return nil, err
	}
	if err := s.start(dir, log, how.records); err != nil {
		s.close()
		return nil, fmt.Errorf("the store in %s does not start: %w", dir, err)
	}
	return s, nil
}

func (s *store) start(dir string, log *slog.Logger, limit int64) (err error) {
	s.server, err = server.NewServer(&server.Options{
		ServerName: "gradlab",
		DontListen: true,
		JetStream:  true,
		StoreDir:   dir,
		SyncAlways: true,
		MaxPayload: 8 << 20, // a message of records holds at least one step, whatever its frames
		NoSigs:     true,    // signals are the program's
	})
	if err != nil {
		return err
	}
	fatal := make(chan string, 1)
	s.server.SetLoggerV2(serverLog{log, fatal}, false, false, false)
	s.server.Start()
	for tries := 0; !s.server.ReadyForConnections(100 * time.Millisecond); tries++ {
		select {
		case why := <-fatal:
			return errors.New(why)
		default:
		}
		if tries == 300 {
			return errors.New("it is not ready after 30 seconds")
		}
	}
	if s.conn, err = nats.Connect("", nats.InProcessServer(s.server), nats.Name("gradlab")); err != nil {
		return err
	}
	if s.js, err = jetstream.New(s.conn); err != nil {
		return err
	}
	ctx, done := context.WithTimeout(context.Background(), 30*time.Second)
	defer done()
	s.records, err = s.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name:        "records",
		Description: "records of runs, in the binary form of package record",
		Subjects:    []string{"records.*.*"}, // id, attempt
		Storage:     jetstream.FileStorage,
		Discard:     jetstream.DiscardNew, // a full store refuses; it never forgets the oldest
		MaxBytes:    limit,
		AllowDirect: true,
	})
	if err != nil {
		return err
	}
	s.runs, err = s.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket:      "runs",
		Description: "manifests of runs, as JSON",
		Storage:     jetstream.FileStorage,
	})
	if err != nil {
		return err
	}
	if s.links, err = openLinks(ctx, s.js); err != nil {
		return err
	}
	s.checkpoints, err = s.js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{
		Bucket:      bucket,
		Description: "the newest checkpoint of each run that has not ended, in the form of package engine",
		Storage:     jetstream.FileStorage,
	})
	if err != nil {
		return err
	}
	s.objects, err = s.js.Stream(ctx, "OBJ_"+bucket)
	return err
}

// close ends what start began, as far as it came.
func (s *store) close() {
	if s.conn != nil {
		s.conn.Close()
	}
	if s.server != nil {
		s.server.Shutdown()
		s.server.WaitForShutdown()
	}
	s.lock.Close() // gives the lock back
}

// health returns nil where the store answers.
func (s *store) health(ctx context.Context) error {
	if !s.server.JetStreamEnabled() { // what the server does when the disk is full
		return errors.New("the store has stopped: the disk is full or cannot be written")
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
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.silence()
	}
	if err == nil {
		s.broken.Store(nil)
		return nil
	}
	why := err.Error()
	s.broken.Store(&why)
	return err
}

// silence is the error of a server that does not acknowledge, which is what it does
// when it cannot write.
func (s *store) silence() error {
	return fmt.Errorf("the disk has taken nothing for %v; where it was full, make room and open the lab again", s.patience)
}

// save stores a manifest in place of the last one with its id.
func (s *store) save(ctx context.Context, m Manifest) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, done := context.WithTimeout(ctx, s.patience)
	defer done()
	_, err = s.runs.Put(ctx, m.ID, b)
	if err = s.wrote(err); err != nil {
		return fmt.Errorf("the run cannot be stored: %w", err)
	}
	return nil
}

// manifests returns all manifests, in no order.
func (s *store) manifests(ctx context.Context) (all []Manifest, err error) {
	w, err := s.runs.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.Stop()) }()
	for {
		select {
		case e := <-w.Updates():
			if e == nil { // that was the last
				return all, nil
			}
			var m Manifest
			if err := json.Unmarshal(e.Value(), &m); err != nil {
				return nil, fmt.Errorf("the manifest of run %s: %w", e.Key(), err)
			}
			all = append(all, m)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// append stores steps as one message behind the subject's message with the
// sequence number last, and returns the new one's number. The condition is the
// fence: where somebody else has written meanwhile, the store refuses.
func (s *store) append(ctx context.Context, subject string, last uint64, steps []record.Step) (uint64, error) {
	ack, err := s.js.Publish(ctx, subject, record.Append(nil, steps), jetstream.WithExpectLastSequencePerSubject(last))
	if err = s.wrote(err); err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// load reads all steps of a subject, and the number of its last message.
func (s *store) load(ctx context.Context, subject string) (steps []record.Step, last uint64, err error) {
	for {
		msg, err := s.records.GetMsg(ctx, last+1, jetstream.WithGetMsgSubject(subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return steps, last, nil
		}
		if err != nil {
			return nil, 0, err
		}
		more, err := record.Decode(msg.Data)
		if err != nil {
			return nil, 0, err
		}
		if len(more) > 0 && more[0].Step != len(steps) {
			return nil, 0, fmt.Errorf("step %d follows %d steps", more[0].Step, len(steps))
		}
		steps = append(steps, more...)
		last = msg.Sequence
	}
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
	steps, err := record.Decode(msg.Data)
	if err != nil || len(steps) == 0 {
		return 0, err
	}
	return steps[len(steps)-1].Step + 1, nil
}

// purge removes the records of a subject.
func (s *store) purge(ctx context.Context, subject string) error {
	return s.records.Purge(ctx, jetstream.WithPurgeSubject(subject))
}
