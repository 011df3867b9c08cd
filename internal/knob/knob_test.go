package knob

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

type config struct {
	depth  int
	rate   float64
	target string
	seed   uint64
}

func declare(c *config) *Set {
	s := &Set{}
	s.Int(&c.depth, "depth", 3, 0, 8, "Layers.").In("layers").FromPaper("3")
	s.Float(&c.rate, "lr", 0.06, 0, 10, "Learning rate.").Logarithmic().Changeable().Titled("Learning rate").Under("training")
	s.Choice(&c.target, "target", "shared", []Option{{Value: "shared"}, {Value: "stopped"}, {Value: "momentum"}}, "Target.")
	s.Seed(&c.seed, "seed", 1, "Seed.")
	return s
}

func TestDeclarationSetsTheDefault(t *testing.T) {
	var c config
	s := declare(&c)
	if want := (config{3, 0.06, "shared", 1}); c != want {
		t.Errorf("declared %+v, want %+v", c, want)
	}
	if got := s.Names(); !slices.Equal(got, []string{"depth", "lr", "target", "seed"}) {
		t.Errorf("names %v are not in the order of declaration", got)
	}
	k := s.Lookup("lr")
	if !k.Log || !k.Live || k.Title != "Learning rate" || k.Group != "training" || k.Default != "0.06" || k.Value() != "0.06" {
		t.Errorf("lr is %+v", k)
	}
	if k := s.Lookup("depth"); k.Title != "depth" || k.Unit != "layers" || k.Paper != "3" || k.Live {
		t.Errorf("depth is %+v", k)
	}
	if s.Lookup("width") != nil {
		t.Error("there is a knob that nobody declared")
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct{ name, text, canonical, err string }{
		{"depth", "5", "5", ""},
		{"depth", " 5 ", "5", ""},
		{"depth", "0.5e1", "5", ""},
		{"depth", "9", "3", "depth: 9 is outside 0..8; the nearest is 8"},
		{"depth", "-1", "3", "depth: -1 is outside 0..8; the nearest is 0"},
		{"depth", "1e999", "3", "depth: 1e999 is outside 0..8; the nearest is 8"},
		{"depth", "2.5", "3", "depth: 2.5 is not a whole number in 0..8; the nearest is 3"},
		{"depth", "deep", "3", `depth: "deep" is not a whole number in 0..8; the nearest is 3`},
		{"depth", "", "3", `depth: "" is not a whole number in 0..8; the nearest is 3`},
		{"depth", "NaN", "3", `depth: "NaN" is not a whole number in 0..8; the nearest is 3`},
		{"lr", "1e-1", "0.1", ""},
		{"lr", "-0", "0", ""},
		{"lr", "0.000001", "1e-06", ""},
		{"lr", "10.5", "0.06", "lr: 10.5 is outside 0..10; the nearest is 10"},
		{"lr", "Inf", "0.06", `lr: "Inf" is outside 0..10; the nearest is 10`},
		{"lr", "-1e999", "0.06", "lr: -1e999 is outside 0..10; the nearest is 0"},
		{"lr", "nan", "0.06", `lr: "nan" is not a number in 0..10; the nearest is 0.06`},
		{"target", "momentum", "momentum", ""},
		{"target", "momentun", "shared", `target: "momentun" is not one of shared, stopped or momentum; the nearest is momentum`},
		{"target", "zzzzzzzzzz", "shared", `target: "zzzzzzzzzz" is not one of shared, stopped or momentum; the nearest is shared`},
		{"seed", "18446744073709551615", "18446744073709551615", ""},
		{"seed", "18446744073709551616", "1", "seed: 18446744073709551616 is not a whole number in 0..18446744073709551615; the nearest is 1"},
		{"dept", "1", "", `dept: 1 is given to an unknown setting; the nearest is depth`},
		{"zzzzzzzzzz", "1", "", `zzzzzzzzzz: 1 is given to an unknown setting`},
	} {
		var v config
		s := declare(&v)
		err := s.Set(c.name, c.text)
		if got := message(err); got != c.err {
			t.Errorf("%s=%s: error %q, want %q", c.name, c.text, got, c.err)
		}
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Key != c.name || e.Value != c.text) {
			t.Errorf("%s=%s: the error does not hold them: %+v", c.name, c.text, e)
		}
		k := s.Lookup(c.name)
		if k == nil {
			continue
		}
		if k.Value() != c.canonical {
			t.Errorf("%s=%s is stored as %s, want %s", c.name, c.text, k.Value(), c.canonical)
		}
		if err := s.Set(c.name, k.Value()); err != nil {
			t.Errorf("%s: its canonical text %s does not read back: %v", c.name, k.Value(), err)
		}
		if e != nil { // whatever is called the nearest is valid
			if err := s.Set(c.name, e.Nearest); err != nil {
				t.Errorf("%s=%s: the nearest value %s is not valid: %v", c.name, c.text, e.Nearest, err)
			}
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestMinusZeroIsZero(t *testing.T) {
	var c config
	s := declare(&c)
	if err := s.Set("lr", "-0"); err != nil || math.Signbit(c.rate) {
		t.Errorf("-0 is stored as %v, %v", c.rate, err)
	}
}

func TestOnlyAndDefaultTo(t *testing.T) {
	var c config
	s := declare(&c)
	k := s.Lookup("target").Only("momentum", "stopped")
	if k.Range() != "momentum or stopped" || k.Default != "momentum" || c.target != "momentum" {
		t.Errorf("left are %s with default %s, value %s", k.Range(), k.Default, c.target)
	}
	if s.Set("target", "shared") == nil {
		t.Error("an option that was taken away is accepted")
	}
	k.DefaultTo("stopped").Only("stopped")
	if k.Default != "stopped" || c.target != "stopped" || k.Range() != "stopped" {
		t.Errorf("default %s, value %s, range %s", k.Default, c.target, k.Range())
	}
}

func TestMistakesOfTheDeclarationPanic(t *testing.T) {
	for want, f := range map[string]func(s *Set, c *config){
		"depth is declared twice": func(s *Set, c *config) { s.Int(&c.depth, "depth", 1, 0, 2, "") },
		"is outside 0..2":         func(s *Set, c *config) { s.Int(&c.depth, "width", 3, 0, 2, "") },
		"is not one of":           func(s *Set, c *config) { s.Lookup("target").DefaultTo("none") },
		"without an option":       func(s *Set, c *config) { s.Lookup("target").Only("none") },
	} {
		func() {
			defer func() {
				if p, _ := recover().(string); !strings.HasPrefix(p, "knob: ") || !strings.Contains(p, want) {
					t.Errorf("panic %q, want %q", p, want)
				}
			}()
			var c config
			f(declare(&c), &c)
		}()
	}
}

func TestClosest(t *testing.T) {
	known := []string{"lr", "batch", "projector.depth", "projector.width", "seed"}
	for in, want := range map[string]string{
		"bacth": "batch", "projector.dept": "projector.depth", "LR": "lr", "sede": "seed",
		"unrelated": "", strings.Repeat("batch", 20): "",
	} {
		if got := Closest(in, known); got != want {
			t.Errorf("closest to %s is %q, want %q", in, got, want)
		}
	}
}

// The distance is symmetric, zero only for equals, and counts one edit as one.
func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"abc", "acb", 1}, {"abcd", "badc", 2}, {"kitten", "sitting", 3},
	} {
		if distance(c.a, c.b) != c.want || distance(c.b, c.a) != c.want {
			t.Errorf("%s to %s is %d and %d, want %d", c.a, c.b, distance(c.a, c.b), distance(c.b, c.a), c.want)
		}
	}
}

func TestFormatFloat(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 0.0001: "0.0001", 1e-5: "0.00001", 1e-6: "1e-06", 100: "100", 1e15: "1e+15", 1.0 / 3: "0.3333333333333333", -2.5: "-2.5",
	} {
		if got := FormatFloat(f); got != want {
			t.Errorf("%g prints as %s, want %s", f, got, want)
		}
	}
}

func TestErrorsAreShort(t *testing.T) {
	e := &Error{Key: "lr", Value: strings.Repeat("<b>", 1000), Problem: "is not a number"}
	if n := len(e.Error()); n > 120 {
		t.Errorf("a long value makes an error of %d characters", n)
	}
	es := Errors{{Key: "a", Value: "1", Problem: "is bad"}, {Key: "b", Value: "x", Problem: "is worse"}}
	if got := es.Error(); got != "a: 1 is bad\nb: \"x\" is worse" {
		t.Errorf("several errors print as %q", got)
	}
}
