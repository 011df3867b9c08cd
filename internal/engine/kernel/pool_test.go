package kernel

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// marks counts how often each part ran.
type marks struct{ seen []int }

func (m *marks) part(i int, _ *scratch) { m.seen[i]++ }

// Every part runs exactly once, whatever state the helpers are in: not there
// yet, awake, asleep, or about to end.
func TestPoolRunsEveryPartOnce(t *testing.T) {
	for _, threads := range []int{1, 2, 5} {
		p := NewPool(threads)
		var s scratch
		for round := range 300 {
			m := marks{seen: make([]int, round%37)}
			p.run(&m, len(m.seen), &s)
			for i, n := range m.seen {
				if n != 1 {
					t.Fatalf("%d threads, round %d: part %d ran %d times", threads, round, i, n)
				}
			}
			if round%10 == 0 { // let the helpers fall asleep
				for range 3 * spins {
					runtime.Gosched()
				}
			}
		}
	}
}

// In a bubble of fake time, which ends only when all its goroutines have: helpers end
// when idle, and come back.
func TestHelpersEndAndReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(3)
		present := func() (n int) { // the process may have helpers of other tests' pools too
			for i := range p.helpers {
				if p.helpers[i].state.Load() != absent {
					n++
				}
			}
			return n
		}
		if n := present(); n != 0 {
			t.Errorf("a new pool has %d helpers", n)
		}
		var s scratch
		for range 3 {
			m := marks{seen: make([]int, 64)}
			p.run(&m, 64, &s)
			synctest.Wait()
			if n := present(); n != 2 {
				t.Errorf("a pool of 3 threads has %d helpers", n)
			}
			time.Sleep(2 * idle)
			synctest.Wait()
			if n := present(); n != 0 {
				t.Errorf("%d helpers are left after %v without work", n, 2*idle)
			}
		}
	})
}

// Several goroutines share a pool: each gets its own result.
func TestPoolIsShared(t *testing.T) {
	p := NewPool(3)
	s := Product{65, 70, 80}
	a, b := operands("NT", s, random(s.M*s.K), random(s.K*s.N))
	want := make([]float32, s.M*s.N)
	NewPool(1).Gemm(s, 1, a, b, false, want)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c := make([]float32, s.M*s.N)
			for range 20 {
				clear(c)
				p.Gemm(s, 1, a, b, false, c)
				if !slices.Equal(c, want) {
					t.Error("a shared pool gives another result")
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestUse(t *testing.T) {
	before := Using()
	if err := Use("abacus"); err == nil || Using() != before {
		t.Errorf("Use of an unknown name: %v, now %s", err, Using())
	}
	if names := Implementations(); names[0] != "plain" || names[len(names)-1] != before {
		t.Errorf("of %v, %s is in use", names, before)
	}
}

// faulty panics in one part, on whichever thread runs it, after both threads have come.
type faulty struct {
	at   int
	both sync.WaitGroup
	once [2]sync.Once
}

func (f *faulty) part(i int, _ *scratch) {
	if i < 2 { // the first two parts wait for each other, so two threads take part
		f.once[i].Do(f.both.Done)
		f.both.Wait()
	}
	if i == f.at {
		panic("a fault of part " + string(rune('0'+i)))
	}
}

// A panic in a part reaches the caller, whichever thread met it, and the pool
// works on.
func TestPanicsReachTheCaller(t *testing.T) {
	p := NewPool(2)
	var s scratch
	for round := range 50 {
		f := &faulty{at: round % 2} // one of the two that run at the same time
		f.both.Add(2)
		func() {
			defer func() {
				if r := recover(); r != "a fault of part "+string(rune('0'+f.at)) {
					t.Fatalf("round %d: recovered %v", round, r)
				}
			}()
			p.run(f, 8, &s)
			t.Fatalf("round %d: no panic", round)
		}()
		m := marks{seen: make([]int, 20)}
		p.run(&m, 20, &s)
		if slices.Contains(m.seen, 0) {
			t.Fatalf("round %d: the pool left parts out afterwards", round)
		}
	}
}
