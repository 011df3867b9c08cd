package lab

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// tailed gives a run that another process computes the goroutine that brings its
// records here, where somebody looks at it and it has none. Lab.mu is held.
func (l *Lab) tailed(r *run) {
	if l.store.shared && !r.tailing && l.wanted(r) && !l.closed {
		r.tailing = true
		l.working.Go(func() { l.tail(r) })
	}
}

// wanted tells whether records of the run are to be brought here. Lab.mu is held.
func (l *Lab) wanted(r *run) bool { return r.loaded && r.refs > 0 && !r.active && !r.whole() }

// tail brings the records of a run that another process computes, one consumer for all
// who look at it here. A consumer may fall silent without an error when the cluster
// loses a leader, so one that says nothing of a running run is replaced. The lab owns
// the goroutine; it ends soon after the last viewer has gone.
func (l *Lab) tail(r *run) {
	for {
		l.mu.Lock()
		wanted, superseded, last := l.wanted(r) && l.ctx.Err() == nil, l.runs[r.id] != r, r.last
		if !wanted {
			r.tailing = false
		}
		l.mu.Unlock()
		if !wanted {
			return
		}
		err := l.consume(r, last)
		if superseded { // its records are being removed
			l.mu.Lock()
			r.m.Done = len(r.steps)
			r.touch()
			l.mu.Unlock()
			continue
		}
		if err != nil && l.ctx.Err() == nil {
			l.log.Warn("records are asked for anew", "run", r.id, "err", err)
			l.wait(betweenTries)
		}
	}
}

// consume brings the records behind the message last until there is a pause in them, or
// nobody wants them any more. Its consumer is a plain one: an ordered one replaces itself
// where a message is missing, as extend would notice too, but waits for eleven seconds
// at a time while a cluster has no leader.
func (l *Lab) consume(r *run, last uint64) error {
	ctx, cancel := context.WithTimeout(l.ctx, oneTry)
	defer cancel()
	c, err := l.store.records.CreateConsumer(ctx, jetstream.ConsumerConfig{
		FilterSubject:     r.subject,
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       last + 1,
		AckPolicy:         jetstream.AckNonePolicy,
		MemoryStorage:     true,
		Replicas:          1,
		InactiveThreshold: 30 * time.Second, // then the server forgets it
	})
	if err != nil {
		return err
	}
	messages, err := c.Messages()
	if err != nil {
		return err
	}
	defer messages.Stop()
	stop := context.AfterFunc(l.ctx, messages.Stop)
	defer stop()
	for {
		msg, err := messages.Next(jetstream.NextMaxWait(l.regime.silent))
		if errors.Is(err, nats.ErrTimeout) {
			err = nil
			l.mu.Lock()
			again := !l.wanted(r) || r.m.State == Running || len(r.steps) < r.m.Done
			l.mu.Unlock()
			if !again {
				continue // it rests, or waits
			}
		}
		if err != nil || msg == nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		steps, err := decode(msg.Data())
		if err != nil {
			return err
		}
		if err := l.extend(r, steps, meta.Sequence.Stream); err != nil {
			return err
		}
		l.mu.Lock()
		wanted := l.wanted(r)
		l.mu.Unlock()
		if !wanted {
			return nil
		}
	}
}
