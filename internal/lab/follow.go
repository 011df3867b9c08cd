package lab

import (
	"context"
	"fmt"
	"io"
	"time"

	"gradlab/internal/record"
)

// batchSteps is how many steps Next returns at most, so that a viewer who comes
// late gets a long run in pieces that fit a socket's deadline.
const batchSteps = 1000

// A Batch is what is new to a viewer.
type Batch struct {
	Steps    []record.Step // in order, may be none; shared with other viewers, not to be changed
	Manifest Manifest      // as it is now
}

// A Cursor is one viewer's place in a run: a step number and nothing more. The
// records are in one memory that all viewers of the run share; a slow viewer
// costs nobody anything. A cursor is for one goroutine at a time.
type Cursor struct {
	l      *Lab
	r      *run
	next   int // the step that is due
	seen   int // version of the manifest that was returned last
	looks  bool
	closed bool
}

// Follow returns a cursor that begins at step from. It stays with the attempt
// that was the latest when it was called. Until it is closed the run has a viewer,
// and does not pause because nobody looks; one that has goes on.
func (l *Lab) Follow(id string, from int) (*Cursor, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, err := l.cursor(id, from)
	if err == nil {
		c.looks = true
		l.look(c.r)
	}
	return c, err
}

// Read is Follow for who reads what is there and does not wait for more: it is no viewer.
func (l *Lab) Read(id string, from int) (*Cursor, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cursor(id, from)
}

func (l *Lab) cursor(id string, from int) (*Cursor, error) {
	r, err := l.find(id)
	if err != nil {
		return nil, err
	}
	r.refs++
	r.m.Seen = time.Now().UTC()
	return &Cursor{l: l, r: r, next: max(from, 0), seen: -1}, nil
}

// Next returns what is new: records, a change of state, or both. The first call
// returns at once with what there is. Later ones wait until there is something,
// until ctx ends (its error), or the lab closes (ErrClosed). After the last
// record of a run that has ended it returns io.EOF.
func (c *Cursor) Next(ctx context.Context) (Batch, error) {
	if err := c.l.load(ctx, c.r); err != nil {
		return Batch{}, err
	}
	var b Batch
	var version int
	err := c.l.until(ctx, c.r, func() bool {
		b.Manifest, version = c.r.m, c.r.version
		if to := min(len(c.r.steps), c.next+batchSteps); c.next < to {
			b.Steps = c.r.steps[c.next:to:to]
		}
		return b.Steps != nil || version != c.seen || c.r.whole()
	})
	if err == nil && b.Steps == nil && version == c.seen {
		err = io.EOF
	}
	if err != nil {
		return Batch{}, err
	}
	c.next += len(b.Steps)
	c.seen = version
	return b, nil
}

// Close gives up the cursor. When nobody looks at a run that is not being
// computed, its records leave the memory.
func (c *Cursor) Close() {
	if !c.closed {
		c.closed = true
		if c.looks {
			c.l.lookAway(c.r)
		}
		c.l.release(c.r)
	}
}

// release gives up one reference to the tail of a run.
func (l *Lab) release(r *run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.refs--; r.refs == 0 {
		r.steps, r.last, r.loaded = nil, 0, false
		r.touch() // whoever waits until nobody needs the records
	}
	l.tailed(r) // the goroutine has left, and viewers are still there
}

// load reads the stored records of a run into memory, where they are not there.
// The caller holds a reference. Whoever comes first reads for all.
func (l *Lab) load(ctx context.Context, r *run) error {
	for {
		l.mu.Lock()
		loaded, wait, gone := r.loaded, r.loading, l.gone
		if !loaded && wait == nil && !gone {
			break
		}
		l.mu.Unlock()
		switch {
		case loaded:
			return nil
		case gone:
			return ErrClosed
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	r.loading = make(chan struct{})
	subject, done, ended, forgotten := r.subject, r.m.Done, r.m.State.Ended(), r.m.State == Forgotten
	l.mu.Unlock()

	var steps []record.Step
	var last uint64
	var err error
	if !forgotten {
		steps, last, err = l.store.load(ctx, subject, 0, 0)
	}
	for deadline := time.Now().Add(answerTime); l.store.shared && ended && err == nil && len(steps) < done && time.Now().Before(deadline); {
		l.wait(betweenTries) // a replica may be behind
		steps, last, err = l.store.load(ctx, subject, 0, 0)
	}
	if err == nil && len(steps) < done && (ended || !l.store.shared) {
		err = fmt.Errorf("%d of %d records are there", len(steps), done)
	}

	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		r.steps, r.last, r.loaded = steps, last, true
		r.m.Done = max(r.m.Done, len(steps))
		r.touch()
		l.tailed(r)
	}
	close(r.loading)
	r.loading = nil
	switch {
	case err != nil && l.gone:
		return ErrClosed
	case err != nil:
		return fmt.Errorf("the records of run %s cannot be read: %w", r.id, err)
	}
	return nil
}
