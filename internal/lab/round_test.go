package lab

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A world is runs without a lab: what the rule is asked about.
type world struct {
	t      *testing.T
	random *rand.Rand
	now    time.Time
	places int
	runs   []*claimant
	said   map[string]int // the last number of a run; 0 where it has lost it
	turns  []string       // visitors in the order of their turns
}

func newWorld(t *testing.T, seed uint64, places int) *world {
	return &world{t: t, random: rand.New(rand.NewPCG(seed, 0)), now: time.Unix(1e9, 0), places: places, said: map[string]int{}}
}

// tick is a moment later than all before it.
func (w *world) tick() time.Time {
	w.now = w.now.Add(time.Millisecond)
	return w.now
}

// submit adds a submission of so many lanes.
func (w *world) submit(visitor string, lanes int, keep bool) {
	now := w.tick()
	for range lanes {
		w.runs = append(w.runs, &claimant{waits: true, m: &Manifest{
			ID: fmt.Sprint("run ", len(w.runs)), State: Queued, Created: now, Keep: keep,
			standing: standing{Askers: []asker{{Visitor: visitor, From: now, At: now}}, Since: now},
		}})
	}
	w.fill()
}

func (w *world) order() []rank {
	all := make([]claimant, len(w.runs))
	for i, j := range w.random.Perm(len(w.runs)) { // the order in which it hears of them says nothing
		all[i] = *w.runs[j]
	}
	return order(all)
}

// fill gives the free places away, and looks at what those who wait are told.
func (w *world) fill() {
	for ranks := w.order(); len(ranks) > 0 && len(w.pick(func(c *claimant) bool { return c.placed })) < w.places; ranks = w.order() {
		for _, c := range w.runs {
			if c.m == ranks[0].m {
				c.placed, c.waits, c.m.State = true, false, Running
				w.turns = append(w.turns, ranks[0].party.name)
				delete(w.said, c.m.ID)
			}
		}
	}
	ranks := w.order()
	for id := range w.said {
		if !slices.ContainsFunc(ranks, func(k rank) bool { return k.m.ID == id }) {
			w.said[id] = 0 // another of its visitor's runs has come before it
		}
	}
	for _, k := range ranks {
		before, told := w.said[k.m.ID]
		if k.m.State != Queued || told && before == 0 {
			continue
		}
		if told && k.position() > before {
			w.t.Fatalf("%s was number %d and is number %d", k.m.ID, before, k.position())
		}
		w.said[k.m.ID] = k.position()
	}
}

// pick returns the runs that are such.
func (w *world) pick(ok func(*claimant) bool) []*claimant {
	return slices.DeleteFunc(slices.Clone(w.runs), func(c *claimant) bool { return !ok(c) })
}

// leave takes the place of a run away; it waits again, or is in that state.
func (w *world) leave(c *claimant, waits bool, s State) {
	if c.placed {
		c.m.Turn = w.tick()
		c.m.Since = c.m.Turn
	}
	c.placed, c.waits, c.m.State = false, waits, s
	w.fill()
}

// Over random arrivals, slices, ends and orders no run that waits is ever told a
// greater number than before.
func TestNumbersNeverGrow(t *testing.T) {
	for seed := range uint64(24) {
		w := newWorld(t, seed, 1+int(seed%3))
		for range 120 {
			w.event()
		}
	}
}

func (w *world) event() {
	one := func(ok func(*claimant) bool) *claimant {
		list := w.pick(ok)
		if len(list) == 0 {
			return &claimant{m: &Manifest{State: Finished}}
		}
		return list[w.random.IntN(len(list))]
	}
	waits, placed := func(c *claimant) bool { return c.waits }, func(c *claimant) bool { return c.placed }
	visitor := fmt.Sprint(w.random.IntN(9))
	switch w.random.IntN(10) {
	case 0, 1, 2:
		w.submit(visitor, 1+w.random.IntN(4), w.random.IntN(5) == 0)
	case 3, 4, 5:
		if c := one(placed); c.placed {
			w.leave(c, true, Running)
		}
	case 6:
		w.leave(one(placed), false, Finished)
	case 7:
		w.leave(one(func(c *claimant) bool { return c.waits || c.placed }), false, []State{Cancelled, Paused}[w.random.IntN(2)])
	case 8:
		c := one(func(c *claimant) bool { return c.m.State == Paused })
		delete(w.said, c.m.ID)
		c.m.Since, c.waits, c.m.State = w.tick(), c.m.ID != "", Queued
		w.fill()
	case 9: // somebody else wants it too
		c, now := one(waits), w.tick()
		if len(c.m.Askers) == 1 && c.m.Askers[0].Visitor != visitor {
			c.m.Askers = append(slices.Clone(c.m.Askers), asker{Visitor: visitor, From: now, At: now})
		}
		w.fill()
	}
}

// With one place visitors take turns, however many lanes each has; the lanes of one
// take turns too.
func TestVisitorsTakeTurns(t *testing.T) {
	w := newWorld(t, 1, 1)
	for i, lanes := range []int{1, 6, 2} {
		w.submit(fmt.Sprint(i), lanes, false)
	}
	w.submit("1", 1, false) // waits until the comparison has ended
	slices := map[string]int{}
	for range 36 {
		c := w.pick(func(c *claimant) bool { return c.placed })[0]
		slices[c.m.ID]++
		w.leave(c, true, Running)
	}
	for i, name := range w.turns[:36] {
		if want := fmt.Sprint("visitor ", i%3); name != want {
			t.Fatalf("turn %d is of %s, want %s", i, name, want)
		}
	}
	for i, want := range []int{12, 2, 2, 2, 2, 2, 2, 6, 6, 0} {
		if got := slices[fmt.Sprint("run ", i)]; got != want {
			t.Errorf("run %d had %d slices of 36, want %d", i, got, want)
		}
	}
}

// Places are shared out evenly: a visitor with one lane keeps its place while
// another's six take turns in the other two.
func TestPlacesAreShared(t *testing.T) {
	w := newWorld(t, 1, 3)
	w.submit("many", 6, false)
	w.submit("one", 1, false)
	one := w.runs[6]
	if k := w.order(); k[0].m != one.m || k[0].position() != 1 || k[1].position() != 0 {
		t.Fatalf("the newcomer is not the next, or not number 1: %+v", k)
	}
	w.leave(w.runs[0], true, Running)
	for range 20 {
		if !one.placed {
			t.Fatal("the visitor with one lane has lost its place")
		}
		placed := w.pick(func(c *claimant) bool { return c.placed })
		w.leave(placed[w.random.IntN(3)], true, Running)
	}
}

// Submissions of one visitor are computed one after the other, where they are not to
// go on without viewers; a paused one holds nobody up.
func TestOneSubmissionAtATime(t *testing.T) {
	w := newWorld(t, 1, 4)
	w.submit("a", 1, false)
	w.submit("a", 1, false)
	w.submit("a", 1, true)
	placed := func() (ids []string) {
		for _, c := range w.pick(func(c *claimant) bool { return c.placed }) {
			ids = append(ids, c.m.ID)
		}
		return ids
	}
	if got := placed(); !slices.Equal(got, []string{"run 0", "run 2"}) {
		t.Errorf("%v have places", got)
	}
	w.leave(w.runs[0], false, Paused)
	if got := placed(); !slices.Equal(got, []string{"run 1", "run 2"}) {
		t.Errorf("after a pause %v have places", got)
	}
}

// BenchmarkOrder asks the rule about a full lab: once for each place that is given.
func BenchmarkOrder(b *testing.B) {
	w := newWorld(nil, 1, 3)
	all := make([]claimant, usual.queue)
	for i := range all {
		now := w.tick()
		all[i] = claimant{waits: i >= 3, placed: i < 3, m: &Manifest{
			ID: fmt.Sprint(i), State: Queued, standing: standing{Askers: []asker{{Visitor: fmt.Sprint(i / 2), From: now, At: now}}, Since: now},
		}}
	}
	for b.Loop() {
		order(all)
	}
}
