package spec

import (
	"fmt"
	"slices"
	"strconv"

	"gradlab/internal/knob"
)

// Length returns how many steps the run takes: Steps, or what then.steps says. The
// schedules of the learning rate and of the target's momentum go over Steps; behind
// them they hold what they were at step Steps-1.
func (s Spec) Length() int {
	i := s.extension()
	if i < 0 {
		return s.Steps
	}
	n, err := strconv.Atoi(s.Then[i].Value)
	if err != nil {
		panic(fmt.Sprintf("spec: a valid spec holds a bad setting: %v", err))
	}
	return n
}

// LengthKey returns the setting that says the run's length, and the least that it may be
// while the others stay as they are.
func (s Spec) LengthKey() (key string, least int) {
	if s.extension() >= 0 {
		return thenPrefix + lengthKey, s.Steps + 1
	}
	return lengthKey, s.At + 1
}

// Lasting returns the run with another length, which must be in the range of LengthKey.
func (s Spec) Lasting(length int) Spec {
	i := s.extension()
	if i < 0 {
		s.Steps = length
		return s
	}
	s.Then = slices.Clone(s.Then)
	s.Then[i].Value = strconv.Itoa(length)
	return s
}

// extension returns which of s.Then is the length; -1 where s is not extended.
func (s Spec) extension() int {
	return slices.IndexFunc(s.Then, func(t Setting) bool { return t.Key == lengthKey })
}

// LastRate returns the learning rate of the last step, which an extended run holds.
func (s Spec) LastRate() float64 {
	if b, ok := s.Branch(); ok {
		s.Optim = b.Optim
	}
	return s.Optim.Rate(s.Steps-1, s.Steps)
}

// Extended returns the run that is s and takes so many steps more, with the settings
// then, without their prefix, in force from the end of the schedules on. Up to there its
// records are those of s. The error is knob.Errors; it says more where the number
// of steps is out of its range, and what is wrong with then.
func (s Spec) Extended(more int, then []Setting) (Spec, error) {
	if most := MostSteps - s.Length(); more < 1 || more > most {
		e := &knob.Error{Key: "more", Value: strconv.Itoa(more), Problem: "is not in", Range: fmt.Sprintf("1..%d", most), Nearest: strconv.Itoa(min(max(more, 1), most))}
		if most < 1 {
			e.Problem, e.Range, e.Nearest = fmt.Sprintf("cannot be: a run takes at most %d steps, and this one does", MostSteps), "", ""
		}
		return Spec{}, knob.Errors{e}
	}
	changes := slices.DeleteFunc(slices.Clone(s.Then), func(t Setting) bool { return t.Key == lengthKey })
	at := s.At
	if len(changes) == 0 {
		at = s.Steps
	} else if len(then) > 0 && at < s.Steps {
		return Spec{}, knob.Errors{{Key: thenPrefix + then[0].Key, Value: then[0].Value,
			Problem: fmt.Sprintf("would be a second change: the run has one at step %d, and goes on with it", at)}}
	}
	for _, t := range then {
		changes = slices.DeleteFunc(changes, func(c Setting) bool { return c.Key == t.Key })
		changes = append(changes, t)
	}
	in := s.base().Settings()
	in = append(in, Setting{"at", strconv.Itoa(at)}, Setting{thenPrefix + lengthKey, strconv.Itoa(s.Length() + more)})
	for _, t := range changes {
		in = append(in, Setting{thenPrefix + t.Key, t.Value})
	}
	return Parse(in)
}

// onlyLonger reports whether s goes on behind its schedules and changes nothing else:
// then the step at which it does goes without saying.
func (s Spec) onlyLonger() bool { return len(s.Then) == 1 && s.Then[0].Key == lengthKey }

// base returns the run as if it neither changed nor were extended.
func (s Spec) base() Spec {
	s.At, s.Then = 0, nil
	return s
}

// SameUntil returns the step before which two runs do the same: 0 where they differ
// from the beginning, the length of the shorter one where they never do. What they
// measure may differ at the last step of either; see engine.Measured.
func (s Spec) SameUntil(o Spec) int {
	if s.base().Query() != o.base().Query() {
		return 0
	}
	until := min(s.Length(), o.Length())
	at, then := s.change()
	otherAt, otherThen := o.change()
	if at == otherAt && slices.Equal(then, otherThen) {
		return until
	}
	return min(until, at, otherAt)
}

// change returns from which step on what is another setting, the length aside.
// Where nothing changes the step is behind every run's end.
func (s Spec) change() (at int, then []Setting) {
	then = slices.DeleteFunc(slices.Clone(s.Then), func(t Setting) bool { return t.Key == lengthKey })
	if len(then) == 0 {
		return MostSteps + 1, nil
	}
	return s.At, then
}
