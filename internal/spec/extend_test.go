package spec

import (
	"errors"
	"strings"
	"testing"

	"gradlab/internal/knob"
)

func parsed(t testing.TB, q string) Spec {
	t.Helper()
	s, err := ParseLink(q)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return s
}

// One run has one link, however it is said, and its schedules stay where they are.
func TestExtendedRunsHaveOneLink(t *testing.T) {
	for in, want := range map[string]string{
		"then.steps=800":                                  "then.steps=800&v=1",
		"at=300&then.steps=800":                           "then.steps=800&v=1",
		"at=200&then.steps=800":                           "then.steps=800&v=1",
		"at=200&then.steps=800&then.lr=0.06":              "then.steps=800&v=1",
		"then.steps=300":                                  "v=1",
		"at=0&then.steps=800":                             "v=1",
		"at=200&then.lr=0.1&then.steps=800":               "at=200&then.lr=0.1&then.steps=800&v=1",
		"steps=50&then.steps=51":                          "steps=50&then.steps=51&v=1",
		"at=300&then.lr=0.1&then.steps=800":               "at=300&then.lr=0.1&then.steps=800&v=1",
		"at=300&then.schedule=constant&then.steps=100000": "at=300&then.schedule=constant&then.steps=100000&v=1",
	} {
		s := parsed(t, in)
		if got := s.Query(); got != want {
			t.Errorf("%s prints %s, want %s", in, got, want)
		}
		if again := parsed(t, s.Query()); again.Query() != s.Query() || again.Length() != s.Length() {
			t.Errorf("%s reads back as %s", s.Query(), again.Query())
		}
		if b, ok := s.Branch(); ok && (b.Steps != s.Steps || b.Length() != s.Steps) {
			t.Errorf("%s: behind the branch the schedules go over %d steps", in, b.Steps)
		}
	}
	if s := parsed(t, "at=200&then.lr=0.1&then.steps=800"); s.Length() != 800 || s.Steps != 300 {
		t.Errorf("%d steps, schedules over %d", s.Length(), s.Steps)
	}
}

func TestExtendingBeyondRange(t *testing.T) {
	for q, want := range map[string]string{
		"then.steps=200":                "then.steps: 200 makes a run of steps=300 no longer; 301..100000",
		"at=200&then.lr=1&then.steps=7": "then.steps: 7 makes a run of steps=300 no longer; 301..100000",
		"then.steps=100001":             "1..100000",
		"then.steps=x":                  "then.steps",
		"at=301&then.steps=800":         "at: 301 is behind the end of steps=300",
		"then.steps=800&then.lr=1":      "needs the step from which it is in force: at=1..299",
		"at=300&then.lr=1":              "at: 300 is not before the end of steps=300",
		"steps=100000&then.steps=99999": "100000..100000",
	} {
		_, err := ParseLink(q)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", q, err, want)
		}
		in, _ := ParseQuery(q)
		if e, _, errs := ParseLenient(in); len(errs) == 0 || parsed(t, e.Query()).Query() != e.Query() {
			t.Errorf("%s: the nearest is %s, %v", q, e.Query(), errs)
		}
	}
}

func TestExtended(t *testing.T) {
	for _, c := range []struct {
		from string
		more int
		then string
		want string
	}{
		{"", 500, "", "then.steps=800&v=1"},
		{"then.steps=800", 500, "", "then.steps=1300&v=1"},
		{"", 500, "schedule=constant", "at=300&then.schedule=constant&then.steps=800&v=1"},
		{"at=300&then.schedule=constant&then.steps=800", 1, "lr=0.01", "at=300&then.lr=0.01&then.schedule=constant&then.steps=801&v=1"},
		{"at=200&then.lr=0.1", 100, "", "at=200&then.lr=0.1&then.steps=400&v=1"},
		{"steps=10&method=byol", 5, "predictor=none", "at=10&method=byol&steps=10&then.predictor=none&then.steps=15&v=1"},
	} {
		s := parsed(t, c.from)
		then, err := ParseQuery(c.then)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Extended(c.more, then)
		if err != nil || got.Query() != c.want {
			t.Errorf("%s with %d more and %s is %s, %v; want %s", c.from, c.more, c.then, got.Query(), err, c.want)
			continue
		}
		if got.Length() != s.Length()+c.more || got.SameUntil(s) < s.Steps {
			t.Errorf("%s takes %d steps and is %s until step %d", c.want, got.Length(), c.from, got.SameUntil(s))
		}
	}
	for _, c := range []struct {
		from string
		more int
		then []Setting
		want string
	}{
		{"", 0, nil, "more: 0 is not in 1..99700"},
		{"", 99701, nil, "more: 99701 is not in 1..99700"},
		{"steps=100000", 1, nil, "a run takes at most 100000 steps"},
		{"at=200&then.lr=0.1", 5, []Setting{{"schedule", "constant"}}, "would be a second change: the run has one at step 200"},
		{"", 5, []Setting{{"batch", "3"}}, "then.batch: 3 cannot change in the middle of a run"},
	} {
		_, err := parsed(t, c.from).Extended(c.more, c.then)
		var errs knob.Errors
		if !errors.As(err, &errs) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %d more: %v, want %q", c.from, c.more, err, c.want)
		}
	}
}

func TestLastingChangesTheLengthAlone(t *testing.T) {
	for _, c := range []struct {
		from, key string
		least     int
		want      string
	}{
		{"", "steps", 1, "steps=700&v=1"},
		{"at=200&then.lr=0.1", "steps", 201, "at=200&steps=700&then.lr=0.1&v=1"},
		{"then.steps=800", "then.steps", 301, "then.steps=700&v=1"},
		{"at=200&then.lr=0.1&then.steps=800", "then.steps", 301, "at=200&then.lr=0.1&then.steps=700&v=1"},
	} {
		s := parsed(t, c.from)
		before := s.Query()
		if key, least := s.LengthKey(); key != c.key || least != c.least || s.Lasting(700).Query() != c.want {
			t.Errorf("%q has its length in %s, from %d on, and with 700 it is %s; want %s from %d on, and %s", c.from, key, least, s.Lasting(700).Query(), c.key, c.least, c.want)
		}
		if s.Query() != before {
			t.Errorf("%q has become %s", c.from, s.Query())
		}
	}
}

func TestSameUntil(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 300},
		{"", "lr=0.1", 0},
		{"", "seed=2", 0},
		{"", "then.steps=800", 300},
		{"then.steps=400", "then.steps=800", 400},
		{"", "at=200&then.lr=0.1", 200},
		{"at=100&then.lr=0.1", "at=200&then.lr=0.1", 100},
		{"at=200&then.lr=0.2", "at=200&then.lr=0.1", 200},
		{"at=200&then.lr=0.1", "at=200&then.lr=0.1&then.steps=900", 300},
		{"then.steps=400", "at=300&then.lr=0.1&then.steps=500", 300},
		{"steps=300", "steps=301", 0},
	} {
		a, b := parsed(t, c.a), parsed(t, c.b)
		if got := a.SameUntil(b); got != c.want || b.SameUntil(a) != got {
			t.Errorf("%q and %q are the same until %d and %d, want %d", c.a, c.b, got, b.SameUntil(a), c.want)
		}
	}
}
