package finding

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gradlab/internal/record"
)

// A Kind is one of the things that can happen to a run.
type Kind string

// The kinds of events. Each is found once, at the step where it first begins; but for
// the collapse, whose thresholds lie far from all noise, it counts only when it has held
// for some measurements, and what has been found once is not taken back.
const (
	Collapsed Kind = "collapse" // outputs have collapsed to a point or to a line
	Few       Kind = "few"      // they have collapsed in most directions, for held measurements
	Rank      Kind = "rank"     // the effective rank has fallen below a twelfth of what it began with, for held measurements
	Balance   Kind = "balance"  // the negative norm is within a third of the positive one, for balanced steps
	Diverged  Kind = "diverged" // the loss or a norm is not finite
)

// How long something has to be so before it is said.
const (
	held     = 3  // probes
	balanced = 20 // steps
)

// fallen is the share of its early value below which the rank has fallen. Both are
// counted from 1, which is the rank of one direction. The early value is the largest of
// the first probes, as many as have to hold.
//
// Measured in the runs of fewShare: without their decorrelation Barlow Twins and VICReg
// keep 0.03 to 0.05 at a width of 256, healthy methods from 0.12 (Barlow Twins) and 0.25 (VICReg) to
// 0.52 (DirectPred). It is an event and no verdict: a healthy Barlow Twins 1024 wide keeps 0.03.
const fallen = 1. / 12

// near is how far the ratio of the norms may be from 1, either way.
//
// Measured in the same runs: BYOL, SimSiam and DirectPred come to it before step 30 and
// stay at 0.74 to 0.92, MoCo touches it at 43 on its way to 0.55 to 0.70, UniGrad comes after step
// 170; SimCLR (0.31 to 0.42) and VICReg (0.34 to 0.44) never do.
const near = 4. / 3

// An Event is something that happened at a step.
type Event struct {
	Kind Kind
	Step int
}

// Of returns what there is to say of a run as its last record stands, and what has
// happened to it, by step.
func Of(schema record.Schema, steps []record.Step) (Finding, []Event) {
	s := scan{schema: schema, level: math.NaN(), rank: math.NaN(), off: math.NaN(), attainable: math.NaN(), collapsed: -1, diverged: -1}
	if i := schema.Index("effective_rank"); i >= 0 {
		for _, m := range schema.Fields[i].Marks {
			if m.Label == "attainable" {
				s.attainable = float64(m.Value)
			}
		}
	}
	for _, step := range steps {
		s.see(step)
	}
	return s.finding(len(steps)), s.events()
}

// A scan is what has been seen of a run's records so far.
type scan struct {
	schema               record.Schema
	level, rank, off     float64 // as measured last; NaN: not yet
	attainable           float64
	early                []float64 // ranks of the first probes
	collapsed, diverged  int       // first step; -1: none
	few, fell, balancing stretch
}

func (s *scan) see(step record.Step) {
	at := func(name string) float64 { return value(s.schema, step, name) }
	newer := func(old *float64, name string) float64 {
		v := at(name)
		if !math.IsNaN(v) {
			*old = v
		}
		return v
	}
	newer(&s.level, "collapse_level")
	off, rank := newer(&s.off, "offdiagonal"), newer(&s.rank, "effective_rank")
	late := step.Step+1 >= Early
	if s.collapsed < 0 && late && Collapse(s.level, s.rank, s.off).Text != "" {
		s.collapsed = step.Step
	}
	if !math.IsNaN(rank) && !math.IsNaN(off) && late {
		s.few.see(step.Step, held, few(s.level, rank, off, s.attainable))
	}
	if !math.IsNaN(rank) {
		if len(s.early) < held {
			s.early = append(s.early, rank)
		}
		s.fell.see(step.Step, held, rank-1 < fallen*(slices.Max(s.early)-1))
	}
	if b := at("balance"); !math.IsNaN(b) {
		s.balancing.see(step.Step, balanced, b >= 1/near && b <= near)
	}
	if s.diverged < 0 && infinite(s.schema, step) {
		s.diverged = step.Step
	}
}

func (s *scan) finding(steps int) Finding {
	if steps < Early {
		return Finding{}
	}
	if f := Collapse(s.level, s.rank, s.off); f.Text != "" {
		return f
	}
	if s.few.n >= held {
		return Directions(s.rank, s.off, s.attainable)
	}
	return Finding{}
}

func (s *scan) events() []Event {
	var list []Event
	add := func(k Kind, found bool, step int) {
		if found {
			list = append(list, Event{k, step})
		}
	}
	add(Collapsed, s.collapsed >= 0, s.collapsed)
	add(Few, s.few.found, s.few.first)
	add(Rank, s.fell.found, s.fell.first)
	add(Balance, s.balancing.found, s.balancing.first)
	add(Diverged, s.diverged >= 0, s.diverged)
	slices.SortStableFunc(list, func(a, b Event) int { return cmp.Compare(a.Step, b.Step) })
	return list
}

// A stretch is something that has been so at the last n measurements, and where it first
// was so for long enough.
type stretch struct {
	n, from int
	found   bool
	first   int
}

func (h *stretch) see(step, need int, so bool) {
	if !so {
		h.n = 0
		return
	}
	if h.n == 0 {
		h.from = step
	}
	if h.n++; h.n == need && !h.found {
		h.found, h.first = true, h.from
	}
}

// value returns a field of a step; NaN where it was not measured or is not finite.
func value(s record.Schema, step record.Step, name string) float64 {
	i := s.Index(name)
	if i < 0 || step.Has&s.Fields[i].Every == 0 || i >= len(step.Values) {
		return math.NaN()
	}
	v := float64(step.Values[i])
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// infinite reports whether a step has the mark of a run that has diverged: a loss or a
// norm that was measured and is not finite.
func infinite(s record.Schema, step record.Step) bool {
	for _, name := range []string{"loss", "positive_norm", "negative_norm", "total_norm"} {
		if i := s.Index(name); i >= 0 && step.Has&s.Fields[i].Every != 0 && math.IsNaN(value(s, step, name)) {
			return true
		}
	}
	return false
}

// said are the words for what has happened.
var said = map[Kind]string{
	Collapsed: "collapsed", Few: "dimensional collapse", Rank: "rank fell", Balance: "terms balance", Diverged: "diverged",
}

// Words say what has happened to a lane, or to some of the seeds of a band: "B rank fell,
// step 31". steps are those of the seeds to which it has, the least first, of is how many
// seeds there are; name is the lane's letter, empty where there is one lane.
func Words(kind Kind, name string, steps []int, of int) string {
	what := said[kind]
	if len(steps) < of {
		what = fmt.Sprintf("%d of %d: %s", len(steps), of, what)
	}
	if name != "" {
		what = name + " " + what
	}
	join := ", "
	if kind == Balance {
		join = " from "
	}
	if first, last := steps[0], steps[len(steps)-1]; first != last {
		return fmt.Sprintf("%s%ssteps %d to %d", what, join, first, last)
	}
	return fmt.Sprintf("%s%sstep %d", what, join, steps[0])
}
