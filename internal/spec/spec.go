package spec

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/optim"
	"gradlab/internal/engine/probe"
	"gradlab/internal/knob"
)

// A Setting is one key with its value, as in a link or in a preset's line.
type Setting struct {
	Key, Value string
}

// String returns "key=value".
func (s Setting) String() string { return s.Key + "=" + s.Value }

// A Spec says everything about one run. Parse makes it, complete and valid; it
// is never changed afterwards, so it may be shared.
type Spec struct {
	V         int // numbered set of defaults that the settings refer to
	Method    *method.Method
	Gradient  string // what drives training: a name in Method.Gradients
	Data      string // name of the image set
	Batch     int    // images a step; each gives two views
	Steps     int    // over which the schedules go; Length is how many the run takes
	Seed      uint64
	Device    string // "cpu" or "reference"
	Encoder   nn.Encoder
	Projector nn.Projector
	Predictor nn.Predictor
	Target    method.Target // source of the positives
	Negative  method.Target // source of the negatives
	EMA       optim.EMA
	Optim     optim.Config
	Augment   data.Augment
	Probe     probe.Config
	Own       []Setting // the method's own knobs, all of them, in the order of their declaration

	At   int       // step from which Then is in force; 0 where the run does not branch
	Then []Setting // what is different from then on, sorted, without the prefix "then."
}

// Default returns the run that an empty link describes.
func Default() Spec {
	s, err := Parse(nil)
	if err != nil {
		panic(fmt.Sprintf("spec: the defaults are not valid: %v", err))
	}
	return s
}

// Parse reads the settings of one run. The error is knob.Errors, all at once.
func Parse(in []Setting) (Spec, error) {
	r := read(in)
	if errs := append(r.errs, r.foreign...); len(errs) > 0 {
		return Spec{}, errs
	}
	return r.spec(), nil
}

// ParseLink reads the settings of one run from a link's query: Parse of ParseQuery. The
// error is knob.Errors.
func ParseLink(query string) (Spec, error) {
	in, err := ParseQuery(query)
	if err != nil {
		return Spec{}, err
	}
	return Parse(in)
}

// Settings returns the shortest form that reads back as s, sorted by key. The
// key v is always there.
func (s Spec) Settings() []Setting {
	d := s.draft()
	out := []Setting{{"v", d.value("v")}}
	for _, k := range d.knobs.All() {
		if k.Name != "v" && !d.isDefault(k) && (k.Name != "at" || !s.onlyLonger()) {
			out = append(out, Setting{k.Name, d.value(k.Name)})
		}
	}
	for _, t := range s.Then {
		out = append(out, Setting{thenPrefix + t.Key, t.Value})
	}
	return sorted(out)
}

// Resolved returns every setting, defaults too, sorted by key: what a run's id is made from.
func (s Spec) Resolved() []Setting {
	d := s.draft()
	var out []Setting
	for _, k := range d.knobs.All() {
		out = append(out, Setting{k.Name, d.value(k.Name)})
	}
	for _, t := range s.Then {
		out = append(out, Setting{thenPrefix + t.Key, t.Value})
	}
	return sorted(out)
}

// Query returns Settings as the query of a link.
func (s Spec) Query() string { return query(s.Settings()) }

// Knobs returns the form: every knob with its title, group, range, default, what was published, and
// the value that s has. They are bound to a copy; setting one leaves s alone.
func (s Spec) Knobs() *knob.Set {
	d := s.draft()
	d.attribute()
	return &d.knobs
}

// Objective returns a fresh instance of the method with its own knobs set. Each
// run needs one of its own, since an objective may have state.
func (s Spec) Objective() method.Objective {
	var k knob.Set
	o := s.Method.New(&k)
	for _, own := range s.Own {
		if err := k.Set(own.Key, own.Value); err != nil {
			panic(fmt.Sprintf("spec: a valid spec holds a bad setting: %v", err))
		}
	}
	return o
}

// Branch returns the run in force from step At on, and whether there is one.
func (s Spec) Branch() (Spec, bool) {
	if s.At == 0 {
		return Spec{}, false
	}
	d := s.draft()
	for _, t := range s.Then {
		d.mustSet(t.Key, t.Value)
	}
	b := d.spec()
	b.Steps, b.At, b.Then = s.Steps, 0, nil // the schedules stay where they are
	return b, true
}

// Value returns the setting of that key in its canonical text, and whether there is such a key.
func (s Spec) Value(key string) (string, bool) {
	d := s.draft()
	if d.knobs.Lookup(key) == nil {
		return "", false
	}
	return d.value(key), true
}

// draft returns s as knobs that can be set.
func (s Spec) draft() *draft {
	d := newDraft(heads{v: s.V, data: s.Data, encoder: s.Encoder.Kind, method: s.Method})
	d.Spec = s // the knobs point into d.Spec, so this sets them
	d.negative = asPositive
	if s.Negative != s.Target {
		d.negative = string(s.Negative)
	}
	for _, own := range s.Own {
		d.mustSet(own.Key, own.Value)
	}
	return d
}

func sorted(s []Setting) []Setting {
	slices.SortStableFunc(s, func(a, b Setting) int { return cmp.Compare(a.Key, b.Key) })
	return s
}

func query(settings []Setting) string {
	parts := make([]string, len(settings))
	for i, s := range settings {
		parts[i] = url.QueryEscape(s.Key) + "=" + url.QueryEscape(s.Value)
	}
	return strings.Join(parts, "&")
}
