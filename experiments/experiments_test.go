package experiments

import (
	"slices"
	"strings"
	"testing"

	"gradlab/internal/spec"
)

func TestPresets(t *testing.T) {
	if slugs := Slugs(); len(slugs) < 7 || slugs[0] != "first" || !slices.Contains(slugs, "byol-collapse") {
		t.Errorf("the presets are %v", slugs)
	}
	if All()[0].Chapter == "" {
		t.Error("the list begins without a chapter")
	}
	seen := map[string]string{}
	for _, p := range All() {
		q := p.Experiment.Query()
		if other, twice := seen[q]; twice {
			t.Errorf("%s and %s are the same experiment", p.Slug, other)
		}
		seen[q] = p.Slug
		if got, ok := Lookup(p.Slug); !ok || got.Title != p.Title {
			t.Errorf("looking up %s gives %q", p.Slug, got.Title)
		}
		for _, text := range []string{p.Title, p.Claim, p.Look, p.Expect} {
			if len(text) < 10 || len(text) > 900 {
				t.Errorf("%s: a text of %d characters: %q", p.Slug, len(text), text)
			}
		}
		if !strings.Contains(p.Expect, "seed") {
			t.Errorf("%s does not say with how many seeds it was measured", p.Slug)
		}
		if steps := p.Experiment.Lanes[0].Steps; steps > 1000 {
			t.Errorf("%s takes %d steps; a visitor waits for it", p.Slug, steps)
		}
	}
	if first := All()[0].Experiment; first.Query() != (spec.Experiment{Lanes: []spec.Spec{spec.Default()}}).Query() {
		t.Errorf("the first preset is %s, not the default", first.Query())
	}
	if _, ok := Lookup("nothing"); ok {
		t.Error("there is a preset of a name that nobody gave")
	}
}

// Lanes of one preset are made to be compared: the same seed and batches.
func TestLanesSeeTheSameBatches(t *testing.T) {
	for _, p := range All() {
		for _, s := range p.Experiment.Lanes {
			f := p.Experiment.Lanes[0]
			if s.Seed != f.Seed || s.Batch != f.Batch || s.Data != f.Data || s.Augment != f.Augment {
				t.Errorf("%s has lanes that see other images: %s", p.Slug, p.Experiment.Query())
			}
		}
	}
}

const whole = "chapter: H\ntitle: T\nclaim: C\n  goes on\nlook: L\nexpect: E with one seed\nshow: loss, sphere\n\n# a comment\nmethod=byol\nsteps = 20\n[c]\npredictor=none\n"

func TestParse(t *testing.T) {
	p, err := Parse("99-my-own.txt", whole)
	if err != nil {
		t.Fatal(err)
	}
	if p.Slug != "my-own" || p.Claim != "C goes on" || p.Title != "T" || p.Chapter != "H" || p.Look != "L" || !slices.Equal(p.Show, []string{"loss", "sphere"}) || p.Source != whole {
		t.Errorf("read %+v", p)
	}
	if q := p.Experiment.Query(); q != "b.predictor=none&method=byol&steps=20&v=1" {
		t.Errorf("the experiment is %s", q)
	}
}

func TestMistakesNameFileLineAndKey(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"steps = 20", "stepps=20", "x.txt:11: stepps: 20 is given to an unknown setting; the nearest is steps"},
		{"predictor=none", "predictor=spectrum", "x.txt:13: c.predictor:"},
		{"show: loss, sphere", "show: loss, spere", `x.txt:7: show: "spere" is no figure; they are sphere, norms, loss,`},
		{"show: loss, sphere", "show: loss, spere", "the nearest is sphere"},
		{"show: loss, sphere", "show: loss, loss", "x.txt:7: show: loss comes twice"},
		{"steps = 20", "steps=20\nsteps=21", "x.txt:12: steps: 21 comes after another value"},
		{"steps = 20", "steps", "x.txt:11: steps: is neither"},
		{"[c]", "[x]", "x.txt:12: [x]: is no lane"},
		{"look: L\n", "", "x.txt:1: look: is missing"},
		{"look: L", "lock: L", "x.txt:5: lock: is no header"},
		{"look: L", "title: L", "x.txt:5: title: comes twice"},
		{"[c]", "[c]\nlook: L", "x.txt:13: look: comes twice, or after the settings"},
		{"method=byol", "  method=byol", "x.txt:10: method=byol: begins with a blank"},
		{"chapter: H", "  chapter: H", "x.txt:1: chapter: H: begins with a blank"},
		{"steps = 20", "predictor.width=9\npredictor=none", "x.txt:11: predictor.width: predictor.width has no effect"},
	} {
		_, err := Parse("x.txt", strings.Replace(whole, c.old, c.new, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v\nwant it to say %s", c.new, c.old, err, c.want)
		}
	}
}
