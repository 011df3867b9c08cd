package engine

import (
	"errors"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/nn"
	"gradlab/internal/knob"
)

// A step of the reference jobs (batch 256, images of 32 x 32 x 3) takes as many
// operations as counting by hand gives; docs/performance.md has the table.
func TestPlanCountsTheReferenceJobs(t *testing.T) {
	const common = "data=cifar10 batch=256 projector.depth=3 projector.width=512 predictor.width=512 "
	// The table does not measure: two terms of two views go back through the predictor's two layers on their own.
	const pulled = 2 * 2 * 2 * (2 * 256 * 512 * 512) / 1e9
	for _, c := range []struct {
		job, method string
		gflop       float64
	}{
		{"encoder=mlp encoder.width=512 encoder.depth=2", "simclr", 6.98},
		{"encoder=mlp encoder.width=512 encoder.depth=2", "byol", 10.74 + pulled},
		{"encoder=mlp encoder.width=512 encoder.depth=2", "barlow", 6.84},
		{"encoder=conv encoder.width=32 encoder.depth=4", "simclr", 47.85},
		{"encoder=conv encoder.width=32 encoder.depth=4", "byol", 65.00 + pulled},
		{"encoder=conv encoder.width=32 encoder.depth=4", "barlow", 47.71},
	} {
		cost, err := Plan(parse(t, common+c.job+" method="+c.method), Options{Memory: 1 << 40})
		if err != nil {
			t.Fatal(err)
		}
		if got := cost.StepFLOPs / 1e9; math.Abs(got/c.gflop-1) > 0.05 { // element-wise work is not in the table
			t.Errorf("%s %s: %.2f GFLOP a step, want %.2f", c.job, c.method, got, c.gflop)
		}
	}
}

// What is planned is what is held: the tensors of networks, optimizer, arena and
// the method's state.
func TestPlanKnowsTheMemory(t *testing.T) {
	for _, m := range methods() {
		s := parse(t, small+"batch=32 probe.knn=50 "+m)
		set, err := data.Open(s.Data, "")
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		v, tr := start(t, s)
		gallery := newGallery(set)
		for step := range 2 {
			x1, x2 := v.next()
			tr.neighbours(gallery)
			tr.step(step, due{}, x1, x2)
		}
		held := int64(tr.arena.Len())
		for _, model := range []*nn.Model{tr.online, tr.slow} {
			if model == nil {
				continue
			}
			for _, p := range model.Params() {
				held += 2 * int64(p.W.Len()) // weight and gradient
				if model == tr.online {
					held += int64(p.W.Len()) // velocity
				}
			}
		}
		if state := new(counter); tr.objective.Build != nil { // a bank, F
			s.Objective().Build(state, width(s))
			held += state.elements
		}
		planned := new(counter)
		dry(planned, s)
		if miss := float64(planned.elements)/float64(held) - 1; math.Abs(miss) > 0.01 {
			t.Errorf("%s: %d elements planned, %d held", m, planned.elements, held)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		grown := int64(after.HeapAlloc - before.HeapAlloc)
		if cost := estimate(s); float64(grown) > 1.2*float64(cost.Memory) {
			t.Errorf("%s: %d bytes planned, %d in use", m, cost.Memory, grown)
		}
		runtime.KeepAlive(tr)
	}
}

func TestPlanKnowsTheOutput(t *testing.T) {
	s := parse(t, small+"steps=20 probe.every=7 probe.knn=9")
	var bytes int64
	for _, r := range run(t, s, 2) {
		bytes += int64(r.Size())
	}
	if cost := estimate(s); cost.Output != bytes {
		t.Errorf("%d bytes planned, %d written", cost.Output, bytes)
	}
}

// A run that is too large names a setting and its largest value that fits.
func TestPlanRefusesWhatDoesNotFit(t *testing.T) {
	for _, c := range []struct {
		settings, key string
		limit         int64
	}{
		{"projector.width=16384 encoder.width=64", "projector.width", 2 << 30},
		{"batch=4096", "batch", 1 << 30},
		{"encoder.width=1024 encoder.depth=6 projector.depth=0", "encoder.width", 2 << 30},
	} {
		s := parse(t, c.settings)
		_, err := Plan(s, Options{Memory: c.limit})
		var errs knob.Errors
		if !errors.As(err, &errs) || len(errs) != 1 || errs[0].Key != c.key {
			t.Errorf("%s: %v, want an error at %s", c.settings, err, c.key)
			continue
		}
		if !strings.Contains(err.Error(), "GiB") {
			t.Errorf("%s: %v does not say how much", c.settings, err)
		}
		nearest, _ := strconv.Atoi(errs[0].Nearest)
		for by, fits := range map[int]bool{0: true, 1: false} {
			again := parse(t, c.settings+" "+c.key+"="+strconv.Itoa(nearest+by))
			if _, err := Plan(again, Options{Memory: c.limit}); (err == nil) != fits {
				t.Errorf("%s: %s=%d fits: %v", c.settings, c.key, nearest+by, err)
			}
		}
	}
}

// A plan computes nothing, however large the run.
func TestPlanIsQuick(t *testing.T) {
	s := parse(t, "projector.width=16384 projector.depth=8 method=barlow batch=1024 steps=100000")
	if n := testing.AllocsPerRun(1, func() { estimate(s) }); n > 5000 {
		t.Errorf("%g allocations", n)
	}
}

func TestMachineHasMemory(t *testing.T) {
	if m := machineMemory(); m < 1<<28 || m > 1<<46 {
		t.Errorf("%d bytes", m)
	}
}
