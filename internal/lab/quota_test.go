package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gradlab/internal/spec"
)

// refused asks for what is one too many.
func refused(t *testing.T, l *Lab, lanes []spec.Spec, sub Submission, says string) *Refused {
	t.Helper()
	before := len(l.Runs())
	_, err := l.Compare(t.Context(), lanes, sub)
	var r *Refused
	if !errors.As(err, &r) || !strings.Contains(err.Error(), says) {
		t.Fatalf("%v, want a refusal that says %q", err, says)
	}
	if n := len(l.Runs()); n != before {
		t.Errorf("%d runs were started all the same", n-before)
	}
	return r
}

// Of a visitor one submission is computed and two wait: a newer one takes the place of
// the oldest that waits, unless somebody else wants that or it goes on without viewers.
func TestQuota(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 4, gated(gate))
	running, shared, kept := tiny(1, 2), tiny(2, 2), tiny(3, 2)
	ask(t, l, running, by("a"))
	ask(t, l, tiny(9, 2), by("b"))
	ask(t, l, shared, by("a"))
	ask(t, l, shared, by("b"))
	ask(t, l, kept, by("a"))
	third := ask(t, l, tiny(4, 2), by("a"))
	state := func(s spec.Spec) Manifest { id, _ := l.ID(s); m, _ := l.Run(id); return m }
	if m := state(shared); m.State != Queued || len(m.Askers) != 1 || m.Askers[0].Visitor != "b" {
		t.Errorf("what another wants too is %s (%s), wanted by %v", m.State, m.Reason, m.Askers)
	}
	if m := state(kept); m.State != Queued || m.Reason != behindOther {
		t.Errorf("the second that waits is %s (%s)", m.State, m.Reason)
	}
	if _, err := l.Submit(t.Context(), kept, Submission{Visitor: "a", Address: "here", Keep: true}); err != nil {
		t.Fatal(err)
	}
	fourth, fifth := ask(t, l, tiny(5, 2), by("a")), ask(t, l, tiny(6, 2), by("a"))
	if m := state(kept); m.State != Running || !m.Keep {
		t.Errorf("what goes on without viewers is %s (%s)", m.State, m.Reason)
	}
	if m, _ := l.Run(third); m.State != Cancelled || m.Reason != errReplaced.Error() || m.Done != 0 {
		t.Errorf("the oldest that waited is %s (%s)", m.State, m.Reason)
	}
	close(gate)
	for _, id := range []string{fourth, fifth} {
		await(t, l, id, Finished)
	}
}

// A comparison counts once, and what it has in common with the visitor's last one
// becomes a part of it.
func TestComparisonsCountOnce(t *testing.T) {
	gate := make(chan struct{})
	l := start(t, "", 8, gated(gate))
	lanes := []spec.Spec{tiny(1, 2), tiny(2, 2), tiny(3, 2), tiny(4, 2), tiny(5, 2), tiny(6, 2)}
	for i := 1; i <= len(lanes); i++ {
		all, err := l.Compare(t.Context(), lanes[:i], by("a"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if m, _ := l.Run(m.ID); m.State != Running {
				t.Errorf("of %d lanes one is %s (%s)", i, m.State, m.Reason)
			}
		}
	}
	if n := len(l.submissions()); n != 1 {
		t.Errorf("%d submissions", n)
	}
	close(gate)
	for _, s := range lanes {
		id, _ := l.ID(s)
		checkWhole(t, l, id, s)
	}
}

// A run that several want is cancelled by none alone; stopping it is leaving.
func TestLeaving(t *testing.T) {
	gate := make(chan struct{}, 10)
	l := start(t, "", 1, gated(gate))
	s := tiny(1, 6)
	id := ask(t, l, s, by("a"))
	for _, who := range []Submission{by("a"), by("b"), {Address: "there"}} {
		if again := ask(t, l, s, who); again != id {
			t.Fatalf("another run: %s", again)
		}
	}
	for i, who := range []Submission{by("a"), by("stranger"), {Address: "there"}} {
		if err := l.Leave(t.Context(), id, who); err != nil {
			t.Fatal(err)
		}
		if m, _ := l.Run(id); m.State != Running || len(m.Askers) != []int{2, 2, 1}[i] {
			t.Errorf("after leave %d the run is %s, wanted by %v", i, m.State, m.Askers)
		}
	}
	if err := l.Leave(t.Context(), id, by("stranger")); err != nil {
		t.Fatal(err)
	}
	if m, _ := l.Run(id); m.State != Cancelled || m.Reason != "stopped after 0 of 6 steps" {
		t.Errorf("where one visitor is left, a stop leaves it %s (%s)", m.State, m.Reason)
	}
}

func TestFullLab(t *testing.T) {
	how := calm
	how.queue, how.address, how.keeping = 4, 3, 2
	gate := make(chan struct{}, 10)
	l := startIn(t, "", 1, gated(gate), how)
	first := ask(t, l, tiny(1, 4), by("a"))
	gate <- struct{}{}
	awaitThat(t, l, first, "a step", func(m Manifest) bool { return m.Done == 1 })
	keep := Submission{Visitor: "k", Address: "there", Keep: true}
	refused(t, l, []spec.Spec{tiny(2, 4), tiny(3, 4), tiny(4, 4)}, keep, "keep: 0 runs of this visitor")
	ask(t, l, tiny(2, 4), Submission{Address: "here"})
	ask(t, l, tiny(3, 4), by("b"))
	if r := refused(t, l, []spec.Spec{tiny(4, 4)}, by("c"), "3 submissions from this network address"); r.Full {
		t.Error("that is not the lab's fault")
	}
	if _, err := l.Compare(t.Context(), []spec.Spec{tiny(5, 4), tiny(6, 4)}, keep); err != nil {
		t.Fatal(err)
	}
	r := refused(t, l, []spec.Spec{tiny(7, 4)}, Submission{Visitor: "d", Address: "elsewhere"}, "4 submissions are being computed or wait")
	if !r.Full || r.Position != 4 || r.Wait <= 0 {
		t.Errorf("refused with %+v, want as number 4, and a time until there is room", r)
	}
	// What is there can be looked at, and who pauses makes room.
	if m, err := l.Submit(t.Context(), tiny(1, 4), Submission{Visitor: "d", Address: "elsewhere"}); err != nil || m.ID != first {
		t.Errorf("a run that is there: %v", err)
	}
	if err := l.Leave(t.Context(), first, Submission{Visitor: "d"}); err != nil {
		t.Fatal(err)
	}
	id, _ := l.ID(tiny(3, 4))
	if err := l.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	ask(t, l, tiny(7, 4), Submission{Visitor: "d", Address: "elsewhere"})
	close(gate)
}

// When there will be room goes by the steps that a run has computed, not by those that it took over.
func TestRoomGoesByWhatWasComputed(t *testing.T) {
	l := &Lab{runs: map[string]*run{}, workers: 1, store: &store{}}
	extended := newRun(Manifest{State: Running, Steps: 1020, Done: 1010, standing: standing{Served: 10 * time.Second, Taken: 10}}, nil)
	l.runs["extended"] = extended
	if wait := l.room(); wait != 10*time.Second {
		t.Errorf("ten steps more, of a second each, take %v", wait)
	}
	extended.m.Served, extended.m.Taken = 0, 0 // it has taken records over, and computed nothing yet
	if wait := l.room(); wait != 0 {
		t.Errorf("where nothing is known yet, %v", wait)
	}
}

// The store knows who asked, and nobody else is told; the key outlives the process.
func TestWhoAskedStaysInTheStore(t *testing.T) {
	dir := t.TempDir()
	gate := make(chan struct{})
	l := start(t, dir, 1, gated(gate))
	id := ask(t, l, tiny(1, 3), Submission{Visitor: "somebody", Address: "somewhere"})
	m, _ := l.Run(id)
	b, err := json.Marshal(m)
	if err != nil || bytes.Contains(b, []byte("some")) {
		t.Errorf("%s, %v", b, err)
	}
	secret := bytes.Clone(l.Secret())
	if len(secret) != 32 || bytes.Equal(secret, make([]byte, 32)) {
		t.Errorf("the secret is %x", secret)
	}
	shut(t, l)
	l = start(t, dir, 1, gated(gate))
	after, _ := l.Run(id)
	if fmt.Sprint(after.Askers) != fmt.Sprint(m.Askers) || len(after.Askers) != 1 {
		t.Errorf("asked by %v, and after a restart by %v", m.Askers, after.Askers)
	}
	if !bytes.Equal(secret, l.Secret()) {
		t.Error("another secret after a restart")
	}
	close(gate)
}
