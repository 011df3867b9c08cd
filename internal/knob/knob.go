// Package knob declares settings: typed, bounded, documented.
//
// A knob is declared like a flag: a pointer to where its value goes, a name, a
// default, a range and a sentence. The one declaration gives the form field of
// the page, the key of the link, the argument on the command line, the check of
// a value and its line in the documentation. ("Knob", because "parameter"
// already means a weight of the network.)
//
//	var c struct{ Depth int; Rate float64 }
//	var s knob.Set
//	s.Int(&c.Depth, "projector.depth", 3, 0, 8, "Linear layers of the projector; 0 is none.").In("layers")
//	s.Float(&c.Rate, "lr", 0.06, 0, 10, "Learning rate of stochastic gradient descent.").Logarithmic()
//	err := s.Set("projector.depth", "12")
//	// projector.depth: 12 is outside 0..8; the nearest is 8
package knob

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Kind is the type of a knob's value.
type Kind int

// The kinds of knobs.
const (
	Int    Kind = iota // a whole number in [Min, Max]
	Float              // a finite number in [Min, Max]
	Choice             // one of Options
	Seed               // any unsigned 64-bit number
)

// An Option is one value of a Choice knob.
type Option struct {
	Value string // as in a link
	Title string // as on the page
	Doc   string // one sentence, may be empty
}

// A Knob is one declared setting. Read its fields freely; change them only
// through the methods that return it, where it is declared.
type Knob struct {
	Name     string // key in link, arguments and presets: "projector.depth"
	Title    string // label on the page; Name where the declaration gives none
	Group    string // heading of the form under which it stands; may be empty
	Doc      string // one sentence
	Unit     string // "layers", "steps"; empty for pure numbers
	Kind     Kind
	Default  string // canonical text of the default
	Min, Max float64
	Log      bool   // a slider moves in equal ratios
	Paper    string // a published setting, or what was published in its place in words, for a tick and a remark; empty where there is none
	Whose    string // Paper is: "SimSiam"; empty where that is not said
	PerWidth int    // for a weight that outputs of width D feel as its D-th part: the published setting's D; 0 for all others
	Live     bool   // may change in mid-run
	Options  []Option

	set func(text string) error // parses, checks, stores
	get func() string           // canonical text of the value stored
}

// In gives the knob its unit.
func (k *Knob) In(unit string) *Knob { k.Unit = unit; return k }

// Titled gives the knob its label on the page.
func (k *Knob) Titled(title string) *Knob { k.Title = title; return k }

// Logarithmic lets a slider move in equal ratios.
func (k *Knob) Logarithmic() *Knob { k.Log = true; return k }

// Under puts the knob under a heading of the form.
func (k *Knob) Under(group string) *Knob { k.Group = group; return k }

// FromPaper notes a published setting: of the method's own paper, or of one that compares methods.
func (k *Knob) FromPaper(value string) *Knob { k.Paper = value; return k }

// By says whose the published setting is.
func (k *Knob) By(whose string) *Knob { k.Whose = whose; return k }

// PerWidthOf marks a weight that outputs of width D feel as its D-th part, and
// notes the width to which the published setting belongs.
func (k *Knob) PerWidthOf(paper int) *Knob { k.PerWidth = paper; return k }

// Changeable marks a knob that may change in the middle of a run.
func (k *Knob) Changeable() *Knob { k.Live = true; return k }

// DefaultTo replaces the default, and the stored value with it. It is for a
// default that depends on another setting, such as the width on the kind of encoder.
func (k *Knob) DefaultTo(text string) *Knob {
	if err := k.set(text); err != nil {
		panic(fmt.Sprintf("knob: the default of %v", err))
	}
	k.Default = k.get()
	return k
}

// Only leaves those options of a Choice that are named, in the order of the
// names; the first becomes the default where the old one is gone.
func (k *Knob) Only(values ...string) *Knob {
	var left []Option
	for _, v := range values {
		for _, o := range k.Options {
			if o.Value == v {
				left = append(left, o)
			}
		}
	}
	if len(left) == 0 {
		panic(fmt.Sprintf("knob: %s is left without an option", k.Name))
	}
	k.Options = left
	if !slices.Contains(values, k.Default) {
		k.DefaultTo(left[0].Value)
	}
	return k
}

// Value returns the canonical text of the value stored.
func (k *Knob) Value() string { return k.get() }

// Range says in words which values are allowed: "0..8", "shared, stopped or momentum".
func (k *Knob) Range() string {
	switch k.Kind {
	case Choice:
		names := make([]string, len(k.Options))
		for i, o := range k.Options {
			names[i] = o.Value
		}
		return List(names)
	case Seed:
		return "0..18446744073709551615"
	default:
		return FormatFloat(k.Min) + ".." + FormatFloat(k.Max)
	}
}

// A Set is a list of knobs in the order of their declaration. The zero Set is empty and ready.
type Set struct {
	knobs []*Knob
}

// All returns the knobs in the order of their declaration.
func (s *Set) All() []*Knob { return s.knobs }

// Names returns the names in the order of their declaration.
func (s *Set) Names() []string {
	names := make([]string, len(s.knobs))
	for i, k := range s.knobs {
		names[i] = k.Name
	}
	return names
}

// Lookup returns the knob of that name, or nil.
func (s *Set) Lookup(name string) *Knob {
	for _, k := range s.knobs {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Set parses text, checks it against the knob's range and stores it. The error
// is an *Error: it names the key, the value, the range and the nearest valid
// value or, for an unknown key, the closest known one. The stored value is
// unchanged after an error.
func (s *Set) Set(name, text string) error {
	k := s.Lookup(name)
	if k == nil {
		return Unknown(name, text, s.Names())
	}
	return k.set(text)
}

func (s *Set) add(k *Knob) *Knob {
	if s.Lookup(k.Name) != nil {
		panic(fmt.Sprintf("knob: %s is declared twice", k.Name))
	}
	if k.Title == "" {
		k.Title = k.Name
	}
	if err := k.set(k.Default); err != nil {
		panic(fmt.Sprintf("knob: the default of %v", err))
	}
	s.knobs = append(s.knobs, k)
	return k
}

// Int declares a whole number in [min, max].
func (s *Set) Int(p *int, name string, value, min, max int, doc string) *Knob {
	k := &Knob{Name: name, Doc: doc, Kind: Int, Default: strconv.Itoa(value), Min: float64(min), Max: float64(max)}
	k.get = func() string { return strconv.Itoa(*p) }
	k.set = func(text string) error {
		f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsNaN(f) {
			return k.bad(text, "is not a whole number", k.Default)
		}
		if f < k.Min || f > k.Max {
			return k.bad(text, "is outside", strconv.Itoa(int(math.Max(k.Min, math.Min(k.Max, f)))))
		}
		if f != math.Trunc(f) {
			return k.bad(text, "is not a whole number", strconv.Itoa(int(math.Round(f))))
		}
		*p = int(f)
		return nil
	}
	return s.add(k)
}

// Float declares a finite number in [min, max].
func (s *Set) Float(p *float64, name string, value, min, max float64, doc string) *Knob {
	k := &Knob{Name: name, Doc: doc, Kind: Float, Default: FormatFloat(value), Min: min, Max: max}
	k.get = func() string { return FormatFloat(*p) }
	k.set = func(text string) error {
		f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsNaN(f) {
			return k.bad(text, "is not a number", k.Default)
		}
		if f < min || f > max {
			return k.bad(text, "is outside", FormatFloat(math.Max(min, math.Min(max, f))))
		}
		*p = f + 0 // -0 and 0 are one setting and print alike
		return nil
	}
	return s.add(k)
}

// Choice declares one of several named values.
func (s *Set) Choice(p *string, name, value string, options []Option, doc string) *Knob {
	k := &Knob{Name: name, Doc: doc, Kind: Choice, Default: value, Options: options}
	k.get = func() string { return *p }
	k.set = func(text string) error {
		text = strings.TrimSpace(text)
		names := make([]string, len(k.Options))
		for i, o := range k.Options {
			names[i] = o.Value
		}
		if !slices.Contains(names, text) {
			nearest := Closest(text, names)
			if nearest == "" {
				nearest = k.Default
			}
			return k.bad(text, "is not one of", nearest)
		}
		*p = text
		return nil
	}
	return s.add(k)
}

// Seed declares an unsigned 64-bit number.
func (s *Set) Seed(p *uint64, name string, value uint64, doc string) *Knob {
	k := &Knob{Name: name, Doc: doc, Kind: Seed, Default: strconv.FormatUint(value, 10), Max: math.MaxUint64}
	k.get = func() string { return strconv.FormatUint(*p, 10) }
	k.set = func(text string) error {
		u, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return k.bad(text, "is not a whole number in", k.Default)
		}
		*p = u
		return nil
	}
	return s.add(k)
}

func (k *Knob) bad(text, problem, nearest string) error {
	if problem != "is outside" && problem != "is not one of" && problem != "is not a whole number in" {
		problem += " in"
	}
	return &Error{Key: k.Name, Value: text, Problem: problem, Range: k.Range(), Nearest: nearest}
}

// FormatFloat prints the shortest decimal that reads back as f, without an
// exponent for numbers of everyday size.
func FormatFloat(f float64) string {
	if a := math.Abs(f); f == 0 || a >= 1e-5 && a < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
