package templates

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/knob"
)

// arrangement is the form's order: what is in reach at once. Every other knob
// stands under "More" of the group that spec puts it into.
var arrangement = []struct {
	title  string
	groups []string // of spec: where the knobs that are not named here go
	keys   []string
}{
	{"Gradient", []string{"method", "gradient"}, []string{"gradient", "target", "target.negative", "momentum"}},
	{"Network", []string{"network"}, []string{"projector.depth", "projector.width", "predictor", "predictor.width", "encoder"}},
	{"Training", []string{"data", "training"}, []string{"data", "batch", "lr", "steps", "seed"}},
	{"Measurement", []string{"measurement"}, nil},
}

// Groups arranges the knobs of a form. The method's own knobs come first, since
// they are what a reader of the method looks for; the method itself has a
// chooser of its own. problems says what is wrong with a key's value, idle why
// it has no effect as things are set; both may be nil.
func Groups(knobs *knob.Set, own []string, problems, idle map[string]string) []Group {
	var groups []Group
	for _, a := range arrangement {
		keys := a.keys
		if a.title == "Gradient" {
			keys = append(slices.Clone(own), keys...)
		}
		g := Group{Title: a.title}
		for _, key := range keys {
			if k := knobs.Lookup(key); k != nil {
				g.Fields = append(g.Fields, newField(k, problems, idle))
			}
		}
		for _, k := range knobs.All() {
			if slices.Contains(a.groups, k.Group) && k.Name != "method" && !slices.Contains(keys, k.Name) && !shown(k.Name) {
				g.More = append(g.More, newField(k, problems, idle))
			}
		}
		if len(g.Fields)+len(g.More) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// shown says whether some group has the key in reach.
func shown(key string) bool {
	for _, a := range arrangement {
		if slices.Contains(a.keys, key) {
			return true
		}
	}
	return false
}

func newField(k *knob.Knob, problems, idle map[string]string) Field {
	return Field{
		Name: k.Name, Title: k.Title, Doc: k.Doc, Unit: k.Unit, Kind: k.Kind,
		Value: k.Value(), Default: k.Default, Min: k.Min, Max: k.Max, Log: k.Log, Range: k.Range(),
		Options: k.Options, Paper: k.Paper, Notice: problems[k.Name], Idle: idle[k.Name],
	}
}

func (f Field) id() string { return "f-" + strings.ReplaceAll(f.Name, ".", "-") }

func (f Field) describedBy() string {
	if f.Notice != "" {
		return f.id() + "-problem " + f.id() + "-doc"
	}
	return f.id() + "-doc"
}

func (f Field) step() string {
	if f.Kind == knob.Int {
		return "1"
	}
	return "any"
}

// rangeLine says which values are allowed. A list shows them anyway.
func (f Field) rangeLine() string {
	if f.Kind == knob.Choice || f.Kind == knob.Seed {
		return ""
	}
	return strings.Replace(f.Range, "..", " to ", 1) + "."
}

// chosenDoc is the sentence of the chosen option.
func (f Field) chosenDoc() string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Doc
		}
	}
	return ""
}

// paperTick is where the paper's setting stands on the slider, as a percentage.
func (f Field) paperTick() (string, bool) {
	v, err := strconv.ParseFloat(f.Paper, 64)
	if err != nil || v < f.Min || v > f.Max {
		return "", false
	}
	return fmt.Sprintf("%.2f%%", 100*position(v, f.Min, f.Max, f.Log, f.Kind == knob.Int)), true
}

// position is where a value stands on a slider, 0 to 1. A logarithmic slider
// whose range begins at 0 has 0 at its very left and then five decades. Its
// browser twin is position in static/src/scale.js; a shared table tests both.
func position(v, lo, hi float64, log, whole bool) float64 {
	if !log {
		return (v - lo) / (hi - lo)
	}
	least := lo
	if lo <= 0 {
		least = hi / 1e5
		if whole {
			least = 1
		}
		if v < least {
			return 0
		}
		return 0.02 + 0.98*math.Log(v/least)/math.Log(hi/least)
	}
	return math.Log(v/least) / math.Log(hi/least)
}

func optionTitle(o knob.Option) string {
	if o.Title != "" {
		return o.Title
	}
	return o.Value
}

// paperLine is the remark about the paper's setting.
func paperLine(value string) string { return "The paper: " + value + "." }

func number(v float64) string { return knob.FormatFloat(v) }

func anyNotice(fields []Field) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.Notice != "" })
}

// pageNotices are those that stand at no field of the form.
func pageNotices(v Lab) []Notice {
	var rest []Notice
	for _, n := range v.Notices {
		if !v.Form.has(strings.TrimPrefix(n.Key, v.Form.Prefix)) {
			rest = append(rest, n)
		}
	}
	return rest
}

// has says whether a field of that name shows its own notice.
func (f Form) has(key string) bool {
	named := func(fields []Field) bool {
		return slices.ContainsFunc(fields, func(f Field) bool { return f.Name == key && f.Notice != "" })
	}
	return slices.ContainsFunc(f.Groups, func(g Group) bool { return named(g.Fields) || named(g.More) })
}

// costLine says what a run would cost here, before anybody clicks.
func costLine(c Cost) string {
	var parts []string
	if c.Seconds > 0 {
		parts = append(parts, "about "+duration(c.Seconds)+" on this server")
	}
	if c.Memory > 0 {
		parts = append(parts, memory(c.Memory))
	}
	if c.Position > 0 {
		parts = append(parts, fmt.Sprintf("would wait as number %d", c.Position))
	}
	return strings.Join(parts, ", ")
}

func duration(s float64) string {
	switch {
	case s < 1:
		return "a second"
	case s < 90:
		return fmt.Sprintf("%.0f s", s)
	case s < 5400:
		return fmt.Sprintf("%.0f min", s/60)
	default:
		return fmt.Sprintf("%.0f h", s/3600)
	}
}

func memory(b int64) string {
	if b < 1<<20 {
		return "below 1 MB"
	}
	if b < 1<<30 {
		return fmt.Sprintf("%d MB", b>>20)
	}
	return fmt.Sprintf("%.1f GB", float64(b)/(1<<30))
}
