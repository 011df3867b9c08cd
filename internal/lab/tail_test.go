package lab

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/record"
)

// A consumer that has fallen silent is replaced: here its server-side half is gone.
func TestSilentConsumersAreReplaced(t *testing.T) {
	how := patient
	how.silent = 100 * time.Millisecond
	url, gate := external(t), make(chan struct{}, 100)
	a := share(t, url, NoWorkers, count, how)
	share(t, url, 1, gated(gate), how)
	s := tiny(1, 20)
	id := submit(t, a, s)
	gate <- struct{}{}
	awaitThat(t, a, id, "a step", func(m Manifest) bool { return m.Done == 1 })
	c, err := a.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for n := range 5 {
		names := a.store.records.ConsumerNames(t.Context())
		for name := range names.Name() {
			if err := a.store.records.DeleteConsumer(t.Context(), name); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
				t.Fatal(err)
			}
		}
		gate <- struct{}{}
		for seen := 0; seen < n+2; {
			b, err := c.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			seen = b.Manifest.Done
		}
	}
	close(gate)
	checkWhole(t, a, id, s)
}

// A message whose acknowledgement was lost is sent again, and is there once.
func TestLostAcknowledgements(t *testing.T) {
	store := share(t, external(t), NoWorkers, count, patient).store
	s, where := tiny(1, 5), subject("0123456789AB", 1)
	first, err := store.append(t.Context(), where, 0, []record.Step{made(s, 0)})
	if err != nil {
		t.Fatal(err)
	}
	second := []record.Step{made(s, 1)}
	ack, err := store.js.PublishMsg(t.Context(), &nats.Msg{Subject: where, Data: record.Append(nil, second)}, // as a try that heard nothing
		jetstream.WithExpectLastSequencePerSubject(first), jetstream.WithMsgID(messageName(store.id, store.sent.Load()+1)))
	if err != nil {
		t.Fatal(err)
	}
	if seq, err := store.append(t.Context(), where, first, second); err != nil || seq != ack.Sequence {
		t.Errorf("sent again it is message %d, want %d; %v", seq, ack.Sequence, err)
	}
	if n, err := store.count(t.Context(), where); err != nil || n != 2 {
		t.Errorf("%d steps are there, %v", n, err)
	}
	if _, err := store.append(t.Context(), where, first, second); !errors.Is(err, errStale) {
		t.Errorf("another message in its place: %v", err)
	}
}
