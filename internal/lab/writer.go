package lab

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gradlab/internal/record"
)

// How records are gathered into messages. Each message costs a sync of the disk;
// a viewer draws twenty times a second at most.
const (
	gather     = 50 * time.Millisecond // least time from one message to the next
	maxMessage = 512 << 10             // bytes; a message may exceed it by one step
	backlog    = 256                   // steps that the engine may be ahead of the log
)

// errUnstored is in the error of a run whose records the store refused.
var errUnstored = errors.New("the store does not take its records")

// A writer appends the steps of one run to the log and, once they are
// acknowledged, to the tail that viewers read. Its goroutine belongs to the
// run's: newWriter starts it, close ends it.
type writer struct {
	l    *Lab
	r    *run
	in   chan record.Step
	now  chan struct{} // takes one: the next message is not to wait for more
	done chan struct{}
	err  error // set before done is closed

	failed bool // Lab.mu guards it: the records that are missing will not come
}

func (l *Lab) newWriter(r *run) *writer {
	w := &writer{l: l, r: r, in: make(chan record.Step, backlog), now: make(chan struct{}, 1), done: make(chan struct{})}
	go w.loop()
	return w
}

// put hands over a step; it waits where the log is far behind.
func (w *writer) put(ctx context.Context, s record.Step) error {
	select { // a step that is computed is not lost because its run was cut off just now
	case w.in <- s:
		return nil
	default:
	}
	select {
	case w.in <- s:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// hurry asks for what was handed over to be stored at once.
func (w *writer) hurry() {
	select {
	case w.now <- struct{}{}:
	default:
	}
}

// close waits until all steps are stored, or returns why they are not.
func (w *writer) close() error {
	close(w.in)
	<-w.done
	return w.err
}

func (w *writer) loop() {
	defer close(w.done)
	var sent time.Time
	for {
		batch, more := w.collect(sent.Add(gather))
		if len(batch) > 0 && w.err == nil {
			sent = time.Now()
			if err := w.store(batch); err != nil {
				w.err = fmt.Errorf("%w after step %d: %w", errUnstored, batch[0].Step-1, err)
				w.l.mu.Lock()
				w.failed = true
				w.r.touch()
				w.l.mu.Unlock()
				w.r.cancel(w.err)
			}
		}
		if !more {
			return
		}
	}
}

// collect waits for a step and returns it with those that come until the time
// due, or until the message is large. More is false after the last one.
func (w *writer) collect(due time.Time) (batch []record.Step, more bool) {
	s, ok := <-w.in
	if !ok {
		return nil, false
	}
	batch = append(batch, s)
	size := s.Size()
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	for size < maxMessage {
		select {
		case s, ok := <-w.in:
			if !ok {
				return batch, false
			}
			batch = append(batch, s)
			size += s.Size()
		case <-w.now:
			for len(w.in) > 0 && size < maxMessage {
				s := <-w.in
				batch = append(batch, s)
				size += s.Size()
			}
			return batch, true
		case <-timer.C:
			return batch, true
		}
	}
	return batch, true
}

// store appends a batch to the log, waits for the acknowledgement, and shows it.
// The context is not the run's: a run that is stopped keeps what it has computed.
func (w *writer) store(batch []record.Step) error {
	began := time.Now()
	w.l.mu.Lock()
	last := w.r.last
	w.l.mu.Unlock()
	seq, err := w.l.store.append(context.Background(), w.r.subject, last, batch)
	if err == nil {
		w.l.stored(len(batch), time.Since(began))
		err = w.l.extend(w.r, batch, seq)
	}
	if w.l.store.shared && (errors.Is(err, errStale) || errors.Is(err, errSilent) || errors.Is(err, errGap)) {
		err = fmt.Errorf("%w: %w", errLost, err)
	}
	return err
}
