package templates

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

// arrangement is the form's order: what is in reach at once, and what stands
// under "More" before the knobs that are not named here, which go by their group.
var arrangement = []struct {
	title       string
	keys, more  []string
	restOfGroup []string
}{
	{"Gradient", []string{"gradient", "target", "momentum"}, []string{"target.negative", "momentum.schedule"}, []string{spec.GroupMethod, spec.GroupGradient}},
	{"Network", []string{"projector.depth", "projector.width", "predictor", "encoder"}, nil, []string{spec.GroupNetwork}},
	{"Training", []string{"data", "batch", "lr", "steps", "seed"}, nil, []string{spec.GroupTraining, spec.GroupData}},
	{"Measurement", nil, nil, []string{spec.GroupMeasurement}},
}

// elsewhere are the knobs that the form has no field for: the method has a
// chooser, the link has the set of defaults and the branch.
var elsewhere = []string{"method", "v", "at"}

// Groups arranges the knobs of a form. The method's own knobs come first, since
// they are what a reader of the method looks for. notices say what is wrong with
// a key's value; such a field is always in reach. idle says why a key has no
// effect as things are set. width is that of the outputs.
func Groups(knobs *knob.Set, own []string, notices map[string]string, idle func(key string) string, width int) []Group {
	named := slices.Clone(elsewhere)
	for _, a := range arrangement {
		named = append(append(named, a.keys...), a.more...)
	}
	var groups []Group
	for i, a := range arrangement {
		keys, more := a.keys, slices.Clone(a.more)
		if i == 0 {
			keys = append(slices.Clone(own), keys...)
		}
		for _, k := range knobs.All() {
			if slices.Contains(a.restOfGroup, k.Group) && !slices.Contains(named, k.Name) && !slices.Contains(own, k.Name) {
				more = append(more, k.Name)
			}
		}
		g := Group{Title: a.title}
		for j, key := range append(keys, more...) {
			k := knobs.Lookup(key)
			if k == nil {
				continue
			}
			f := Field{
				Name: k.Name, Title: k.Title, Doc: k.Doc, Unit: k.Unit, Kind: k.Kind,
				Value: k.Value(), Default: k.Default, Min: k.Min, Max: k.Max, Log: k.Log, Live: k.Live, Range: k.Range(),
				Options: k.Options, Paper: k.Paper, Whose: k.Whose, Notice: notices[key], Idle: idle(key),
			}
			if f.Idle == "" {
				f.Felt = felt(k, width)
			}
			if j < len(keys) || f.Notice != "" {
				g.Fields = append(g.Fields, f)
			} else {
				g.More = append(g.More, f)
			}
		}
		if len(g.Fields)+len(g.More) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// methodDoc is the sentence of the chosen method. The others have theirs where a pointer rests on them; the
// arrow keys choose what they come to.
func (f Form) methodDoc() string {
	for _, family := range f.Families {
		for _, m := range family.Methods {
			if m.Chosen {
				return m.Doc
			}
		}
	}
	return ""
}

// felt says what of a weight outputs of this width feel, and of the published one at its width.
func felt(k *knob.Knob, width int) string {
	v, err := strconv.ParseFloat(k.Value(), 64)
	if err != nil || k.PerWidth == 0 {
		return ""
	}
	s := fmt.Sprintf("%s/D = %.2g at D = %d", k.Name, v/float64(width), width)
	if published, err := strconv.ParseFloat(k.Paper, 64); err == nil {
		s += fmt.Sprintf("; published %s/%d = %.2g", k.Paper, k.PerWidth, published/float64(k.PerWidth))
	}
	return s
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

// unit stands behind the title, unless that says it.
func (f Field) unit() string {
	if strings.EqualFold(f.Title, f.Unit) {
		return ""
	}
	return f.Unit
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

// paperTick is where the published setting stands on the slider, as a percentage.
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

// paperLine is the remark about the published setting, and whose it is: many are not those of the method's
// own paper, but of a comparison on equal footing, or of another method.
func (f Field) paperLine() string {
	line := "Published: " + f.Paper
	for _, o := range f.Options {
		if o.Value == f.Paper {
			line = "Published: " + optionTitle(o)
		}
	}
	if f.Whose != "" {
		line += ", " + f.Whose
	}
	return line + "."
}

// optionWords are an option in a list, which says which one was published where another is chosen: the narrow
// field has no room for that beside its value.
func (f Field) optionWords(o knob.Option) string {
	if o.Value == f.Paper && o.Value != f.Value {
		return optionTitle(o) + " (published)"
	}
	return optionTitle(o)
}

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
		parts = append(parts, "about "+Duration(c.Seconds)+" on this server")
	}
	if c.Memory > 0 {
		parts = append(parts, memory(c.Memory))
	}
	if c.Position > 0 {
		parts = append(parts, fmt.Sprintf("would wait as number %d%s", c.Position, forAbout(c.Wait)))
	}
	if c.Behind {
		parts = append(parts, "comes after your other run")
	}
	if c.Lacks != "" {
		parts = append(parts, "would wait: "+c.Lacks)
	}
	return strings.Join(parts, ", ")
}

// forAbout says how long somebody waits: ", about 3 s"; nothing where that is not known.
func forAbout(seconds float64) string {
	if seconds <= 0 {
		return ""
	}
	return ", about " + Duration(seconds)
}

// Duration prints seconds for people. Its browser twin is duration in static/src/words.js.
func Duration(s float64) string {
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

// seedsLabel names the choice of a number of seeds.
func seedsLabel(n int) string {
	if n == 1 {
		return "1 seed of each lane"
	}
	return strconv.Itoa(n) + " seeds of each lane, as a band"
}
