package engine

import (
	"errors"
	"math"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
	"gradlab/internal/record"
	"gradlab/internal/spec"
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

// A counting device computes like another and counts the elements that are asked for.
type counting struct {
	tensor.Device
	elements int64
}

func (c *counting) New(rows, cols int) tensor.Tensor {
	c.elements += int64(rows) * int64(cols)
	return c.Device.New(rows, cols)
}

// What is planned of a device is what a run asks of it: networks, optimizer, the
// method's state, and an arena that grows as far as in the step that measures most.
func TestPlanKnowsTheTensors(t *testing.T) {
	for _, m := range methods() {
		for _, settings := range []string{"batch=32 probe.knn=50 ", "probe.knn=0 projector.width=128 encoder.width=8 "} {
			s := parse(t, small+settings+m)
			set, err := data.Open(s.Data, "")
			if err != nil {
				t.Fatal(err)
			}
			real, planned := &counting{Device: tensor.CPU(1)}, new(counter)
			v, tr, gallery := drawViews(set, s, 1, 0), newTrainer(real, s), newGallery(set)
			tr.init()
			for step := range 2 {
				x1, x2 := v.next()
				due := tr.due(step)
				if due.knn {
					tr.neighbours(gallery)
				}
				tr.step(step, due, x1, x2)
			}
			rehearse(planned, s)
			if miss := float64(planned.elements)/float64(real.elements) - 1; math.Abs(miss) > 0.01 {
				t.Errorf("%s%s: %d elements planned, %d asked for", settings, m, planned.elements, real.elements)
			}
		}
	}
}

// The memory of a plan is near the most that is in use at any moment of a run,
// images aside, as collections without a pause find it.
func TestPlanIsNearThePeak(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const common = "data=shapes batch=64 steps=2 probe.every=1 encoder=mlp encoder.width=64 encoder.depth=1 projector.depth=2 "
	for _, settings := range []string{
		"method=simclr projector.width=32 probe.knn=0", // narrow
		"method=barlow projector.width=4096",
		"method=directpred projector.width=512",
		"method=unigrad projector.width=512",
		"method=moco bank=32768 projector.width=256",
		"method=byol encoder=conv encoder.width=16 encoder.depth=3 projector.width=256 probe.knn=0",
	} {
		s := parse(t, common+settings)
		if _, err := data.Open(s.Data, ""); err != nil {
			t.Fatal(err)
		}
		planned, peak, ratio := estimate(s).Memory, int64(0), 0.0
		for range 4 { // a collection may miss a short peak, and a slow one counts what is garbage since it began
			peak = peakOf(t, s)
			if ratio = float64(planned) / float64(peak); ratio > 1/1.2 && ratio < 1.2 {
				break
			}
		}
		if ratio < 1/1.2 || ratio > 1.2 {
			t.Errorf("%s: %.1f MiB planned, %.1f MiB found", settings, mebi(planned), mebi(peak))
		}
	}
}

// peakOf returns the most bytes that collections find in use while s runs, above
// what was in use before.
func peakOf(t *testing.T, s spec.Spec) int64 {
	time.Sleep(150 * time.Millisecond) // the threads of the run before are gone, and what they hold
	for range 3 {                      // pools of memory outlive two collections
		runtime.GC()
	}
	before, peak := liveBytes(), int64(0)
	var over atomic.Bool
	var collector sync.WaitGroup
	collector.Go(func() {
		for !over.Load() {
			runtime.GC()
			peak = max(peak, liveBytes()-before)
		}
	})
	err := Run(t.Context(), s, Options{Threads: 2}, func(record.Step) error { return nil })
	over.Store(true)
	collector.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return peak
}

// liveBytes returns what the last collection has found in use.
func liveBytes() int64 {
	m := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(m)
	return int64(m[0].Value.Uint64())
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
