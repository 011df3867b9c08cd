package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/knob"
)

// thenPrefix starts the keys that are in force from step `at` on.
const thenPrefix = "then."

// lengthKey is the setting that makes a run longer than its schedules: then.steps.
const lengthKey = "steps"

// readBranch reads at and then. on a copy of the draft.
func (r *reading) readBranch(in []Setting) {
	then := slices.DeleteFunc(slices.Clone(in), func(s Setting) bool { return !strings.HasPrefix(s.Key, thenPrefix) })
	extends := says(then, thenPrefix+lengthKey)
	if extends && len(then) == 1 && !says(in, "at") {
		r.d.At = r.d.Steps // nothing else happens before
	}
	at := strconv.Itoa(r.d.At)
	switch {
	case extends && r.d.At > r.d.Steps:
		r.mend(r.d, "", &knob.Error{Key: "at", Value: at, Problem: "is behind the end of", Range: "steps=" + strconv.Itoa(r.d.Steps), Nearest: strconv.Itoa(r.d.Steps), With: []string{"steps"}})
	case len(then) == 0 && r.d.At > 0:
		r.mend(r.d, "", &knob.Error{Key: "at", Value: at, Problem: "changes nothing without a setting under then., such as", Range: "then.lr=0.01", Nearest: "0"})
	case len(then) > 0 && r.d.At == 0 && !says(in, "at"):
		r.mend(r.d, "", &knob.Error{Key: then[0].Key, Value: then[0].Value, Problem: "needs the step from which it is in force:", Range: "at=1.." + strconv.Itoa(r.d.Steps-1), With: []string{"at"}})
	case len(then) > 0 && r.d.At >= r.d.Steps && !extends:
		r.mend(r.d, "", &knob.Error{Key: "at", Value: at, Problem: "is not before the end of", Range: "steps=" + strconv.Itoa(r.d.Steps), Nearest: strconv.Itoa(r.d.Steps - 1), With: []string{"steps"}})
	}
	if len(then) == 0 || r.d.At == 0 {
		return
	}

	r.b = r.d.clone()
	for _, s := range then {
		key := strings.TrimPrefix(s.Key, thenPrefix)
		if err := setThen(r.b, key, s.Value); err != nil {
			err.Key = s.Key
			r.errs = append(r.errs, err)
			if k := r.b.knobs.Lookup(key); k == nil || !k.Live {
				continue
			}
			r.b.mustSet(key, err.Nearest)
		}
		s.Value = r.b.knobs.Lookup(key).Value()
		r.said = append(r.said, s)
	}
	if r.b.Steps < r.d.Steps {
		r.mend(r.b, thenPrefix, tooShort(r.d.Steps, r.b.Steps))
	}
	r.check(r.b, thenPrefix)
}

// tooShort is the error of a run that is to end before its schedules do.
func tooShort(steps, length int) *knob.Error {
	e := &knob.Error{Key: lengthKey, Value: strconv.Itoa(length), With: []string{"steps"},
		Problem: fmt.Sprintf("makes a run of steps=%d no longer;", steps), Nearest: strconv.Itoa(min(steps+1, MostSteps)),
		Range: fmt.Sprintf("%d..%d", min(steps+1, MostSteps), MostSteps)}
	return e
}

// setThen sets a knob that may change in mid-run.
func setThen(b *draft, key, text string) *knob.Error {
	k := b.knobs.Lookup(key)
	if k == nil || !k.Live {
		var live []string
		for _, k := range b.knobs.All() {
			if k.Live {
				live = append(live, k.Name)
			}
		}
		e := &knob.Error{Key: key, Value: text, Problem: "cannot change in the middle of a run; what can is", Range: knob.List(live)}
		if nearest := knob.Closest(key, live); k == nil && nearest != "" {
			e.Nearest = thenPrefix + nearest
		}
		return e
	}
	return trySet(b, key, text)
}

// clone returns a draft of its own with the same values.
func (d *draft) clone() *draft {
	c := newDraft(heads{v: d.V, data: d.Data, encoder: d.Encoder.Kind, method: d.Method})
	for _, k := range d.knobs.All() {
		c.mustSet(k.Name, k.Value())
	}
	return c
}
