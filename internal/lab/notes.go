package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// A note is a manifest in the store: the value of its run's key. The revision of the
// key is what decides between processes that write at the same time.
type note struct {
	Manifest
	Standing standing `json:"standing,omitzero"`
	By       string   `json:"by"` // the process that wrote it

	revision uint64
}

// put stores a manifest behind the revision rev of its key, which is 0 where there
// must be none yet, and returns the new one's.
func (s *store) put(ctx context.Context, m Manifest, rev uint64) (now uint64, err error) {
	m.Position, m.Wait = 0, 0 // each process counts for itself
	b, err := json.Marshal(note{Manifest: m, Standing: m.standing, By: s.id})
	if err != nil {
		return 0, err
	}
	err = s.insist(ctx, func(ctx context.Context) (err error) {
		now, err = s.runs.Update(ctx, m.ID, b, rev)
		if err == nil && s.after != nil {
			err = s.after(m)
		}
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
	n.Position, n.Wait, n.standing, n.revision = 0, 0, n.Standing, e.Revision()
	return n, nil
}

// manifests returns all manifests, in no order.
func (s *store) manifests(ctx context.Context) (all []note, err error) {
	ctx, done := context.WithCancel(ctx)
	defer done() // and the watch ends
	w, err := s.runs.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, err
	}
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
