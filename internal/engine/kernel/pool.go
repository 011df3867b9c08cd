package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A Pool computes on float32 slices with the machine's fastest implementation,
// on a number of threads that is fixed when it is made. Its methods are those
// of Plain and give the same results whatever that number: work is cut into
// parts by the shapes alone, and threads only share the parts out.
//
// The calling goroutine works too. The other threads are goroutines that the
// Pool owns: each starts with the first work that it can help with, waits for
// more (for spins rounds awake, then asleep), and ends after idle without any,
// so a Pool needs no closing. With one thread there are none.
//
// Several goroutines may use a Pool at once, on slices that they do not share.
// The helpers serve one of them at a time; who finds them taken works alone.
type Pool struct {
	helpers []helper
	busy    sync.Mutex // held by the caller whom the helpers serve
	task    task       // what they work on
	parts   int64
	next    atomic.Int64 // first part that nobody has taken

	mu    sync.Mutex
	spare []*desk
	fault any // a panic that a helper met
}

// NewPool returns a Pool of the given number of threads, at least one.
func NewPool(threads int) *Pool {
	p := &Pool{helpers: make([]helper, max(threads, 1)-1)}
	for i := range p.helpers {
		p.helpers[i].state.Store(absent)
		p.helpers[i].wake = make(chan struct{}, 1)
		p.helpers[i].done = make(chan struct{}, 1)
	}
	return p
}

// A task is one call of a kernel, cut into parts that may run in any order and
// at the same time.
type task interface {
	// part computes part i with the scratch memory of the thread that runs it.
	part(i int, s *scratch)
}

// run computes parts 0 to parts-1 of t. s is the caller's scratch memory. Two
// parts are done before a helper is awake.
func (p *Pool) run(t task, parts int, s *scratch) {
	if parts <= 2 || len(p.helpers) == 0 || !p.busy.TryLock() {
		alone(t, parts, s)
		return
	}
	p.task, p.parts = t, int64(parts)
	p.next.Store(0)
	helpers := p.helpers[:min(len(p.helpers), parts-1)]
	for i := range helpers {
		helpers[i].call(p)
	}
	defer p.finish(helpers) // also where a part of the caller's panics: nobody else may still write
	p.work(s)
}

// finish waits for the helpers and hands the caller the panic that one of them
// met: it is the caller's run that fails, and not the program.
func (p *Pool) finish(helpers []helper) {
	for i := range helpers {
		helpers[i].join()
	}
	p.mu.Lock()
	fault := p.fault
	p.fault = nil
	p.mu.Unlock()
	p.task = nil
	p.busy.Unlock()
	if fault != nil {
		panic(fault)
	}
}

// alone is run without helpers.
func alone(t task, parts int, s *scratch) {
	for i := range parts {
		t.part(i, s)
	}
}

// work takes parts until none is left.
func (p *Pool) work(s *scratch) {
	for {
		i := p.next.Add(1) - 1
		if i >= p.parts {
			return
		}
		p.task.part(int(i), s)
	}
}

// help is work for a helper.
func (p *Pool) help(s *scratch) {
	defer func() {
		if r := recover(); r != nil {
			p.mu.Lock()
			p.fault = r
			p.mu.Unlock()
		}
	}()
	p.work(s)
}

// The states of a helper. Only the caller moves it to called, takes that back
// to awake where the work is gone before the helper came, or sets awaited; all
// other moves are the helper's own.
const (
	awake   = iota // looks for work
	called         // there is work
	working        // works
	awaited        // works, and the caller sleeps until it is done
	asleep         // waits for wake
	absent         // has no goroutine
)

// A thread that sleeps comes some 100 microseconds after it is called: Go's scheduler naps
// before it takes a goroutine that was just made ready from a thread that is at
// work. So a helper stays awake over what its caller does alone within a step.
const (
	spins = 10000                  // rounds of a waiting loop before it sleeps: some 0.8 ms where nobody else wants the thread
	idle  = 100 * time.Millisecond // a helper without work for so long ends
)

// A helper is one of a Pool's goroutines.
type helper struct {
	state      atomic.Int32
	wake, done chan struct{}
	scratch    scratch
	_          [64]byte // helpers do not share cache lines
}

// call offers work to h.
func (h *helper) call(p *Pool) {
	switch h.state.Swap(called) {
	case asleep:
		h.wake <- struct{}{}
	case absent:
		go h.serve(p)
	}
}

// join returns when h no longer works for the caller.
func (h *helper) join() {
	for range spins {
		if s := h.state.Load(); s == called && h.state.CompareAndSwap(called, awake) || s != called && s != working {
			return
		}
		runtime.Gosched()
	}
	if h.state.CompareAndSwap(working, awaited) {
		<-h.done
	}
}

// serve is the helper's goroutine.
func (h *helper) serve(p *Pool) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		for i := 0; !h.state.CompareAndSwap(called, working); i++ {
			if i >= spins && !h.rest(timer) {
				return
			}
			runtime.Gosched()
		}
		p.help(&h.scratch)
		if h.state.Swap(awake) == awaited {
			h.done <- struct{}{}
		}
	}
}

// rest sleeps until there is work, and reports false where none came: then h is absent.
func (h *helper) rest(timer *time.Timer) bool {
	if !h.state.CompareAndSwap(awake, asleep) {
		return true
	}
	timer.Reset(idle)
	select {
	case <-h.wake:
	case <-timer.C:
		if h.state.CompareAndSwap(asleep, absent) {
			return false
		}
		<-h.wake // the caller was faster
	}
	return true
}
