// Package grid is a sweep as it is said: settings as everywhere, of which some have several
// values, and the runs that follow from them.
//
//	g, err := grid.Parse(preset, []string{"method=barlow", "projector.depth=1,2,3", "seed=1..5"})
//	t := g.Table("projector.depth")  // three cells in a row, five runs in each
package grid

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

// MaxRuns is how many runs a sweep has at most.
const MaxRuns = 2000

// SeedKey is the setting that is folded: it tells runs of a point apart, not points.
const SeedKey = "seed"

// A Grid is the runs of a sweep.
type Grid struct {
	Keys    []string // settings that differ between points, as they were said
	Points  []Point
	Notices []string // what was understood differently from how it was said
}

// A Run is one run of a grid.
type Run struct {
	Name string // what tells it from the others: "projector.depth=2 seed=3"
	Spec spec.Spec
}

// A Point is one choice of the settings that are swept, with each seed.
type Point struct {
	Values []string // of Grid.Keys
	Runs   []*Run   // in the order of the seeds; two points that mean one run share it
}

// An axis is a setting with the values that it takes.
type axis struct {
	key    string
	values []string
}

// Parse reads a sweep from arguments, as Read does from settings.
func Parse(preset []spec.Setting, args []string) (*Grid, error) {
	said, err := spec.ParseArgs(args)
	if err != nil {
		return nil, err
	}
	return Read(preset, said, MaxRuns, "a sweep")
}

// Read reads a sweep: settings as everywhere, but a value may be a list (a,b) or a range of
// whole numbers (1..5), and lists may hold ranges. What is said takes the place of the
// preset's own. The error names every point that does not work and why; the same
// mistake in many points is told once. What is to have at most so many runs is named
// in the error about more.
func Read(preset, said []spec.Setting, most int, what string) (*Grid, error) {
	axes, err := axesOf(said, most, what)
	if err != nil {
		return nil, err
	}
	n := 1
	for _, a := range axes {
		if n *= len(a.values); n > most {
			return nil, fmt.Errorf("the sweep has more than %d runs (%s); %s has 1..%d", most, sizes(axes), what, most)
		}
	}

	g := &Grid{}
	for _, a := range axes {
		if len(a.values) > 1 && a.key != SeedKey {
			g.Keys = append(g.Keys, a.key)
		}
	}
	known := map[string]*Run{}
	var wrong faults
	for choice := range choices(axes) {
		point := g.point(choice)
		s, err := g.read(preset, choice)
		if err != nil {
			wrong.add(point.Name(g.Keys), err)
			continue
		}
		r := known[s.Query()]
		if r == nil {
			r = &Run{strings.TrimSpace(fmt.Sprintf("%s seed=%d", point.Name(g.Keys), s.Seed)), s}
			known[s.Query()] = r
		}
		i := slices.IndexFunc(g.Points, func(p Point) bool { return slices.Equal(p.Values, point.Values) })
		if i < 0 {
			i = len(g.Points)
			g.Points = append(g.Points, point)
		}
		if !slices.Contains(g.Points[i].Runs, r) {
			g.Points[i].Runs = append(g.Points[i].Runs, r)
		}
	}
	return g, wrong.err()
}

// axesOf splits the values of settings.
func axesOf(said []spec.Setting, most int, what string) ([]axis, error) {
	var axes []axis
	var errs knob.Errors
	for _, s := range said {
		values, wrong := spec.Values(s, most, what)
		errs = append(errs, wrong...)
		if slices.ContainsFunc(axes, func(b axis) bool { return b.key == s.Key }) {
			errs = append(errs, &knob.Error{Key: s.Key, Value: s.Value, Problem: "comes after other values of the same setting; write one list:", Range: "a,b"})
		}
		axes = append(axes, axis{s.Key, values})
	}
	if errs != nil {
		return nil, errs
	}
	return axes, nil
}

// sizes says what a grid is the product of: "projector.depth 3 x seed 5".
func sizes(axes []axis) string {
	var parts []string
	for _, a := range axes {
		if len(a.values) > 1 {
			parts = append(parts, fmt.Sprintf("%s %d", a.key, len(a.values)))
		}
	}
	return strings.Join(parts, " x ")
}

// choices goes through all combinations, the last axis fastest.
func choices(axes []axis) func(yield func([]spec.Setting) bool) {
	return func(yield func([]spec.Setting) bool) {
		at := make([]int, len(axes))
		for {
			choice := make([]spec.Setting, len(axes))
			for i, a := range axes {
				choice[i] = spec.Setting{Key: a.key, Value: a.values[at[i]]}
			}
			if !yield(choice) {
				return
			}
			i := len(axes) - 1
			for ; i >= 0; i-- {
				if at[i]++; at[i] < len(axes[i].values) {
					break
				}
				at[i] = 0
			}
			if i < 0 {
				return
			}
		}
	}
}

// point returns the place of a choice, without runs.
func (g *Grid) point(choice []spec.Setting) Point {
	var p Point
	for _, key := range g.Keys {
		i := slices.IndexFunc(choice, func(s spec.Setting) bool { return s.Key == key })
		p.Values = append(p.Values, choice[i].Value)
	}
	return p
}

// Name says a point's settings: "projector.depth=2 lambda=0".
func (p Point) Name(keys []string) string {
	parts := make([]string, len(keys))
	for i, key := range keys {
		parts[i] = spec.Setting{Key: key, Value: p.Values[i]}.String()
	}
	return strings.Join(parts, " ")
}

// read returns the run of a choice.
func (g *Grid) read(preset, choice []spec.Setting) (spec.Spec, error) {
	settings, notices := spec.Override(preset, choice)
	e, more, err := spec.ParseExperiment(settings)
	if err != nil {
		return spec.Spec{}, err
	}
	if len(e.Lanes) > 1 {
		return spec.Spec{}, errors.New("a sweep is of one run and not of lanes; sweep the settings in which they differ, such as method=simclr,byol")
	}
	for _, n := range append(notices, more...) {
		if !slices.Contains(g.Notices, n.Text) {
			g.Notices = append(g.Notices, n.Text)
		}
	}
	return e.Lanes[0], nil
}

// faults are what is wrong with the points of a grid, each mistake once.
type faults struct {
	texts []string
	at    map[string][]string // points of a text
}

func (f *faults) add(point string, err error) {
	if f.at == nil {
		f.at = map[string][]string{}
	}
	for text := range strings.SplitSeq(err.Error(), "\n") {
		if f.at[text] == nil {
			f.texts = append(f.texts, text)
		}
		if !slices.Contains(f.at[text], point) {
			f.at[text] = append(f.at[text], point)
		}
	}
}

func (f *faults) err() error {
	var errs []error
	for _, text := range f.texts {
		switch at := f.at[text]; {
		case at[0] == "":
			errs = append(errs, errors.New(text))
		case len(at) == 1:
			errs = append(errs, fmt.Errorf("%s: %s", at[0], text))
		default:
			errs = append(errs, fmt.Errorf("%s and %d more: %s", at[0], len(at)-1, text))
		}
	}
	return errors.Join(errs...)
}
