// Package lab keeps runs: it queues them, computes them, stores their records
// and lets any number of viewers follow.
//
// A run belongs to the lab, a viewer only looks. Its id is the hash of what it
// computes, so two people who ask for the same run share one. Its records go to
// an append-only log, and nobody sees a record before the log has acknowledged
// it; a viewer is a cursor over the log, so late, slow and returning viewers are
// the same case.
//
//	l, err := lab.Open(lab.Options{Dir: dir})
//	m, err := l.Submit(ctx, s, lab.Submission{})
//	c, err := l.Follow(m.ID, 0)
//	for {
//		b, err := c.Next(ctx) // io.EOF after the last record of a run that has ended
//		...
//	}
//
// # States
//
//	queued -> running -> finished | diverged | cancelled | failed
//	queued, running <-> paused
//
// A paused run gives its place among those that are computed to the next; when it is
// resumed it waits for its turn. One that stays paused is parked after a while: its
// checkpoint is stored and its memory given back. A run that nobody looks at pauses
// by itself, and goes on when somebody does (viewers.go).
//
// # Turns
//
// Places are few, so visitors take turns: round.go is the rule, a function of
// manifests alone, queue.go gives the places away by it. A run whose slice is over
// gives its place up between two steps (rest.go) where somebody else's turn it is;
// it is running all the same for all who look. quota.go bounds what a visitor may
// ask for.
//
// # What is there already
//
// A run that finished keeps its last checkpoint, so that one that extends it goes on
// from there (inherit.go). When the store holds more than it may, ended runs lose their
// checkpoints and then their records (retain.go); they are forgotten then, and
// computed again when they are submitted.
//
//	finished | diverged | cancelled | failed -> forgotten
//
// # One store, many processes
//
// With Options.NATS the store is a server or cluster that other processes use too. Each
// has the whole catalogue in memory (catalogue.go); one of them at a time holds a run
// and computes it (claim.go); orders go to that one (orders.go); the records of a run
// that is computed elsewhere come by one consumer into the memory that viewers share
// (tail.go). Processes tell each other what they can compute (peers.go) and who looks at what
// (viewers.go), and who has a free place takes a run over that waits in another's memory
// (handover.go). In a store of its own a process holds all runs, and none of this goes on.
//
// # Restart
//
// The log outlives the process, and so does the newest checkpoint of each run that
// has not ended (checkpoint.go; pace.go says how often there is one). A run that was
// queued, running or cut off is queued again when the lab opens. It goes on from its
// checkpoint, or from its first step where there is none that can be used; the steps
// from there on that are stored already are computed anew, and each of them is
// compared with what was stored before new ones are appended. One that was paused
// stays so.
//
// # Who owns which goroutine
//
// Each run that has started has one goroutine (compute.go), which is in the
// engine most of the time and waits between two steps while the run is paused or
// it is others' turn (rest.go), until it is parked. It owns a second one that appends
// records to the log (writer.go) and ends before it, and for the time of a checkpoint a
// third. The lab owns them all: Close cancels them and waits. Where the store is shared, a run that
// is computed here has one more, which keeps its claim alive (claim.go), one that is
// computed elsewhere and looked at here has the one that brings its records (tail.go),
// and the lab has three: listen (catalogue.go), guard (guard.go) and hail (peers.go), with
// Options.Keep also tidy (retain.go); an order or a greeting from another process has one
// until it is answered (orders.go, peers.go), and a parked run that somebody has come
// to look at one until the store knows (viewers.go). The embedded store (embedded.go) is a
// NATS server inside the process, which owns its own. Cursors have none.
//
// # Locks
//
// Lab.mu guards the catalogue, the queue and all that changes in a run; it is
// never held while the store, the engine or a caller's function runs. run.saving
// makes one writer at a time of those who store a run's manifest; it is taken
// before mu, never the other way round. Lab.find gives mu up while it asks the store.
// store.keeping lets one checkpoint at a time on its way to the disk; mu is not held then.
// Lab.retaining lets one goroutine at a time make room; it is taken before run.saving.
package lab
