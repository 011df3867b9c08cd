package lab

import (
	"cmp"
	"time"
)

// A regime is how a lab keeps what its runs carry in memory and shares its places.
type regime struct {
	records int64         // most bytes of records in the store; 0 is no limit
	keep    int64         // bytes of records and checkpoints above which ended runs make room; 0 is no limit
	longest int64         // most bytes of records of a run; 0 is no limit
	finals  int64         // bytes of checkpoints of finished runs above which the oldest go
	every   time.Duration // least time from one checkpoint of a run to the next
	portion float64       // of a run's time, that its checkpoints may take
	rest    time.Duration // after which a run that rests gives its memory back
	resting int           // most paused runs that have not given it back, and most that are between two slices

	slice time.Duration // after which a run gives its place to another that waits; 0 is never
	alone time.Duration // after which a run pauses that nobody looks at; 0 is never

	// Most of what has not ended; 0 is no limit.
	waiting int // submissions of a visitor that have not begun; newer ones replace older ones
	keeping int // runs of a visitor that go on without viewers
	address int // submissions from one network address
	queue   int // submissions in all

	patience time.Duration // for one acknowledgement of the store; 0 is the usual

	// Of a store that several processes use; 0 is the usual.
	lease  time.Duration // a process that has not been heard of for so long has lost its runs
	beat   time.Duration // from one sign of life to the next
	silent time.Duration // nothing from a run that is computed elsewhere: its records are asked for anew
}

// What a checkpoint costs depends on the run and the disk: 30 to 80 ms for the default
// one (3 MiB), 1 to 2 s for a projector of width 2048 (120 MiB; BenchmarkKeep). A run that
// is cut off loses at most the longer of ten seconds and fifty times that.
var usual = regime{
	every: 10 * time.Second, portion: 0.02, finals: 1 << 30, rest: time.Minute, resting: 8,
	slice: time.Second, alone: time.Minute, waiting: 2, keeping: 100, address: 300, queue: 500,
	lease: 10 * time.Second, beat: 3 * time.Second, silent: 2 * time.Second,
}

// The store's patience: a disk of our own is full or broken after so long; a cluster
// that has lost its leader needs up to eight seconds to choose another (docs/operate.md).
const (
	patienceAlone  = 10 * time.Second
	patienceShared = 30 * time.Second
)

// complete puts the usual in place of what is not said.
func (how regime) complete(shared bool) regime {
	if how.patience == 0 {
		how.patience = patienceAlone
		if shared {
			how.patience = patienceShared
		}
	}
	how.lease = cmp.Or(how.lease, usual.lease)
	how.beat = cmp.Or(how.beat, usual.beat)
	how.silent = cmp.Or(how.silent, usual.silent)
	return how
}

// hearsay is how long it holds what another process has said of its viewers, which it
// says anew at every beat.
func (how regime) hearsay() time.Duration { return 3 * how.beat }

// A pace says when a run's next checkpoint is due.
type pace struct {
	regime regime
	last   time.Time     // end of the last one, or of the last rest
	price  time.Duration // what the last one took
}

func (p *pace) due(now time.Time) bool {
	return now.Sub(p.last) >= max(p.regime.every, time.Duration(float64(p.price)/p.regime.portion))
}

// waited notes that the run took no step for a while, in which nothing came to be
// that a checkpoint would save: slices add up until one is due.
func (p *pace) waited(began, now time.Time) {
	if p.last = p.last.Add(now.Sub(began)); p.last.After(now) {
		p.last = now // one was stored meanwhile
	}
}

// took notes a checkpoint, stored or not: one that fails is no cheaper.
func (p *pace) took(began, now time.Time) { p.price, p.last = now.Sub(began), now }
