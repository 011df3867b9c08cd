package web

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"gradlab/internal/lab"
	"gradlab/internal/record"
)

// log makes n steps of a run; those that divide by every have a frame of size bytes.
func log(n, every, size int) []record.Step {
	steps := make([]record.Step, n)
	for i := range steps {
		steps[i] = record.Step{Step: i, Has: record.EachStep, Values: []float32{float32(i)}}
		if every > 0 && i%every == 0 {
			steps[i].Frames = []record.Frame{{Name: "map", Rows: 1, Cols: size, Of: size, Data: make([]int8, size)}}
		}
	}
	return steps
}

// Viewers who come at any time and read at any pace see each step once, in order;
// those at the end share its blocks.
func TestBroadcast(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := log(4000, 7, 10)
	var b broadcast
	made := map[*block]int{}
	type reader struct{ next int }
	var readers []*reader
	for done := 1; done < len(all); done = min(done+1+r.IntN(30), len(all)) {
		if len(readers) < 20 && r.IntN(4) == 0 {
			readers = append(readers, &reader{next: r.IntN(done + 1)})
		}
		for _, v := range readers {
			if r.IntN(5) == 0 && v.next < done { // not all come each time
				continue
			}
			for v.next < done {
				c := b.next(all[v.next:min(done, v.next+1000)])
				steps, rest, err := record.DecodeSteps(c.steps.body)
				if err != nil || len(rest) > 0 || c.from != v.next || steps[0].Step != c.from || len(steps) != c.to-c.from || c.steps.last != c.to-1 || c.to > done {
					t.Fatalf("block %d..%d of %d steps for a viewer at %d, with %d done, %v", c.from, c.to, len(steps), v.next, done, err)
				}
				v.next = c.to
				made[c]++
			}
		}
		if len(b.blocks) > keptBlocks {
			t.Fatalf("%d blocks are kept", len(b.blocks))
		}
	}
	shared := 0
	for _, n := range made {
		if n > 5 {
			shared++
		}
	}
	if shared < 50 {
		t.Errorf("%d of %d blocks were sent to more than five viewers", shared, len(made))
	}
}

// A viewer who has been sent a block that reaches behind what it has read leaves
// that out of what it reads next.
func TestBlocksReachAhead(t *testing.T) {
	all := log(30, 0, 0)
	v := &viewer{next: 20}
	for from, want := range map[int]int{5: 10, 15: 10, 20: 10, 25: 5} {
		got := v.due(all[from:])
		if len(got) != want || got[0].Step != 30-want {
			t.Errorf("of steps %d..29 with step 20 due: %d", from, len(got))
		}
	}
	if got := v.due(all[3:12]); len(got) != 0 {
		t.Errorf("%d old steps", len(got))
	}
}

func TestBroadcastsAreForgotten(t *testing.T) {
	all := broadcasts{all: map[attempt]*broadcast{}}
	a, leaveA := all.join(lab.Manifest{ID: "x", Attempt: 1})
	b, leaveB := all.join(lab.Manifest{ID: "x", Attempt: 1})
	c, leaveC := all.join(lab.Manifest{ID: "x", Attempt: 2})
	if a != b || a == c {
		t.Error("viewers of an attempt do not share a broadcast, or those of two do")
	}
	leaveA()
	if len(all.all) != 2 {
		t.Error("it is gone while a viewer is there")
	}
	leaveB()
	leaveC()
	if len(all.all) != 0 {
		t.Errorf("%d broadcasts without viewers", len(all.all))
	}
}

// A sink notes what it is sent.
type sink struct {
	steps, bytes int
	frames       []int // their steps
	times        []time.Time
}

func (s *sink) send(m *message) error {
	s.bytes += len(m.body)
	if at, _, _, err := record.DecodeFrame(m.body); err == nil {
		s.frames, s.times = append(s.frames, at), append(s.times, time.Now())
	} else {
		s.steps = m.last + 1
	}
	return nil
}

func (s *sink) ping() error { return nil }

// Where a run measures more frames than the budget allows, every step goes out and
// the frames are thinned: at the budget's rate, the newest ones, the last among them.
func TestFramesYield(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const seconds, size = 20, 60 << 10
		out := &sink{}
		v := &viewer{line: out, budget: newBudget(time.Now())}
		all := log(20*seconds*5, 5, size) // 20 blocks a second of 5 steps and a frame: 1.2 MB a second
		for i := 0; i < len(all); i += 5 {
			if err := v.block(newBlock(all[i : i+5])); err != nil || out.steps != i+5 {
				t.Fatalf("%d steps were sent of %d, %v", out.steps, i+5, err)
			}
			time.Sleep(blockPeriod)
		}
		if most := viewerRate*(seconds+1) + size; out.bytes > most {
			t.Errorf("%d bytes in %d s; the budget allows %d", out.bytes, seconds, most)
		}
		if n := len(out.frames); n < seconds*viewerRate*9/10/size {
			t.Errorf("%d frames in %d s: the budget is not used", n, seconds)
		}
		if !slices.IsSorted(out.frames) || len(v.waiting)+len(v.going) > 2 {
			t.Errorf("frames of the steps %v, %d waiting", out.frames, len(v.waiting)+len(v.going))
		}
		for v.owes() {
			time.Sleep(v.budget.wait(time.Now()))
			v.frames()
		}
		if last := out.frames[len(out.frames)-1]; last != len(all)-5 {
			t.Errorf("the last frame is of step %d, want %d", last, len(all)-5)
		}
	})
}

// Steps that use the whole budget leave no room for frames, and the debt is bounded.
func TestStepsComeFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(time.Now())
		b.spend(100*viewerRate, time.Now())
		if w := b.wait(time.Now()); w < time.Second || w > 1001*time.Millisecond {
			t.Errorf("after a long log a viewer waits %v for a frame, want a second", w)
		}
		time.Sleep(b.wait(time.Now()))
		if w := b.wait(time.Now()); w != 0 {
			t.Errorf("after that it waits %v", w)
		}
	})
}

func TestAudience(t *testing.T) {
	var a audience
	leave, err := a.enter(&a.sockets)
	if err != nil || a.all.Load() != 1 || a.sockets.Load() != 1 {
		t.Fatal(err, a.all.Load())
	}
	leave()
	a.all.Store(maxViewers)
	if _, err := a.enter(&a.events); err == nil || asProblem(err).status != 503 || a.events.Load() != 0 || a.all.Load() != maxViewers {
		t.Errorf("one more than fit: %v", fmt.Sprint(err))
	}
}
