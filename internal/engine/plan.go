package engine

import (
	"fmt"
	"maps"
	"strconv"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/probe"
	"gradlab/internal/knob"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// A Cost is what a run takes.
type Cost struct {
	StepFLOPs float64 // floating-point operations of a step, measurements aside
	FLOPs     float64 // of the run, kNN and the comparison of all methods included
	Memory    int64   // bytes at the peak; the images, which all runs share, aside
	Output    int64   // bytes of all records
}

// Plan returns the cost of a run of s before anything runs. It trains one step on
// a device that only counts, so it knows what every method and network takes. The
// error is knob.Errors where the memory exceeds o's limit; it names the setting
// that mends it with the smallest cut, and its largest value that fits.
func Plan(s spec.Spec, o Options) (Cost, error) {
	limit := Limit(o)
	cost := estimate(s)
	if cost.Memory <= limit {
		return cost, nil
	}
	return cost, knob.Errors{tooLarge(s, cost.Memory, limit)}
}

// Limit returns the bytes of memory that a run may take.
func Limit(o Options) int64 {
	if o.Memory == 0 {
		return machineMemory() / 2
	}
	return o.Memory
}

// estimate is Plan without a limit.
func estimate(s spec.Spec) Cost {
	steps := s.Length()
	cost := dryRun(s, steps)
	if then, ok := s.Branch(); ok {
		late, before := dryRun(then, steps), float64(s.At)/float64(steps)
		cost.FLOPs = before*cost.FLOPs + (1-before)*late.FLOPs
		cost.Memory = max(cost.Memory, late.Memory)
	}
	return cost
}

// dryRun returns the cost of so many steps of a run of s, branches aside.
func dryRun(s spec.Spec, steps int) Cost {
	d := new(counter)
	step, probing, image := rehearse(d, s)
	flops := step*float64(steps) + probing*float64(times(s.Probe.Every, s.Steps, steps))
	if s.Probe.KNN > 0 {
		flops += image * float64(judged(s)*times(s.Probe.KNN, s.Steps, steps))
	}
	bytes := int64(4)
	if s.Device == "reference" {
		bytes = 8
	}
	return Cost{
		StepFLOPs: step,
		FLOPs:     flops,
		Memory:    bytes*d.elements + hostMemory(s),
		Output:    output(s, steps),
	}
}

// rehearse takes on d what a run of s takes in its first two steps, in that order,
// so that the arena grows as it will: the first is measured in every way, the
// second like most. It returns the operations of a step, what a probe adds to
// one, and those of an image whose features are judged.
func rehearse(d *counter, s spec.Spec) (step, probing, image float64) {
	t := newTrainer(d, s)
	took := func(f func()) float64 {
		before := d.flops
		f()
		return d.flops - before
	}
	if s.Probe.KNN > 0 {
		h, w, c := data.Shape(s.Data)
		t.arena.Reset()
		image = took(func() {
			t.online.Encoder.Forward(t.arena, new(nn.Trace), t.arena.New(evaluation*h*w, c))
		}) / evaluation
	}
	first := took(func() { t.step(0, due{ways: true, rehearsal: true}, nil, nil) })
	step = took(func() { t.step(1, due{}, nil, nil) })
	return step, first - step, image
}

// times returns how often something happens in a run of length steps that is due at
// an interval, at the last step, and at that with which its schedules end, of steps.
func times(every, steps, length int) int {
	n := (length-1)/every + 1
	if (length-1)%every != 0 {
		n++
	}
	if steps < length && (steps-1)%every != 0 {
		n++
	}
	return n
}

// output returns the bytes of the records of so many steps.
func output(s spec.Spec, steps int) int64 {
	plain := record.Step{Values: make([]float32, len(fields(s)))}.Size()
	channels, compared := min(width(s), frameChannels), len(planned(s))
	_, anchors, others := shareShape(s)
	var probed, asked record.Step
	sizes := sphereSizes(s)
	maps.Copy(sizes, map[string]int{
		correlationName: channels * channels,
		spectrumName:    min(probe.MaxRank(2*s.Batch, width(s)), frameValues),
		equivalenceName: compared * compared,
		ratioName:       compared * compared,
		sharesName:      anchors * others,
	})
	for name, size := range sizes {
		probed.Frames = append(probed.Frames, record.Frame{Name: name, Data: make([]int8, size)})
	}
	frames := probed.Size() - record.Step{}.Size()
	bytes := int64(steps*plain) + int64(times(s.Probe.Every, s.Steps, steps)*frames)
	if s.Probe.KNN > 0 {
		asked.Frames = []record.Frame{
			{Name: likenessName, Data: make([]int8, likenessImages*likenessImages)},
			{Name: lengthsName, Data: make([]int8, likenessImages)},
		}
		bytes += int64(times(s.Probe.KNN, s.Steps, steps) * (asked.Size() - record.Step{}.Size()))
	}
	return bytes
}

// tooLarge returns the error of a run that takes more memory than the limit: of
// the settings that mend it alone, the one that needs the smallest cut.
func tooLarge(s spec.Spec, memory, limit int64) *knob.Error {
	sizes := []struct {
		key   string
		value func(*spec.Spec) *int
		least int
	}{
		{"projector.width", func(s *spec.Spec) *int { return &s.Projector.Width }, 3},
		{"batch", func(s *spec.Spec) *int { return &s.Batch }, 2},
		{"encoder.width", func(s *spec.Spec) *int { return &s.Encoder.Width }, 1},
		{"encoder.depth", func(s *spec.Spec) *int { return &s.Encoder.Depth }, 1},
		{"predictor.width", func(s *spec.Spec) *int { return &s.Predictor.Width }, 1},
	}
	problem := fmt.Sprintf("needs %s of memory where a run may take %s;", gigabytes(memory), gigabytes(limit))
	best := &knob.Error{Key: "batch", Value: strconv.Itoa(s.Batch), Problem: problem, Range: "a smaller network", Nearest: "2"}
	kept := 0.0
	for _, size := range sizes {
		fitting := func(v int) bool {
			smaller := s
			*size.value(&smaller) = v
			return estimate(smaller).Memory <= limit
		}
		now := *size.value(&s)
		if now <= size.least || !fitting(size.least) {
			continue
		}
		// The largest value that fits lies in [least, now).
		lo, hi := size.least, now
		for hi-lo > 1 {
			if mid := (lo + hi) / 2; fitting(mid) {
				lo = mid
			} else {
				hi = mid
			}
		}
		if part := float64(lo) / float64(now); part > kept {
			kept = part
			best = &knob.Error{Key: size.key, Value: strconv.Itoa(now), Problem: problem,
				Range: fmt.Sprintf("%d..%d fit", size.least, lo), Nearest: strconv.Itoa(lo)}
		}
	}
	return best
}

// gigabytes prints a number of bytes for people.
func gigabytes(bytes int64) string {
	return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
}

// unknownMemory is assumed of a machine that does not say how much it has.
const unknownMemory = 8 << 30
