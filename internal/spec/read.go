package spec

import (
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
)

// headKeys are the settings that decide which others exist and what their
// defaults are, in the order in which they are read.
var headKeys = []string{"v", "data", "encoder", "method"}

// maxValue is longer than any value that can be valid.
const maxValue = 256

// A reading is one run's settings, read: a valid draft, and everything that was
// wrong on the way. Wherever there was an error the draft holds the nearest
// valid value.
type reading struct {
	d       *draft
	b       *draft    // the same from step d.At on; nil where the run does not branch
	said    []Setting // what was said and is valid, then. included; repaired where it was not
	errs    knob.Errors
	foreign knob.Errors // own knobs of a method that is not the run's
	notices []Notice
}

// read reads the settings of one run. It never fails: see reading.
func read(in []Setting) *reading {
	r := &reading{}
	in = negativeLast(r.once(in))
	r.readHeads(in)
	for _, s := range in {
		if !slices.Contains(headKeys, s.Key) && !strings.HasPrefix(s.Key, thenPrefix) {
			r.set(s)
		}
	}
	r.check(r.d, "")
	r.readBranch(in)
	r.rest(in)
	return r
}

// once drops what is said twice.
func (r *reading) once(in []Setting) []Setting {
	var out []Setting
	for _, s := range in {
		if i := slices.IndexFunc(out, func(o Setting) bool { return o.Key == s.Key }); i >= 0 {
			r.errs = append(r.errs, &knob.Error{Key: s.Key, Value: s.Value,
				Problem: "comes after another value of the same setting:", Range: out[i].Value, Nearest: out[i].Value})
			continue
		}
		out = append(out, s)
	}
	return out
}

// negativeLast moves what is said about target.negative behind what is said about
// target, on which its meaning depends.
func negativeLast(in []Setting) []Setting {
	isNegative := func(s Setting) bool { return strings.TrimPrefix(s.Key, thenPrefix) == "target.negative" }
	slices.SortStableFunc(in, func(a, b Setting) int {
		switch {
		case isNegative(a) == isNegative(b):
			return 0
		case isNegative(b):
			return -1
		default:
			return 1
		}
	})
	return in
}

// readHeads makes the draft that everything else is set on.
func (r *reading) readHeads(in []Setting) {
	var h heads
	r.d = newDraft(h)
	for _, key := range headKeys {
		i := slices.IndexFunc(in, func(s Setting) bool { return s.Key == key })
		if i < 0 {
			continue
		}
		r.set(in[i])
		before, _ := h.resolve()
		switch key {
		case "v":
			h.v = r.d.V
		case "data":
			h.data = r.d.Data
		case "encoder":
			h.encoder = r.d.Encoder.Kind
		case "method":
			h.method, _ = method.Lookup(r.d.method)
		}
		if now, _ := h.resolve(); now != before { // to declare all knobs anew is most of what reading costs
			r.d = newDraft(h)
		}
	}
}

// mend records an error and puts its key, where that is a knob of d, to the
// nearest valid value. The key of the error gets the prefix.
func (r *reading) mend(d *draft, prefix string, e *knob.Error) {
	if k := d.knobs.Lookup(e.Key); k != nil {
		d.mustSet(e.Key, e.Nearest)
		if k.Live {
			e.Key = prefix + e.Key
		}
		mended := Setting{e.Key, k.Value()}
		if i := slices.IndexFunc(r.said, func(s Setting) bool { return s.Key == e.Key }); i >= 0 {
			r.said[i] = mended
		} else {
			r.said = append(r.said, mended)
		}
	}
	r.errs = append(r.errs, e)
}

// newer is the problem of a set of defaults that only a later program knows.
const newer = "is from a newer Gradlab; this one knows"

// set sets one knob of the draft, to the nearest valid value where need be.
func (r *reading) set(s Setting) {
	err := trySet(r.d, s.Key, s.Value)
	switch {
	case err == nil:
	case r.d.knobs.Lookup(s.Key) == nil:
		if e := foreign(r.d, s); e != nil {
			r.foreign = append(r.foreign, e)
			return
		}
		r.errs = append(r.errs, err)
		return
	default:
		if n, e := strconv.Atoi(strings.TrimSpace(s.Value)); s.Key == "v" && e == nil && n > len(versions) {
			err.Problem, err.Range = newer, strconv.Itoa(len(versions))
		}
		r.errs = append(r.errs, err)
		r.d.mustSet(s.Key, err.Nearest)
	}
	r.said = append(r.said, Setting{s.Key, r.d.knobs.Lookup(s.Key).Value()})
}

// trySet sets a knob of d, and says of a value that exists but is not offered
// which method it is that refuses it.
func trySet(d *draft, key, text string) *knob.Error {
	if len(text) > maxValue {
		e := &knob.Error{Key: key, Value: text, Problem: "is too long"}
		if k := d.knobs.Lookup(key); k != nil {
			e.Nearest = k.Value()
		}
		return e
	}
	if key == "target.negative" && text == string(d.Target) {
		text = asPositive // for every method, and whatever the target becomes
	}
	err := d.knobs.Set(key, text)
	if err == nil {
		return nil
	}
	e := err.(*knob.Error)
	if decidedByMethod(key) {
		e.Problem = "does not go with method=" + d.Method.Name + ", which takes"
		e.With = []string{"method"}
	}
	return e
}

// foreign returns the error for a knob that belongs to other methods only, or nil.
func foreign(d *draft, s Setting) *knob.Error {
	var owners []string
	for _, m := range method.All() {
		var k knob.Set
		m.New(&k)
		if k.Lookup(s.Key) != nil {
			owners = append(owners, m.Name)
		}
	}
	if owners == nil {
		return nil
	}
	return &knob.Error{Key: s.Key, Value: s.Value,
		Problem: "is not a setting of method=" + d.Method.Name + "; it belongs to", Range: knob.List(owners), With: []string{"method"}}
}

// rest notes which settings have no effect, and puts those back to their defaults.
func (r *reading) rest(in []Setting) {
	for _, k := range r.d.knobs.All() {
		if !r.isIdle(k.Name) {
			continue
		}
		if says(in, k.Name) && !r.d.isDefault(k) {
			r.notices = append(r.notices, Notice{Key: k.Name, Value: k.Value(), Text: k.Name + " has no effect " + idle(r.d, k.Name) + "."})
		}
		r.d.mustSet(k.Name, k.Default)
		if r.b != nil {
			r.b.mustSet(k.Name, k.Default)
		}
	}
}

// isIdle reports whether a setting has no effect, neither before nor after the branch.
func (r *reading) isIdle(key string) bool {
	return idle(r.d, key) != "" && (r.b == nil || idle(r.b, key) != "")
}

// spec returns the run that was read.
func (r *reading) spec() Spec {
	s := r.d.spec()
	if r.b == nil {
		s.At = 0
		return s
	}
	for _, k := range r.b.knobs.All() {
		v, before := r.b.value(k.Name), r.d.value(k.Name)
		if k.Name == "target.negative" && r.d.negative == asPositive {
			before = string(r.b.Target) // it follows
		}
		if v != before && k.Name != "at" {
			s.Then = append(s.Then, Setting{k.Name, v})
		}
	}
	s.Then = sorted(s.Then)
	switch {
	case len(s.Then) == 0:
		s.At = 0 // a change to what is there already is no change
	case s.onlyLonger():
		s.At = s.Steps // nothing happens before
	}
	return s
}
