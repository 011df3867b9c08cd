package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// inherit looks for a run that does the same as this one up to a checkpoint of it: the
// parent of a branch, the shorter run of an extended one. It takes over the records
// before that, and returns the checkpoint, from which the engine goes on; nil where
// there is none. The engine checks for itself that the checkpoint is this run's. The error
// is the context's, or the log's.
func (e *emitter) inherit(ctx context.Context) (*kept, error) {
	if len(e.before) > 0 {
		return nil, nil
	}
	l, r := e.l, e.r
	donor, k := l.donor(ctx, r)
	if donor == nil {
		return nil, nil
	}
	defer l.release(donor)
	steps, err := l.legacy(ctx, donor, k.next)
	if err != nil {
		l.log.Warn("the records of a run cannot be taken over; the run is computed from its first step", "run", r.id, "from", donor.id, "err", err)
		return nil, errors.Join(context.Cause(e.ctx), k.Close())
	}
	for _, s := range steps {
		if err := e.writer.put(e.ctx, e.m.Schema.Only(engine.Measured(r.spec, s.Step), s)); err != nil {
			return nil, errors.Join(err, k.Close())
		}
	}
	if err := e.stored(e.ctx, k.next); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e.before, r.m.From = r.steps, donor.id
	return k, nil
}

// donor returns the run from whose checkpoint r can go on latest, and that checkpoint; nil
// where there is none. The caller gives the reference to the run back.
func (l *Lab) donor(ctx context.Context, r *run) (best *run, from *kept) {
	type candidate struct {
		r *run
		m Manifest
	}
	var alike []candidate
	base := trunk(r.m.Spec)
	l.mu.Lock()
	for _, d := range l.runs {
		if d != r && d.m.Done > 0 && d.m.Engine == engine.Version && d.m.Class == engine.Class() && trunk(d.m.Spec) == base && sameFields(d.m.Schema, r.m.Schema) {
			d.refs++
			alike = append(alike, candidate{d, d.m})
		}
	}
	l.mu.Unlock()

	for _, c := range alike {
		k, err := l.usable(ctx, c.m, r.spec)
		if err != nil {
			l.log.Warn("a checkpoint cannot be read; no run goes on from it", "run", c.m.ID, "err", err)
		}
		if k != nil && (from == nil || k.next > from.next) {
			c.r, best = best, c.r
			k, from = from, k
		}
		if k != nil {
			k.Close()
		}
		if c.r != nil {
			l.release(c.r)
		}
	}
	return best, from
}

// usable returns the checkpoint of the run m where s does the same up to there; nil
// where there is none.
func (l *Lab) usable(ctx context.Context, m Manifest, s spec.Spec) (*kept, error) {
	o, err := spec.ParseLink(m.Spec)
	if err != nil {
		return nil, err
	}
	k, err := l.store.kept(ctx, object(m.ID, m.Attempt))
	if k == nil || k.next <= s.SameUntil(o) {
		return k, err
	}
	return nil, k.Close()
}

// legacy returns the first n records of a run. The caller holds a reference to it.
func (l *Lab) legacy(ctx context.Context, r *run, n int) ([]record.Step, error) {
	if err := l.load(ctx, r); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(r.steps) < n {
		return nil, fmt.Errorf("it has %d records, and its checkpoint goes on at step %d", len(r.steps), n)
	}
	return r.steps[:n:n], nil
}

// trunk returns a run's settings without what changes in its middle and at its end. Runs
// of different trunks are different from their first step on.
func trunk(query string) string {
	parts := slices.DeleteFunc(strings.Split(query, "&"), func(p string) bool {
		return strings.HasPrefix(p, "at=") || strings.HasPrefix(p, "then.")
	})
	return strings.Join(parts, "&")
}

// sameFields tells whether records of a are such as b describes.
func sameFields(a, b record.Schema) bool {
	return slices.EqualFunc(a.Fields, b.Fields, func(f, g record.Field) bool { return f.Name == g.Name && f.Every == g.Every })
}
