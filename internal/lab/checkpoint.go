package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The bucket of checkpoints holds the newest one of each run that has not ended, and the
// last one of those that finished, as an object in pieces. An object takes the place of the one before it in a single
// message, so a process that is killed in between leaves the older one; what it
// leaves behind beside that is swept away at the next start.
const (
	bucket    = "checkpoints"
	pieceSize = 4 << 20                // bytes; each piece is synced to the disk, and below 8 MiB, a message's most
	ahead     = 2                      // pieces that are on their way to the disk
	nextKey   = "next"                 // in an object's metadata: the step that comes next
	pieces    = "$O." + bucket + ".C." // begins the subject of an object's pieces; the object's NUID ends it

	keepTime = time.Minute // for reading one
)

// object names the checkpoint of an attempt at a run.
func object(id string, attempt int) string { return fmt.Sprintf("%s.%d", id, attempt) }

// keep stores what write writes as the checkpoint before the step next, in pieces:
// it is never in memory as a whole. write runs in the caller's goroutine, the
// sending in one that ends with keep. One checkpoint at a time is on its way.
func (s *store) keep(ctx context.Context, name string, next int, write func(io.Writer) error) error {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stuck := time.AfterFunc(s.patience, func() { cancel(s.silence()) })
	defer stuck.Stop()
	out, in := io.Pipe()
	sent := make(chan error, 1)
	go func() {
		slow, err := s.throttle(ctx, out, func() { stuck.Reset(s.patience) })
		if err == nil {
			_, err = s.checkpoints.Put(ctx, jetstream.ObjectMeta{
				Name: name, Metadata: map[string]string{nextKey: strconv.Itoa(next)},
				Opts: &jetstream.ObjectMetaOptions{ChunkSize: uint32(s.piece)},
			}, slow)
		}
		out.CloseWithError(errors.Join(errors.New("nobody takes it any more"), err))
		sent <- err
	}()
	whole := bufio.NewWriterSize(in, s.piece) // one Write is one piece
	unwritten := errors.New("it was not written to its end")
	defer func() { in.CloseWithError(unwritten) }() // where write panics
	err := write(whole)
	if err == nil {
		err = whole.Flush()
	}
	in.CloseWithError(err)           // nil is the end
	if lost := <-sent; lost != nil { // the reason, where write met its effect
		if err = lost; ctx.Err() != nil {
			err = fmt.Errorf("%w (%w)", context.Cause(ctx), lost)
		}
	}
	return err
}

// A throttle hands pieces to Put, one a Read, no faster than the disk takes them.
// Put itself waits for nothing before its last: a large checkpoint would be in
// memory as a whole, and the server refuses what is 128 MiB ahead of its disk.
type throttle struct {
	ctx     context.Context
	objects jetstream.Stream
	in      io.Reader
	due     int64  // number that the stream's last message has before the next piece may go
	goes    func() // called for each piece
}

func (s *store) throttle(ctx context.Context, in io.Reader, goes func()) (*throttle, error) {
	info, err := s.objects.Info(ctx)
	if err != nil {
		return nil, err
	}
	return &throttle{ctx, s.objects, in, int64(info.State.LastSeq) - ahead, goes}, nil
}

func (t *throttle) Read(b []byte) (int, error) {
	for {
		info, err := t.objects.Info(t.ctx)
		if err != nil {
			return 0, err
		}
		if int64(info.State.LastSeq) >= t.due {
			break
		}
		select {
		case <-time.After(time.Millisecond):
		case <-t.ctx.Done():
			return 0, t.ctx.Err()
		}
	}
	t.due++
	t.goes()
	return t.in.Read(b)
}

// A kept is a checkpoint that is being read.
type kept struct {
	io.ReadCloser
	name string
	next int
}

// kept opens the checkpoint of that name; nil without an error where there is none.
func (s *store) kept(ctx context.Context, name string) (*kept, error) {
	o, err := s.checkpoints.Get(ctx, name)
	if errors.Is(err, jetstream.ErrObjectNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	next, err := s.whole(ctx, o)
	if err != nil {
		return nil, errors.Join(err, o.Close())
	}
	return &kept{o, name, next}, nil
}

// whole returns at which step an object goes on. All its pieces must be there: who
// reads it would wait for the others.
func (s *store) whole(ctx context.Context, o jetstream.ObjectResult) (next int, err error) {
	info, err := o.Info()
	if err != nil {
		return 0, err
	}
	if next, err = strconv.Atoi(info.Metadata[nextKey]); err != nil {
		return 0, fmt.Errorf("it does not say at which step it goes on: %w", err)
	}
	there, err := s.pieces(ctx, info.NUID)
	if n := there[pieces+info.NUID]; err == nil && n != uint64(info.Chunks) {
		err = fmt.Errorf("%d of its %d pieces are there", n, info.Chunks)
	}
	return next, err
}

// pieces counts the pieces of objects for each subject; which is an object's NUID, or ">".
func (s *store) pieces(ctx context.Context, which string) (map[string]uint64, error) {
	info, err := s.objects.Info(ctx, jetstream.WithSubjectFilter(pieces+which))
	if err != nil {
		return nil, err
	}
	return info.State.Subjects, nil
}

// forget removes the checkpoint of that name, where there is one.
func (s *store) forget(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	if err := s.checkpoints.Delete(ctx, name); !errors.Is(err, jetstream.ErrObjectNotFound) {
		return err
	}
	return nil
}

// sweep removes what was stored until the time given: the checkpoints that nobody
// needs, and the pieces of those that were not stored to their end.
func (s *store) sweep(ctx context.Context, until time.Time, needed func(name string) bool) error {
	all, err := s.checkpoints.List(ctx)
	if err != nil && !errors.Is(err, jetstream.ErrNoObjectsFound) {
		return err
	}
	whole := map[string]bool{}
	for _, o := range all {
		if !needed(o.Name) && !o.ModTime.After(until) {
			if err := s.forget(ctx, o.Name); err != nil {
				return err
			}
			continue
		}
		whole[o.NUID] = true
	}
	found, err := s.pieces(ctx, ">")
	if err != nil {
		return err
	}
	for subject := range found {
		if whole[strings.TrimPrefix(subject, pieces)] {
			continue
		}
		last, err := s.objects.GetLastMsgForSubject(ctx, subject)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue // somebody else was quicker
		}
		if err != nil {
			return err
		}
		if !last.Time.After(until) {
			if err := s.objects.Purge(ctx, jetstream.WithPurgeSubject(subject)); err != nil {
				return err
			}
		}
	}
	return nil
}
