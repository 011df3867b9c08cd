package record

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// walk returns n steps of two fields of which one counts.
func walk(n int) (Schema, []Step) {
	s := Schema{Fields: []Field{{Name: "loss", Every: EachStep}, {Name: Duration, Every: EachStep}}}
	steps := make([]Step, n)
	for i := range steps {
		steps[i] = Step{Step: i, Has: EachStep, Values: []float32{float32(math.Sin(float64(i))), float32(i * i)}}
	}
	return s, steps
}

// differing returns the steps with another loss, in its last bit, at one of them.
func differing(steps []Step, at int) []Step {
	out := slices.Clone(steps)
	v := slices.Clone(out[at].Values)
	v[0] = math.Nextafter32(v[0], 2)
	out[at].Values = v
	return out
}

func TestWitnessFindsTheFirstDifference(t *testing.T) {
	for _, n := range []int{1, 2, 15, 17, 49, 60, 300, 2000} {
		s, steps := walk(n)
		w := NewWitness(2, "fma", s, steps)
		if v := w.Compare(s, steps); !v.Same || !v.Whole || v.Steps != n {
			t.Errorf("%d steps against their own witness: %+v", n, v)
		}
		for at := 0; at < n; at += max(1, n/40) {
			v := w.Compare(s, differing(steps, at))
			// a check has ten bits; these steps are fixed, and no two of them share any
			if v.Same || v.After > at || v.Within <= at {
				t.Errorf("%d steps, another loss at step %d: %+v", n, at, v)
			}
			if width := v.Within - v.After; at < 16 && width != 1 || width > n/48+1 {
				t.Errorf("%d steps, another loss at step %d: found within %d steps", n, at, width)
			}
		}
	}
}

func TestWitnessOfARunThatGoesOn(t *testing.T) {
	s, steps := walk(300)
	w := NewWitness(2, "fma", s, steps)
	if v := w.Compare(s, steps[:100]); !v.Same || v.Whole || v.Steps != 100 {
		t.Errorf("a third of it: %+v", v)
	}
	if v := w.Compare(s, nil); v.Steps != 0 || v.Whole {
		t.Errorf("nothing of it: %+v", v)
	}
	if v := w.Compare(s, differing(steps, 3)[:100]); v.Same || v.After != 3 || v.Within != 4 {
		t.Errorf("a third of another: %+v", v)
	}
	_, longer := walk(301)
	if v := w.Compare(s, longer); v.Same || v.Whole || v.Within != 301 {
		t.Errorf("one step more: %+v", v)
	}
}

func TestWitnessInALink(t *testing.T) {
	s, steps := walk(300)
	w := NewWitness(2, "fma", s, steps)
	text := w.String()
	if len(text) > 160 {
		t.Errorf("a witness has %d characters: %s", len(text), text)
	}
	if back, err := ParseWitness(text); err != nil || back != w {
		t.Errorf("%s reads back as %+v, %v", text, back, err)
	}
	short, err := ParseWitness(text[:strings.LastIndex(text, "-")])
	if err != nil {
		t.Fatal(err)
	}
	if v := short.Compare(s, steps); !v.Same || !v.Whole {
		t.Errorf("without checks: %+v", v)
	}
	if v := short.Compare(s, differing(steps, 200)); v.Same || v.Within != 0 {
		t.Errorf("another run, without checks: %+v", v)
	}

	// a hash that somebody has changed on the way, while all checks agree
	tampered := w
	tampered.Hash = strings.Repeat("0", HashDigits)
	if v := tampered.Compare(s, steps); v.Same || !v.Whole || v.Within != 0 {
		t.Errorf("a tampered hash: %+v", v)
	}

	for _, bad := range []string{"", "2-fma-300", "0-fma-300-" + w.Hash, "2--300-" + w.Hash, "2-FMA!-300-" + w.Hash, "2-fma-0-" + w.Hash, "2-fma-1000000-" + w.Hash,
		"2-fma-300-xyz", "2-fma-300-" + w.Hash[1:], "2-fma-300-" + w.Hash + "-00", text + "0", strings.Replace(text, "fma", "f-ma", 1), text[:len(text)-1] + "u"} {
		if w, err := ParseWitness(bad); err == nil {
			t.Errorf("%q reads as %+v", bad, w)
		}
	}
}
