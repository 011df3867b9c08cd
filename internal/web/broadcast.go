package web

import (
	"slices"
	"sync"
	"time"

	"gradlab/internal/lab"
	"gradlab/internal/record"
)

// keptBlocks is how many of the newest blocks of a run are kept encoded: what a
// viewer takes from them who is half a second behind.
const keptBlocks = 10

// A block is a piece of a run's records as viewers get it.
type block struct {
	from, to int // steps from..to-1
	steps    *message
	frames   []framed // the newest of each name, the newest first
	cut      time.Time
}

// A framed is a frame on its way to viewers.
type framed struct {
	name string
	*message
}

func newBlock(steps []record.Step) *block {
	b := &block{from: steps[0].Step, to: steps[0].Step + len(steps), steps: stepsMessage(steps), cut: time.Now()}
	for _, s := range slices.Backward(steps) {
		for _, f := range s.Frames {
			if !slices.ContainsFunc(b.frames, func(g framed) bool { return g.name == f.Name }) {
				b.frames = append(b.frames, framed{f.Name, frameMessage(s.Step, f)})
			}
		}
	}
	return b
}

// A broadcast cuts the records of one attempt of a run into blocks that its viewers
// share. Who reaches the end first cuts the next block for all; who is behind gets
// blocks of his own, the last of which ends where a shared one begins. So viewers
// at the same place stay together, and each block is encoded once.
type broadcast struct {
	mu     sync.Mutex
	blocks []*block // without gaps, the newest keptBlocks

	viewers int // broadcasts.mu guards it
}

// next returns the block for a viewer whose next steps are these, of which there is
// at least one. It begins with the first of them and may end before the last, or
// behind it where somebody else knows more.
func (b *broadcast) next(steps []record.Step) *block {
	from := steps[0].Step
	end := from + len(steps)
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, c := range b.blocks {
		switch {
		case c.from == from:
			return c
		case c.from > from:
			return newBlock(steps[:min(end, c.from)-from])
		case i == len(b.blocks)-1 && c.to > from:
			return newBlock(steps[:min(end, c.to)-from])
		}
	}
	if n := len(b.blocks); n > 0 && b.blocks[n-1].to != from {
		b.blocks = nil // of viewers who have gone or stopped; everybody who comes is beyond
	}
	c := newBlock(steps)
	if len(b.blocks) == keptBlocks {
		b.blocks = slices.Delete(b.blocks, 0, 1)
	}
	b.blocks = append(b.blocks, c)
	return c
}

// broadcasts are those that have viewers.
type broadcasts struct {
	mu  sync.Mutex
	all map[attempt]*broadcast
}

// An attempt is one attempt at a run.
type attempt struct {
	id string
	n  int
}

// join returns the broadcast of the run for one more viewer, who calls leave in the end.
func (all *broadcasts) join(m lab.Manifest) (b *broadcast, leave func()) {
	key := attempt{m.ID, m.Attempt}
	all.mu.Lock()
	defer all.mu.Unlock()
	if b = all.all[key]; b == nil {
		b = &broadcast{}
		all.all[key] = b
	}
	b.viewers++
	return b, func() {
		all.mu.Lock()
		defer all.mu.Unlock()
		if b.viewers--; b.viewers == 0 {
			delete(all.all, key)
		}
	}
}
