package engine

import (
	stdbytes "bytes" // bytes is a function of this package
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// checkpoints returns the records of a run and its checkpoint before each step but
// the first, and behind the last: that of step i at [i].
func checkpoints(t testing.TB, s spec.Spec, threads int) (steps []record.Step, at [][]byte) {
	t.Helper()
	at = make([][]byte, s.Length()+1)
	err := Run(t.Context(), s, Options{Threads: threads, Checkpoint: func(next int, write func(io.Writer) error) error {
		var b stdbytes.Buffer
		err := write(&b)
		at[next] = b.Bytes()
		return err
	}}, func(r record.Step) error {
		steps = append(steps, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return steps, at
}

// resumable are runs that carry, between them, everything that a run can carry.
func resumable() []string {
	all := []string{
		"method=moco bank=24",
		"method=moco bank=24 target=stopped target.negative=momentum",
		"method=moco bank=0 target=momentum target.negative=shared",
		"method=byol predictor=linear gradient=closed",
		"method=unigrad gradient=forget-detach target=shared target.negative=stopped",
		"method=directpred gradient=drop-middle target.negative=stopped",
		"method=simclr target=momentum momentum=0.9 probe.knn=2",
		"method=simclr encoder=mlp encoder.width=8 encoder.depth=1 optimizer.momentum=0",
		"method=byol device=reference", "method=moco bank=24 device=reference",
		"method=byol at=4 then.predictor=none", "method=byol predictor=none at=4 then.predictor=mlp",
		"method=simsiam at=4 then.target=momentum then.momentum=0.5", "method=byol at=4 then.target=stopped",
		"method=byol then.steps=9", "method=moco bank=24 at=4 then.tau=0.5 then.steps=9", "at=7 then.steps=9 then.schedule=constant",
		"method=moco bank=24 at=4 then.tau=0.5 then.lr=0.2", "method=unigrad at=4 then.rho=0.5 then.target.negative=stopped",
	}
	for _, m := range method.All() {
		all = append(all, "method="+m.Name)
	}
	return all
}

// A run that goes on from a checkpoint, on another number of threads, says to the
// last bit what the run that was never stopped says: wherever it was stopped,
// before, at and behind the step of a branch.
func TestResumedRunsSayTheSame(t *testing.T) {
	for _, m := range resumable() {
		t.Run(m, func(t *testing.T) {
			t.Parallel()
			s := parse(t, small+m)
			want, at := checkpoints(t, s, 2)
			for from := 1; from <= s.Length(); from += stride() {
				next := from
				o := Options{Threads: 1, Resume: stdbytes.NewReader(at[from])}
				o.Checkpoint = func(step int, write func(io.Writer) error) error {
					var b stdbytes.Buffer
					if err := write(&b); err != nil || !stdbytes.Equal(b.Bytes(), at[step]) {
						return fmt.Errorf("the checkpoint at step %d is another: %w", step, err)
					}
					return nil
				}
				err := Run(t.Context(), s, o, func(got record.Step) error {
					if field := Schema(s).Difference(want[next], got); field != "" {
						return fmt.Errorf("step %d has another %s", next, field)
					}
					next++
					return nil
				})
				if err != nil || next != s.Length() {
					t.Errorf("from step %d it came to step %d: %v", from, next, err)
				}
			}
		})
	}
}

// stride is how far apart the steps are from which runs go on: short tests take the first, the
// fourth, at which runs branch, and the seventh, where many end.
func stride() int {
	if testing.Short() {
		return 3
	}
	return 1
}

// Every says how often, and behind the last step it is asked whatever that says; what
// the callback says ends the run.
func TestCheckpointIsAsked(t *testing.T) {
	s := parse(t, small)
	enough := errors.New("enough")
	var asked []int
	o := Options{Every: 3, Checkpoint: func(next int, _ func(io.Writer) error) error {
		if asked = append(asked, next); next == 6 {
			return enough
		}
		return nil
	}}
	n := 0
	err := Run(t.Context(), s, o, func(record.Step) error { n++; return nil })
	if !errors.Is(err, enough) || fmt.Sprint(asked) != "[3 6]" || n != 6 {
		t.Errorf("asked before steps %v, %d records, %v", asked, n, err)
	}
	asked = nil
	s = parse(t, small+"steps=4")
	if err := Run(t.Context(), s, o, func(record.Step) error { return nil }); err != nil || fmt.Sprint(asked) != "[3 4]" {
		t.Errorf("asked before steps %v; %v", asked, err)
	}
}

// resume tries to go on from a checkpoint and returns why it cannot.
func resume(t testing.TB, s spec.Spec, in io.Reader) error {
	t.Helper()
	err := Run(t.Context(), s, Options{Threads: 1, Resume: in}, func(record.Step) error { return context.Canceled })
	if err == nil || errors.Is(err, ErrCheckpoint) == errors.Is(err, context.Canceled) {
		t.Fatalf("the error of resuming is %v", err)
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// sealed returns b with the sum that its other bytes have: what somebody writes
// who means harm.
func sealed(b []byte) []byte {
	b = stdbytes.Clone(b[:max(0, len(b)-sha256.Size)])
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// What is wrong with a checkpoint is named.
func TestUnusableCheckpoints(t *testing.T) {
	s := parse(t, small+"method=moco bank=24")
	_, all := checkpoints(t, s, 2)
	good := all[3]
	if err := resume(t, s, stdbytes.NewReader(good)); err != nil {
		t.Fatalf("a good one: %v", err)
	}
	// changed returns it with the bytes behind a text replaced, and sealed again.
	changed := func(behind string, skip int, by ...byte) []byte {
		b := stdbytes.Clone(good)
		i := stdbytes.Index(b, []byte(behind))
		if i < 0 {
			t.Fatalf("no %q in the checkpoint", behind)
		}
		copy(b[i+len(behind)+skip:], by)
		return sealed(b)
	}
	step := len(s.Query()) + 2 + 64 // settings, digest
	weights := stdbytes.Index(good, []byte("online.encoder.0.weight")) + 40
	damaged := stdbytes.Clone(good)
	damaged[weights] ^= 4
	for name, c := range map[string]struct {
		b    []byte
		says string
	}{
		"nothing":              {nil, "ends in its first bytes"},
		"something else":       {[]byte("GIF89a, and more of it"), "does not begin as one"},
		"another form":         {changed(checkpointMagic, 0, 2), "its form has version 2"},
		"another engine":       {changed(checkpointMagic, 4, 99), "of version 99 of the engine"},
		"another class":        {changed(checkpointMagic, 10, 'X'), "its machine class is "},
		"other settings":       {changed("batch=", 0, '9'), "its settings is "},
		"other images":         {changed(s.Query(), 2, 'x'), "its images is "},
		"a step beyond":        {changed(Class(), 2+step, 8), "goes on at step 8 of 7"},
		"step 0":               {changed(Class(), 2+step, 0), "goes on at step 0 of 7"},
		"a huge step":          {changed(Class(), 2+step, 255, 255, 255, 255), "of 7"},
		"other elements":       {changed(Class(), 2+step+4, 8), "elements have 8 bytes"},
		"many sections":        {changed(Class(), 2+step+8, 255, 255, 255, 255), "sections, and the run"},
		"another name":         {changed("online.encoder.0.weigh", 0, 'x'), `is "online.encoder.0.weighx"`},
		"a huge matrix":        {changed("online.encoder.0.weight", 0, 255, 255, 255, 127, 255, 255, 255, 127), "section online.encoder.0.weight is 2147483647 x 2147483647"},
		"a place outside":      {changed("method.bank.next", 8, 0, 0, 0, 0, 0, 0, 0x38, 0x40), "section method.bank.next is 24"},
		"a place between":      {changed("method.bank.next", 8, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f), "section method.bank.next is 1.5"},
		"a place nowhere":      {changed("method.bank.next", 8, 1, 0, 0, 0, 0, 0, 0xf0, 0x7f), "section method.bank.next is NaN"},
		"a flipped bit":        {damaged, "it is damaged"},
		"another sum":          {append(stdbytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), "it is damaged"},
		"cut in a matrix":      {good[:weights], "ends in its section online.encoder.0.weight"},
		"cut in the sum":       {good[:len(good)-1], "ends in its sum"},
		"something behind":     {append(stdbytes.Clone(good), 0), "behind its end"},
		"an accuracy too good": {changed("random.knn", 8, 0, 0, 0, 0, 0, 0, 0, 0x40), "section random.knn is 2"},
	} {
		if err := resume(t, s, stdbytes.NewReader(c.b)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
	}
	torn := errors.New("the store is gone")
	if err := resume(t, s, io.MultiReader(stdbytes.NewReader(good[:200]), iotest.ErrReader(torn))); !errors.Is(err, torn) {
		t.Errorf("a reader that fails: %v", err)
	}
	other := parse(t, small+"method=moco bank=24 lr=0.01")
	if err := resume(t, other, stdbytes.NewReader(good)); err == nil || !strings.Contains(err.Error(), "its settings is ") {
		t.Errorf("the checkpoint of another run: %v", err)
	}
	full := errors.New("the disk is full")
	err := Run(t.Context(), s, Options{Checkpoint: func(_ int, write func(io.Writer) error) error {
		return write(&limited{left: 3000, err: full})
	}}, func(record.Step) error { return nil })
	if !errors.Is(err, full) {
		t.Errorf("a writer that fails: %v", err)
	}
}

// limited takes so many bytes.
type limited struct {
	left int
	err  error
}

func (l *limited) Write(b []byte) (int, error) {
	if l.left -= len(b); l.left < 0 {
		return 0, l.err
	}
	return len(b), nil
}

// What a checkpoint says of its sizes costs no memory.
func TestHostileCheckpointTakesNoMemory(t *testing.T) {
	s := parse(t, small)
	_, all := checkpoints(t, s, 1)
	b := stdbytes.Clone(all[3])
	i := stdbytes.Index(b, []byte("online.encoder.0.weight")) + len("online.encoder.0.weight")
	copy(b[i:], []byte{255, 255, 255, 127, 255, 255, 255, 127})
	endless := io.MultiReader(stdbytes.NewReader(b[:i+8]), zeros{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := resume(t, s, endless); err == nil {
		t.Fatal("it is taken")
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 { // the trainer and the buffers; here about 1 MiB
		t.Errorf("it took %d bytes", took)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// Whatever the bytes, a reader returns: with an error, or with a state that writes
// the same bytes again.
func FuzzCheckpoint(f *testing.F) {
	s := parse(f, small+"method=moco bank=8 encoder.width=1 encoder.depth=1 projector.depth=1 projector.width=8") // small, so that the fuzzer is quick
	_, all := checkpoints(f, s, 1)
	f.Add(all[1])
	f.Add(all[6])
	f.Add(all[3][:len(all[3])/2])
	set, err := data.Open(s.Data, "")
	if err != nil {
		f.Fatal(err)
	}
	c := newCheckpointer(s, set)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, b := range [][]byte{b, sealed(b)} {
			tr, next, err := c.read(Options{Threads: 1}.device(s), stdbytes.NewReader(b))
			if err != nil {
				if !errors.Is(err, ErrCheckpoint) {
					t.Fatalf("the error is %v", err)
				}
				continue
			}
			var again stdbytes.Buffer
			if err := c.writer(tr, next)(&again); err != nil || !stdbytes.Equal(again.Bytes(), b) && !holdsNaN(tr) {
				t.Fatalf("read and written again it is another; %v", err)
			}
		}
	})
}

// holdsNaN: which of the many NaN an element is may change on its way.
func holdsNaN(t *trainer) bool {
	for _, s := range t.sections() {
		x := make([]float64, s.matrix.Len())
		if !s.matrix.IsNone() {
			t.arena.Download64(x, s.matrix)
		}
		for _, v := range x {
			if math.IsNaN(v) {
				return true
			}
		}
	}
	return false
}

// The price of a checkpoint, without the store: the default run (conv encoder,
// projector 256), one with a bank, and a perceptron with a wide projector.
func BenchmarkCheckpoint(b *testing.B) {
	for _, m := range []string{"method=byol", "method=moco", "method=unigrad projector.width=2048"} {
		s := parse(b, "data=fashion-mnist "+m)
		_, tr := start(b, s)
		set, err := data.Open(s.Data, "")
		if err != nil {
			b.Fatal(err)
		}
		c := newCheckpointer(s, set)
		var kept stdbytes.Buffer
		if err := c.writer(tr, 1)(&kept); err != nil {
			b.Fatal(err)
		}
		b.Run("write/"+strings.ReplaceAll(m, " ", "_"), func(b *testing.B) {
			b.SetBytes(int64(kept.Len()))
			for b.Loop() {
				if err := c.writer(tr, 1)(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("read/"+strings.ReplaceAll(m, " ", "_"), func(b *testing.B) {
			b.SetBytes(int64(kept.Len()))
			for b.Loop() {
				if _, _, err := c.read(tr.arena.Device, stdbytes.NewReader(kept.Bytes())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
