package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// brief is calm with slices of no length: a run gives its place to another that
// waits after each step, whatever the clock says.
var brief = func() regime {
	how := calm
	how.slice = 1
	return how
}()

// by is a submission of that visitor.
func by(visitor string) Submission { return Submission{Visitor: visitor, Address: "here"} }

func ask(t testing.TB, l *Lab, s spec.Spec, sub Submission) string {
	t.Helper()
	m, err := l.Submit(t.Context(), s, sub)
	if err != nil {
		t.Fatal(err)
	}
	return m.ID
}

// gates lets each run take a step only when the test sends to the gate of its seed.
func gates(n int) ([]chan struct{}, trainFunc) {
	list := make([]chan struct{}, n)
	for i := range list {
		list[i] = make(chan struct{}, 100)
	}
	return list, func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		return gated(list[s.Seed])(ctx, s, o, emit)
	}
}

// With one place and a long run of one visitor, another's first record comes after
// the step that is under way. For who looks the first run is running all the time.
func TestSecondVisitorIsNext(t *testing.T) {
	gate, train := gates(3)
	l := startIn(t, "", 1, train, brief)
	long, other := tiny(1, 50), tiny(2, 3)
	a := ask(t, l, long, by("a"))
	gate[1] <- struct{}{}
	awaitThat(t, l, a, "a step", func(m Manifest) bool { return m.Done == 1 })
	states := make(chan []State)
	go func() { states <- statesOf(t, l, a) }()

	b := ask(t, l, other, by("b"))
	if m, _ := l.Run(b); m.State != Queued || m.Position != 1 || m.Reason != "" {
		t.Errorf("before its turn the second run is %s, number %d (%s)", m.State, m.Position, m.Reason)
	}
	gate[1] <- struct{}{} // the step that is under way
	gate[2] <- struct{}{}
	m := awaitThat(t, l, b, "its first record", func(m Manifest) bool { return m.Done == 1 })
	if m.State != Running || m.Position != 0 {
		t.Errorf("the second run is %s, number %d", m.State, m.Position)
	}
	first := awaitThat(t, l, a, "two steps", func(m Manifest) bool { return m.Done == 2 })
	if first.State != Running || first.Position != 0 || first.Reason != "" {
		t.Errorf("between two slices the first run is %s, number %d (%s)", first.State, first.Position, first.Reason)
	}
	gate[1] <- struct{}{} // its turn again, after the step of the other
	gate[2] <- struct{}{}
	awaitThat(t, l, a, "three steps", func(m Manifest) bool { return m.Done == 3 })
	close(gate[1])
	close(gate[2])
	checkWhole(t, l, a, long)
	if m := checkWhole(t, l, b, other); m.Resumed != 0 {
		t.Error("the second run was parked, where there was memory for it")
	}
	if got := <-states; !slices.Equal(slices.Compact(got), []State{Running, Finished}) {
		t.Errorf("who looked saw %v", got)
	}
}

// statesOf follows a run to its end and returns the states that were shown.
func statesOf(t testing.TB, l *Lab, id string) (states []State) {
	c, err := l.Follow(id, 0)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer c.Close()
	for {
		b, err := c.Next(context.WithoutCancel(t.Context()))
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			return states
		}
		states = append(states, b.Manifest.State)
	}
}

// Where more runs take turns than memory is for, the others are parked between their
// slices; each becomes what it would have been alone.
func TestManyTakeTurns(t *testing.T) {
	how := brief
	how.resting = 1
	gate := make(chan struct{})
	l := startIn(t, "", 1, gated(gate), how)
	var ids []string
	for seed := range 4 {
		ids = append(ids, ask(t, l, tiny(seed, 6), by(fmt.Sprint(seed))))
	}
	close(gate)
	resumed := 0
	for seed, id := range ids {
		if m := checkWhole(t, l, id, tiny(seed, 6)); m.Resumed > 0 {
			resumed++
		}
	}
	if resumed == 0 {
		t.Error("none was parked")
	}
	checkIdle(t, l)
}

func checkIdle(t *testing.T, l *Lab) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy != 0 || l.resting != 0 || l.aside != 0 || len(l.queue) != 0 || len(l.coming) != 0 {
		t.Errorf("%d places are taken, %d runs rest, %d are between slices, %d wait, %d come", l.busy, l.resting, l.aside, len(l.queue), len(l.coming))
	}
}

// The lanes of a comparison are one submission: they take turns where there are fewer
// places, and none waits for another to end.
func TestLanesTakeTurns(t *testing.T) {
	gate := make(chan struct{})
	l := startIn(t, "", 1, gated(gate), brief)
	lanes := []spec.Spec{tiny(1, 6), tiny(2, 6), tiny(3, 6)}
	all, err := l.Compare(t.Context(), lanes, by("a"))
	if err != nil {
		t.Fatal(err)
	}
	close(gate)
	var began, ended []time.Time
	for i, m := range all {
		end := checkWhole(t, l, m.ID, lanes[i])
		began, ended = append(began, end.Started), append(ended, end.Ended)
	}
	if slices.MaxFunc(began, time.Time.Compare).After(slices.MinFunc(ended, time.Time.Compare)) {
		t.Errorf("lanes began at %v and ended at %v: one waited for another's end", began, ended)
	}
}

// Orders that come while a run is between two slices, is about to be parked, is
// parked, or comes back, lose nothing.
func TestOrdersBetweenSlices(t *testing.T) {
	for _, resting := range []int{0, 8} {
		how := brief
		how.resting = resting
		l := startIn(t, "", 1, count, how)
		s, other := tiny(1, 60), tiny(2, 60)
		id, rival := ask(t, l, s, by("a")), ask(t, l, other, by("b"))
		random := rand.New(rand.NewPCG(1, 2))
		for range 30 {
			before, _ := l.Run(id)
			var err error
			order := random.IntN(3)
			switch order {
			case 0:
				err = l.Pause(t.Context(), id)
			case 1:
				err = l.Step(t.Context(), id)
			default:
				err = l.Resume(t.Context(), id)
			}
			m, _ := l.Run(id)
			if err != nil && !m.State.Ended() {
				t.Fatal(err)
			}
			if order == 1 && !m.State.Ended() && (m.State != Paused || m.Done <= before.Done) {
				t.Fatalf("after one step: %s with %d steps, had %d", m.State, m.Done, before.Done)
			}
		}
		if m, _ := l.Run(id); !m.State.Ended() {
			if err := l.Resume(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		checkWhole(t, l, id, s)
		checkWhole(t, l, rival, other)
		checkIdle(t, l)
		shut(t, l)
	}
}

// A hundred visitors ask for three runs each at once: of each visitor one is computed
// at a time and no more than two wait, and first turns come in the order in which
// their runs were asked for.
func TestHundredVisitors(t *testing.T) {
	const each, places = 3, 3
	visitors := 100
	if testing.Short() {
		visitors = 20
	}
	gate := make(chan struct{})
	l := startIn(t, "", places, gated(gate), calm)
	var asking sync.WaitGroup
	for v := range visitors {
		asking.Go(func() {
			for k := range each {
				if _, err := l.Submit(t.Context(), tiny(v*each+k, 1), by(fmt.Sprint(v))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	asking.Wait()

	var waiting []Manifest // each visitor's oldest
	begun, fresh := map[string]int{}, map[string]int{}
	replaced := 0
	for _, m := range slices.Backward(l.Runs()) {
		who := m.Askers[0].Visitor
		switch {
		case m.State.Ended():
			if m.State != Cancelled || m.Reason != errReplaced.Error() {
				t.Errorf("a run is %s (%s)", m.State, m.Reason)
			}
			replaced++
			continue
		case !m.Started.IsZero():
			begun[who]++
			continue
		}
		if fresh[who]++; fresh[who] == 1 && begun[who] == 0 {
			waiting = append(waiting, m)
		}
	}
	for v := range visitors {
		if who := fmt.Sprint(v); begun[who] > 1 || fresh[who] > 2 {
			t.Errorf("visitor %s has %d runs that have begun and %d that wait", who, begun[who], fresh[who])
		}
	}
	if len(begun) != places || replaced == 0 {
		t.Errorf("%d visitors have begun; %d submissions were replaced", len(begun), replaced)
	}
	slices.SortFunc(waiting, func(a, b Manifest) int { return a.Since.Compare(b.Since) })
	for i, m := range waiting {
		if m.State != Queued || m.Position != i+1 {
			t.Fatalf("the oldest of visitor %s is %s, number %d, want %d (%s)", m.Askers[0].Visitor, m.State, m.Position, i+1, m.Reason)
		}
	}
	close(gate)
	var started []time.Time
	for _, m := range waiting {
		started = append(started, await(t, l, m.ID, Finished).Started)
	}
	if !slices.IsSortedFunc(started, time.Time.Compare) {
		t.Errorf("first turns came out of order: %v", started)
	}
}

// Over random arrivals, with slices and orders, who watches a run that waits never
// sees its position or its wait grow.
func TestPositionsNeverGrow(t *testing.T) {
	gate := make(chan struct{}, 200)
	l := startIn(t, "", 2, gated(gate), brief)
	random := rand.New(rand.NewPCG(3, 4))
	var watching sync.WaitGroup
	seen := make(chan int, 1000)
	for i := range 25 {
		lanes := []spec.Spec{tiny(10*i, 4), tiny(10*i+1, 4), tiny(10*(i/3), 4)}[:1+random.IntN(3)]
		all, err := l.Compare(t.Context(), lanes, Submission{Visitor: fmt.Sprint(random.IntN(15)), Keep: random.IntN(6) == 0})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			watching.Go(func() { seen <- watchPosition(t, l, m.ID) })
		}
		if i%5 == 4 {
			stop, now := context.WithCancel(t.Context())
			now()
			_ = l.Pause(stop, all[0].ID) // the order stands; or the run has ended
			_ = l.Resume(t.Context(), all[0].ID)
		}
		for range random.IntN(5) {
			gate <- struct{}{}
		}
	}
	close(gate)
	watching.Wait()
	close(seen)
	positions := 0
	for n := range seen {
		positions += n
	}
	if positions < 20 {
		t.Errorf("only %d positions were seen", positions)
	}
	checkIdle(t, l)
}

// watchPosition follows a run to its end, and returns how many positions it saw.
func watchPosition(t *testing.T, l *Lab, id string) (seen int) {
	c, err := l.Follow(id, 0)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer c.Close()
	last := Manifest{Position: 1 << 30, Wait: 1 << 30}
	for {
		b, err := c.Next(t.Context())
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			return seen
		}
		m := b.Manifest
		if theCluster != nil && (m.State == Running || m.Done > last.Done) {
			// In a store that is shared a run that is parked between two turns is
			// anybody's, and waits anew.
			last = Manifest{Position: 1 << 30, Wait: 1 << 30, Done: m.Done}
		}
		switch {
		case m.State == Paused:
			last = Manifest{Position: 1 << 30, Wait: 1 << 30}
		case m.Position > 0:
			seen++
			if m.Position > last.Position || m.Wait > last.Wait || m.State != Queued {
				t.Errorf("run %s was number %d, %g s, and is %s, number %d, %g s", id, last.Position, last.Wait, m.State, m.Position, m.Wait)
			}
			last = m
		case m.State == Queued && m.Reason == "":
			t.Errorf("run %s is queued without a position or a reason", id)
		}
	}
}

// What is told before the click is what is told after it.
func TestOutlook(t *testing.T) {
	gate := make(chan struct{})
	how := calm
	how.slice = 3 * time.Second // nothing reaches the end of a step
	l := startIn(t, "", 2, gated(gate), how)
	for i, want := range []Outlook{{}, {}, {Position: 1, Wait: 3 * time.Second}, {Position: 2, Wait: 3 * time.Second}, {Position: 3, Wait: 6 * time.Second}} {
		who := by(fmt.Sprint(i))
		got := l.Outlook(who)
		if got != want {
			t.Errorf("visitor %d has before it %+v, want %+v", i, got, want)
		}
		if m, _ := l.Run(ask(t, l, tiny(i, 1), who)); m.Position != got.Position || m.Wait != got.Wait.Seconds() {
			t.Errorf("visitor %d was told %+v, and then number %d, %g s", i, got, m.Position, m.Wait)
		}
		if got := l.Outlook(who); !got.Behind {
			t.Errorf("a second run of visitor %d has before it %+v", i, got)
		}
		if m, _ := l.Run(ask(t, l, tiny(100+i, 1), who)); m.State != Queued || m.Position != 0 || !strings.Contains(m.Reason, "another run of its visitor") {
			t.Errorf("it is %s, number %d (%s)", m.State, m.Position, m.Reason)
		}
	}
	close(gate)
}
