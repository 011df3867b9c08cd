package lab

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
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
