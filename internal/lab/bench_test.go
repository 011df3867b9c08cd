package lab

import (
	"testing"

	"gradlab/internal/record"
)

// The price of one message of records: a publish that waits for the disk.
func BenchmarkAppend(b *testing.B) {
	l := start(b, b.TempDir(), 1, count)
	s := tiny(1, 1)
	var last uint64
	next := 0
	for b.Loop() {
		batch := []record.Step{made(s, next), made(s, next+1)}
		seq, err := l.store.append(b.Context(), subject("BENCH", 1), last, batch)
		if err != nil {
			b.Fatal(err)
		}
		last, next = seq, next+2
	}
}

// The wait of the first viewer of a stored run of 2,000 steps in 200 messages.
func BenchmarkLoad(b *testing.B) {
	l := start(b, b.TempDir(), 1, count)
	s := tiny(1, 1)
	var last uint64
	for next := 0; next < 2000; next += 10 {
		var batch []record.Step
		for i := range 10 {
			batch = append(batch, made(s, next+i))
		}
		seq, err := l.store.append(b.Context(), subject("BENCH", 1), last, batch)
		if err != nil {
			b.Fatal(err)
		}
		last = seq
	}
	for b.Loop() {
		if steps, _, err := l.store.load(b.Context(), subject("BENCH", 1), 0, 0); err != nil || len(steps) != 2000 {
			b.Fatal(len(steps), err)
		}
	}
}

// The price of one step for 1,000 viewers, until all have it; the time that
// records are gathered for is in it.
func BenchmarkThousandViewers(b *testing.B) {
	gate := make(chan struct{})
	l := start(b, b.TempDir(), 1, gated(gate))
	id := submit(b, l, tiny(1, 1<<20))
	const viewers = 1000
	seen := make(chan struct{}, viewers)
	for range viewers {
		c, err := l.Follow(id, 0)
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			defer c.Close()
			for {
				batch, err := c.Next(b.Context())
				if err != nil {
					return // the benchmark is over
				}
				for range batch.Steps {
					seen <- struct{}{}
				}
			}
		}()
	}
	for b.Loop() {
		gate <- struct{}{}
		for range viewers {
			<-seen
		}
	}
}
