package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/random"
	"gradlab/internal/knob"
)

func TestLanes(t *testing.T) {
	for _, c := range []struct{ query, canonical, notices string }{
		{"c.lr=0.1&b.method=byol", "b.method=byol&c.lr=0.1&v=1", ""},
		{"f.lr=0.1", "b.lr=0.1&v=1", ""}, // ranks close
		{"b.lr=0.06&c.lr=0.1", "b.lr=0.1&v=1", "b.lr: Lane b is the same run as lane a"},
		{"tau=0.5&b.method=byol", "b.method=byol&tau=0.5&v=1", "b.tau: BYOL has no Temperature: tau=0.5 was not taken over from SimCLR."},
		{"tau=0.5&b.method=byol&c.method=byol&c.lr=0.1", "b.method=byol&c.lr=0.1&c.method=byol&tau=0.5&v=1", "b.tau: BYOL has no Temperature: tau=0.5 was not taken over from SimCLR."},
		{"tau=0.5&b.method=moco", "b.method=moco&tau=0.5&v=1", "b.tau: MoCo has a Temperature of its own: tau=0.5 was not taken over from SimCLR."},
		{"tau=0.2&b.method=byol", "b.method=byol&v=1", ""}, // a default is nobody's decision
		{"method=byol&predictor=mlp&gradient=loss&b.method=simclr", "b.method=simclr&method=byol&v=1", ""},
		{"lr=0.06&b.method=byol", "b.method=byol&v=1", ""},
		{"method=byol&predictor=linear&gradient=closed&b.method=simclr", "b.method=simclr&gradient=closed&method=byol&predictor=linear&v=1",
			"b.predictor: SimCLR has no such Predictor: predictor=linear was not taken over from BYOL.|b.gradient: SimCLR has no such Gradient: gradient=closed was not taken over from BYOL."},
		{"method=byol&b.predictor=none&b.target=shared", "b.predictor=none&b.target=shared&method=byol&v=1", ""},
		{"method=byol&target=shared&b.target=momentum", "b.target=momentum&method=byol&target=shared&v=1", ""},
		{"method=byol&at=100&then.predictor=none&b.at=0", "at=100&b.at=0&method=byol&then.predictor=none&v=1", ""},
		{"method=byol&at=100&then.predictor=none&b.predictor=none", "at=100&b.predictor=none&method=byol&then.predictor=none&v=1", ""},
		{"method=byol&at=100&then.predictor=none&b.then.predictor=mlp", "at=100&b.at=0&method=byol&then.predictor=none&v=1", ""},
		{"method=byol&at=100&then.predictor=none&b.method=simclr&b.lr=0.1", "at=100&b.lr=0.1&b.method=simclr&method=byol&then.predictor=none&v=1", ""},
		{"method=byol&at=100&then.predictor=linear&b.method=simclr", "at=100&b.method=simclr&method=byol&then.predictor=linear&v=1", "b.then.predictor: SimCLR has no such Predictor: then.predictor=linear was not taken over from BYOL."},
		{"b.momentum=0.5&b.lr=1", "b.lr=1&v=1", "b.momentum: momentum has no effect without a momentum target."},
		{"encoder.width=8&b.encoder=mlp", "b.encoder=mlp&encoder.width=8&v=1", ""},
		{"b.encoder=mlp", "b.encoder=mlp&v=1", ""},
		{"b.encoder=mlp&b.encoder.width=16&b.encoder.depth=4", "b.encoder=mlp&b.encoder.depth=4&b.encoder.width=16&v=1", ""},
	} {
		e, notices, err := ParseExperiment(settings(t, c.query))
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		if got := e.Query(); got != c.canonical {
			t.Errorf("%s prints as %s, want %s", c.query, got, c.canonical)
		}
		var got []string
		for _, n := range notices {
			got = append(got, n.Key+": "+n.Text)
		}
		for part := range strings.SplitSeq(c.notices, "|") {
			if !strings.Contains(strings.Join(got, "|"), part) || part == "" && got != nil {
				t.Errorf("%s: notices %q, want %q", c.query, got, c.notices)
			}
		}
	}
}

func TestLenientDropsTheOldMethodsKnobs(t *testing.T) {
	e, notices, errs := ParseLenient(settings(t, "method=byol&tau=0.3&lr=0.1&steps=0"))
	if len(errs) != 1 || errs[0].Key != "steps" {
		t.Errorf("errors: %v", errs)
	}
	if len(notices) != 1 || notices[0].Key != "tau" || !strings.Contains(notices[0].Text, "method=byol") {
		t.Errorf("notices: %v", notices)
	}
	if q := e.Query(); q != "lr=0.1&method=byol&steps=1&v=1" {
		t.Errorf("the nearest experiment is %s", q)
	}
}

// A link of a later program is said to be one, once, and what is known of it counts.
func TestALinkOfANewerProgram(t *testing.T) {
	e, notices, errs := ParseLenient(settings(t, "v=2&lr=0.1&sharpness=3&b.method=byol"))
	if len(notices) != 1 || notices[0].Key != "v" || !strings.HasPrefix(notices[0].Text, "This link is from a newer Gradlab (version 2; this one knows 1): what is not known here was left out") {
		t.Errorf("notices: %v", notices)
	}
	if len(errs) != 1 || errs[0].Key != "sharpness" {
		t.Errorf("errors: %v", errs)
	}
	if q := e.Query(); q != "b.method=byol&lr=0.1&v=1" {
		t.Errorf("the nearest experiment is %s", q)
	}
	if _, notices, errs := ParseLenient(settings(t, "v=0")); len(notices) != 0 || len(errs) != 1 {
		t.Errorf("a version that never was: %v, %v", notices, errs)
	}
}

func TestOverride(t *testing.T) {
	preset := settings(t, "tau=0.3&steps=200&b.lr=0.1&c.method=byol")
	for _, c := range []struct{ over, want string }{
		{"", "b.lr=0.1&c.method=byol&steps=200&tau=0.3&v=1"},
		{"steps=9", "b.lr=0.1&c.method=byol&steps=9&tau=0.3&v=1"},
		{"b.lr=0.2&d.lr=0.3", "b.lr=0.2&c.method=byol&d.lr=0.3&steps=200&tau=0.3&v=1"},
		{"method=barlow", "b.lr=0.1&c.method=byol&method=barlow&steps=200&v=1"},
	} {
		all, _ := Override(preset, settings(t, c.over))
		e, _, err := ParseExperiment(all)
		if err != nil || e.Query() != c.want {
			t.Errorf("%s: %s, %v; want %s", c.over, e.Query(), err, c.want)
		}
	}
}

func TestTitleOfAComparison(t *testing.T) {
	for query, want := range map[string]string{
		"":                              "SimCLR on Fashion-MNIST",
		"method=byol&b.lr=0.1":          "BYOL on Fashion-MNIST",
		"b.method=byol&c.method=barlow": "SimCLR, BYOL and Barlow Twins on Fashion-MNIST",
		"b.method=byol&c.seed=2":        "SimCLR and BYOL on Fashion-MNIST",
		"b.data=shapes&c.method=byol":   "SimCLR on Fashion-MNIST, SimCLR on Coloured shapes and BYOL on Fashion-MNIST",
	} {
		e, _, err := ParseExperiment(settings(t, query))
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Title(); got != want {
			t.Errorf("%s is called %q, want %q", query, got, want)
		}
	}
}

func TestLabels(t *testing.T) {
	for query, want := range map[string][]string{
		"":                              {"SimCLR"},
		"b.method=byol&c.method=barlow": {"SimCLR", "BYOL", "Barlow Twins"},
		"method=byol&b.predictor=none&b.target=shared": {"target=momentum, predictor=mlp", "target=shared, predictor=none"},
		"b.lr=0.1&c.method=byol":                       {"SimCLR, lr=0.06", "SimCLR, lr=0.1", "BYOL"},
	} {
		e, _, err := ParseExperiment(settings(t, query))
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Labels(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// random settings for the property tests below, valid or not.
func randomSettings(r *random.Source, first bool) []Setting {
	pick := func(options []knob.Option) string { return options[r.Intn(len(options))].Value }
	var in []Setting
	if first || r.Intn(2) == 0 {
		in = append(in, Setting{"method", method.All()[r.Intn(len(method.All()))].Name})
	}
	if r.Intn(4) == 0 {
		in = append(in, Setting{"data", pick(data.Names())})
	}
	if r.Intn(4) == 0 {
		in = append(in, Setting{"encoder", "mlp"})
	}
	form := read(in).d
	for _, k := range form.knobs.All() {
		if slices.Contains(headKeys, k.Name) || r.Intn(6) > 0 {
			continue
		}
		in = append(in, Setting{k.Name, randomValue(r, k)})
	}
	if r.Intn(2) == 0 {
		in = slices.DeleteFunc(in, func(s Setting) bool { return s.Key == "at" })
		in = append(in, Setting{"at", fmt.Sprint(r.Intn(300))})
		for _, k := range form.knobs.All() {
			if k.Live && r.Intn(4) == 0 {
				in = append(in, Setting{thenPrefix + k.Name, randomValue(r, k)})
			}
		}
	}
	return in
}

func randomValue(r *random.Source, k *knob.Knob) string {
	switch k.Kind {
	case knob.Choice:
		return k.Options[r.Intn(len(k.Options))].Value
	case knob.Seed:
		return fmt.Sprint(uint64(r.Uint32())<<32 | uint64(r.Uint32()))
	case knob.Int:
		if r.Intn(3) == 0 {
			return k.Default
		}
		return fmt.Sprint(int(k.Min) + r.Intn(int(min(k.Max-k.Min, 400))+1))
	default:
		if r.Intn(3) == 0 {
			return k.Default
		}
		return knob.FormatFloat(k.Min + (k.Max-k.Min)*r.Float64())
	}
}

// Settings reads back as the same Spec, and nothing can be left out of it;
// Resolved reads back as the same Spec too.
func TestSpecRoundTrip(t *testing.T) {
	for i := range 300 {
		r := random.New(1, random.Named("spec"), i, 0)
		s := read(randomSettings(&r, true)).spec()
		for name, printed := range map[string][]Setting{"Settings": s.Settings(), "Resolved": s.Resolved()} {
			back, err := Parse(printed)
			if err != nil || !reflect.DeepEqual(back, s) {
				t.Fatalf("%s %v\nreads back as %+v, %v\nwant %+v", name, printed, back, err, s)
			}
			if !slices.IsSortedFunc(printed, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) }) {
				t.Errorf("%v is not sorted", printed)
			}
		}
		printed := s.Settings()
		for j, one := range printed {
			if one.Key == "v" {
				continue
			}
			if less, err := Parse(slices.Delete(slices.Clone(printed), j, j+1)); err == nil && reflect.DeepEqual(less, s) {
				t.Errorf("%v says %s for nothing", printed, one)
			}
		}
	}
}

func TestExperimentRoundTrip(t *testing.T) {
	most := 0
	for i := range 60 {
		r := random.New(1, random.Named("experiment"), i, 0)
		var in []Setting
		for lane := range 1 + r.Intn(MaxLanes) {
			for _, s := range randomSettings(&r, lane == 0) {
				in = append(in, Setting{lanePrefixes[lane] + s.Key, s.Value})
			}
		}
		e, _, _ := ParseLenient(in)
		most = max(most, len(e.Lanes))
		roundTrip(t, e)
	}
	if most < MaxLanes {
		t.Errorf("the largest of them has %d lanes, and there may be %d", most, MaxLanes)
	}
}

func roundTrip(t *testing.T, e Experiment) {
	t.Helper()
	printed := e.Settings()
	back, _, err := ParseExperiment(printed)
	if err != nil || !reflect.DeepEqual(back, e) {
		t.Fatalf("%v\nreads back as %v, %v\nwant %v", printed, back.Settings(), err, printed)
	}
	for j, one := range printed {
		if one.Key == "v" {
			continue
		}
		less, _, err := ParseExperiment(slices.Delete(slices.Clone(printed), j, j+1))
		if err == nil && reflect.DeepEqual(less, e) {
			t.Errorf("%v says %s for nothing", printed, one)
		}
	}
}

// Whatever a link says, the nearest experiment is valid, and its own link is its name.
func FuzzLenient(f *testing.F) {
	for _, q := range []string{
		"", "v=1", "method=barlow&lambda=0&b.method=byol", "at=200&then.predictor=none&method=byol&b.at=0",
		"lr=1e400&seed=99999999999999999999&batch=1&b.warmup=9999", "target.negative=same&target=stopped&c.x=%00",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		in, err := ParseQuery(q)
		if err != nil {
			return
		}
		e, _, errs := ParseLenient(in)
		if len(e.Lanes) == 0 || len(e.Lanes) > MaxLanes {
			t.Fatalf("%d lanes", len(e.Lanes))
		}
		back, _, err := ParseExperiment(settings(t, e.Query()))
		if err != nil || !reflect.DeepEqual(back, e) {
			t.Fatalf("%s reads back as %s: %v", e.Query(), back.Query(), err)
		}
		if strict, _, err := ParseExperiment(in); err == nil && (len(errs) > 0 || !reflect.DeepEqual(strict, e)) {
			t.Fatalf("the strict form takes %q for %s, the lenient one for %s: %v", q, strict.Query(), e.Query(), errs)
		}
	})
}
