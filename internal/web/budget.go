package web

import "time"

// viewerRate is what one viewer is sent a second, in bytes: 2 Mbit/s. Steps always go
// out, and frames wait where they leave nothing. A step takes some 130 bytes, the map
// of 256 channels 64 KiB; so a run of 500 steps a second leaves room for three such
// maps a second, and 300 viewers of an ordinary one stay below a tenth of this.
const viewerRate = 256 << 10

// A budget is a bucket of bytes that fills at viewerRate and holds a second's worth.
// It may run into debt by as much, which is what steps do to it.
type budget struct {
	left float64
	at   time.Time
}

func newBudget(now time.Time) budget { return budget{viewerRate, now} }

func (b *budget) fill(now time.Time) {
	b.left = min(b.left+viewerRate*now.Sub(b.at).Seconds(), viewerRate)
	b.at = now
}

// spend takes n bytes.
func (b *budget) spend(n int, now time.Time) {
	b.fill(now)
	b.left = max(b.left-float64(n), -viewerRate)
}

// wait returns how long it takes until there is something to spend; 0 is now.
func (b *budget) wait(now time.Time) time.Duration {
	b.fill(now)
	if b.left > 0 {
		return 0
	}
	return time.Duration((1 - b.left) / viewerRate * float64(time.Second))
}
