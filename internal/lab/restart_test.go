package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

func TestFinishedRunsStay(t *testing.T) {
	dir := t.TempDir()
	l := start(t, dir, 1, count)
	s := tiny(1, 30)
	id := submit(t, l, s)
	before := checkWhole(t, l, id, s)
	shut(t, l)

	l = start(t, dir, 1, func(context.Context, spec.Spec, engine.Options, func(record.Step) error) error {
		t.Error("a finished run is computed again")
		return nil
	})
	after := checkWhole(t, l, id, s)
	after.Seen = before.Seen // by this test
	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the manifest was\n%+v and is\n%+v", before, after)
	}
	if m, err := l.Submit(t.Context(), s, Submission{}); err != nil || m.State != Finished {
		t.Errorf("submitted again: %s, %v", m.State, err)
	}
}

// What was queued, running or paused when the lab closed is so again; stored
// records are shown at once and not stored twice.
func TestInterruptedRunsGoOn(t *testing.T) {
	dir := t.TempDir()
	gate := make(chan struct{}, 100)
	l := start(t, dir, 2, gated(gate))
	running, paused, queued := tiny(1, 12), tiny(2, 12), tiny(3, 12)
	ids := []string{submit(t, l, paused)}
	gate <- struct{}{}
	gate <- struct{}{}
	awaitThat(t, l, ids[0], "two steps", func(m Manifest) bool { return m.Done == 2 })
	pauseIn(t, l, ids[0], gate)
	ids = append(ids, submit(t, l, running), submit(t, l, queued))
	for range 5 {
		gate <- struct{}{}
	}
	first, _ := l.Run(ids[1])
	second, _ := l.Run(ids[2])
	for first.Done+second.Done < 5 {
		time.Sleep(time.Millisecond)
		first, _ = l.Run(ids[1])
		second, _ = l.Run(ids[2])
	}
	shut(t, l)

	gate = make(chan struct{}, 100)
	l = start(t, dir, 1, gated(gate))
	if m, _ := l.Run(ids[0]); m.State != Paused || m.Done != 3 {
		t.Errorf("the paused run is %s with %d steps", m.State, m.Done)
	}
	c, err := l.Follow(ids[1], 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	b, err := c.Next(t.Context())
	if err != nil || len(b.Steps) != first.Done {
		t.Errorf("before anything is computed: %d steps, %v; want %d", len(b.Steps), err, first.Done)
	}
	next := b.Manifest
	last, _ := l.Run(ids[2])
	if last.Done != second.Done {
		t.Errorf("the queued run has %d steps, and had %d", last.Done, second.Done)
	}
	if theCluster != nil && last.State == Running { // a shared store has noted whose turn it was
		next, last = last, next
	}
	if next.State != Running || last.State != Queued || last.Position != 1 {
		t.Errorf("one run is %s, the other %s at %d", next.State, last.State, last.Position)
	}
	close(gate)
	checkWhole(t, l, ids[1], running)
	checkWhole(t, l, ids[2], queued)
	if err := l.Step(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	if m, _ := l.Run(ids[0]); m.State != Paused || m.Done != 4 {
		t.Errorf("the paused run after one step: %s with %d steps (%s)", m.State, m.Done, m.Reason)
	}
	if err := l.Resume(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, l, ids[0], paused)
	if n, _ := l.store.count(t.Context(), subject(ids[0], 1)); n != 12 {
		t.Errorf("the store holds %d steps, want 12", n)
	}
}

// A run whose stored records cannot be repeated fails and says where it differs.
func TestUnrepeatable(t *testing.T) {
	dir := t.TempDir()
	gate := make(chan struct{}, 10)
	l := start(t, dir, 1, forgetful(gated(gate)))
	s := tiny(1, 9)
	id := submit(t, l, s)
	for range 4 {
		gate <- struct{}{}
	}
	awaitThat(t, l, id, "four steps", func(m Manifest) bool { return m.Done == 4 })
	shut(t, l)

	l = start(t, dir, 1, func(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
		return count(ctx, s, o, func(r record.Step) error {
			if i := engine.Schema(s).Index("loss"); r.Step == 2 {
				r.Values[i]++
			}
			return emit(r)
		})
	})
	m := await(t, l, id, Failed)
	if !strings.Contains(m.Reason, "step 2 comes out with another loss") || m.Done != 4 {
		t.Errorf("done %d, reason %q", m.Done, m.Reason)
	}
}

// A run of another version of the engine has another id, and does not go on.
func TestOtherEngine(t *testing.T) {
	dir := t.TempDir()
	gate := make(chan struct{})
	l := start(t, dir, 1, gated(gate))
	m, err := l.Submit(t.Context(), tiny(1, 9), Submission{})
	if err != nil {
		t.Fatal(err)
	}
	m.ID, m.Engine, m.State, m.Worker = "0THER0VERS10", engine.Version-1, Queued, ""
	if _, err := l.store.put(t.Context(), m, 0); err != nil {
		t.Fatal(err)
	}
	shut(t, l)
	close(gate)
	l = start(t, dir, 1, gated(gate))
	if m := await(t, l, m.ID, Failed); !strings.Contains(m.Reason, "another") && !strings.Contains(m.Reason, "version") {
		t.Errorf("the run is %s: %q", m.State, m.Reason)
	}
}

// A directory of a lab that knew less is opened: what its manifests do not say is what it
// was then, and nothing is lost.
func TestOlderDirectory(t *testing.T) {
	alone(t)
	dir, gate := t.TempDir(), make(chan struct{}, 100)
	l := startIn(t, dir, 1, gated(gate), always)
	finished, interrupted, queued := tiny(1, 3), tiny(2, 9), tiny(3, 4)
	for range 3 + 4 {
		gate <- struct{}{}
	}
	done := checkWhole(t, l, submit(t, l, finished), finished)
	ids := []string{done.ID, submit(t, l, interrupted), submit(t, l, queued)}
	awaitThat(t, l, ids[1], "four steps", func(m Manifest) bool { return m.Done == 4 })
	shut(t, l)

	l = start(t, dir, NoWorkers, count)
	for _, id := range ids {
		e, err := l.store.runs.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var said map[string]json.RawMessage
		if err := json.Unmarshal(e.Value(), &said); err != nil {
			t.Fatal(err)
		}
		for key := range said {
			if !slices.Contains([]string{"id", "spec", "title", "engine", "class", "attempt", "state", "steps", "done", "curve_hash", "created", "started", "ended", "schema"}, key) {
				delete(said, key)
			}
		}
		b, err := json.Marshal(said)
		if err == nil {
			_, err = l.store.runs.Put(t.Context(), id, b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	shut(t, l)

	l = start(t, dir, 1, count)
	if m := checkWhole(t, l, ids[0], finished); m.CurveHash != done.CurveHash {
		t.Errorf("the curve hash is %s and was %s", m.CurveHash, done.CurveHash)
	}
	if m := checkWhole(t, l, ids[1], interrupted); m.Resumed == 0 {
		t.Error("the run that was cut off began anew")
	}
	checkWhole(t, l, ids[2], queued)
}

// childVariable holds where the lab that TestKill kills has its store, as JSON.
const childVariable = "GRADLAB_TEST_LAB_TO_KILL"

type childStore struct{ Dir, NATS string }

func childOptions() Options {
	var at childStore
	if err := json.Unmarshal([]byte(os.Getenv(childVariable)), &at); err != nil {
		panic(err)
	}
	return Options{Dir: at.Dir, NATS: at.NATS, Workers: 1}
}

// slow counts as a training would, with time between two steps.
func slow(ctx context.Context, s spec.Spec, o engine.Options, emit func(record.Step) error) error {
	return count(ctx, s, o, func(r record.Step) error {
		time.Sleep(2 * time.Millisecond)
		return emit(r)
	})
}

// child is the other process of TestKill: it prints each record that a viewer
// sees, until it is killed.
func child() {
	fail := func(err error) {
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
	l, err := open(childOptions(), slow, hunted)
	fail(err)
	s := tiny(1, killSteps)
	m, err := l.Submit(context.Background(), s, Submission{})
	fail(err)
	c, err := l.Follow(m.ID, 0)
	fail(err)
	for {
		b, err := c.Next(context.Background())
		fail(err)
		for _, s := range b.Steps {
			fmt.Println(s.Step)
		}
	}
}

const killSteps = 150

// hunted expects to be killed: checkpoints come often, and a lease is short.
var hunted = regime{every: 20 * time.Millisecond, portion: 0.5, lease: time.Second, beat: 100 * time.Millisecond}

// The lab is killed three times in the middle of a run: each record that a viewer
// saw is there afterwards, and the whole run is what it would have been.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	o := in(dir, Options{Workers: 1})
	options, err := json.Marshal(childStore{o.Dir, o.NATS})
	if err != nil {
		t.Fatal(err)
	}
	seen := -1
	for _, after := range []int{25, 60, 110} {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childVariable+"="+string(options))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the other process says %q", lines.Text())
			}
			seen = max(seen, n)
			if n == after {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil || seen < after {
			t.Fatalf("the process ended by itself after step %d: %v", seen, err)
		}
	}

	l := startIn(t, dir, 1, count, hunted)
	s := tiny(1, killSteps)
	id := submit(t, l, s)
	if n, err := l.store.count(t.Context(), subject(id, 1)); n <= seen || err != nil {
		t.Fatalf("a viewer saw step %d, and %d are stored (%v)", seen, n, err)
	}
	checkWhole(t, l, id, s)
}
