package spec

import (
	"fmt"
	"strings"
	"testing"
)

// A list of seeds is short for lanes of their own, and prints as these.
func TestSeedsAreLanes(t *testing.T) {
	for _, c := range []struct{ query, canonical, groups, notices string }{
		{"seed=1..3", "b.seed=2&c.seed=3&v=1", "[[0 1 2]]", ""},
		{"seed=4,9,7", "b.seed=9&c.seed=7&seed=4&v=1", "[[0 1 2]]", ""},
		{"method=simsiam&seed=1..3&b.target=shared", "b.seed=2&c.seed=3&d.target=shared&e.seed=2&e.target=shared&f.seed=3&f.target=shared&method=simsiam&v=1", "[[0 1 2] [3 4 5]]", ""},
		{"seed=1..2&b.lr=0.1&b.seed=7..8", "b.seed=2&c.lr=0.1&c.seed=7&d.lr=0.1&d.seed=8&v=1", "[[0 1] [2 3]]", ""},
		{"seed=1..2&b.lr=0.1&b.seed=3", "b.seed=2&c.lr=0.1&c.seed=3&v=1", "[[0 1] [2]]", ""},
		{"b.lr=0.1&c.seed=2&d.lr=0.1&d.seed=2", "b.lr=0.1&c.seed=2&d.lr=0.1&d.seed=2&v=1", "[[0 2] [1 3]]", ""},
		{"seed=1..3&b.seed=2", "b.seed=2&c.seed=3&v=1", "[[0 1 2]]", "b.seed: Lane b is the same run as lane b and was dropped."},
		{"at=100&then.lr=0.01&seed=1..2", "at=100&b.seed=2&then.lr=0.01&v=1", "[[0 1]]", ""},
		{"seed=18446744073709551614,18446744073709551615", "b.seed=18446744073709551615&seed=18446744073709551614&v=1", "[[0 1]]", ""},
		{"b.method=byol&c.seed=2", "b.method=byol&c.seed=2&v=1", "[[0 2] [1]]", ""},
	} {
		e, notices, err := ParseExperiment(settings(t, c.query))
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		if got := e.Query(); got != c.canonical {
			t.Errorf("%s prints as %s, want %s", c.query, got, c.canonical)
		}
		if got := fmt.Sprint(e.Groups()); got != c.groups {
			t.Errorf("%s has the groups %s, want %s", c.query, got, c.groups)
		}
		var said []string
		for _, n := range notices {
			said = append(said, n.Key+": "+n.Text)
		}
		if got := strings.Join(said, "|"); got != c.notices {
			t.Errorf("%s: notices %q, want %q", c.query, got, c.notices)
		}
		again, _, err := ParseExperiment(settings(t, e.Query()))
		if err != nil || again.Query() != e.Query() {
			t.Errorf("%s reads back as %s, %v", e.Query(), again.Query(), err)
		}
	}
}

// What a list of seeds may not be is told with its key, value and range; a page shows
// the nearest.
func TestBadSeeds(t *testing.T) {
	for _, c := range []struct{ query, want, nearest string }{
		{"seed=3..1", `seed: 3..1 is not a range of whole numbers, the smaller one first, such as 1..5`, "v=1"},
		{"seed=1..7", `seed: 1..7 is too long; an experiment has 1..6 runs`, "v=1"},
		{"seed=1,2,3,4,5,6,7", `seed: "1,2,3,4,5,6,7" makes 7 runs of this experiment, which has 1..6; the nearest is 1,2,3,4,5,6`, "b.seed=2&c.seed=3&d.seed=4&e.seed=5&f.seed=6&v=1"},
		{"seed=1..4&b.lr=0.1", `makes 8 runs of this experiment, which has 1..6; the nearest is 1,2,3`, "b.seed=2&c.seed=3&d.lr=0.1&e.lr=0.1&e.seed=2&f.lr=0.1&f.seed=3&v=1"},
		{"seed=1,1", "seed: 1 stands twice in 1,1", "v=1"},
		{"seed=1,-2", "seed: -2 is not a whole number in 0..18446744073709551615; the nearest is 1", "v=1"},
		{"b.lr=0.1&b.seed=2,x", `b.seed: "x" is not a whole number in 0..18446744073709551615; the nearest is 1`, "b.lr=0.1&b.seed=2&v=1"},
		{"b.lr=0.1&b.seed=9..2", `b.seed: 9..2 is not a range`, "b.lr=0.1&v=1"},
	} {
		if _, _, err := ParseExperiment(settings(t, c.query)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.query, err, c.want)
		}
		e, _, errs := ParseLenient(settings(t, c.query))
		if len(errs) != 1 || e.Query() != c.nearest {
			t.Errorf("%s: the nearest is %s (%v), want %s", c.query, e.Query(), errs, c.nearest)
		}
	}
	if _, err := Parse(settings(t, "seed=1..3")); err == nil {
		t.Error("one run has three seeds")
	}
}

func TestWithSeeds(t *testing.T) {
	for _, c := range []struct {
		query string
		n     int
		want  string
	}{
		{"", 3, "seed=1..3"},
		{"seed=5", 2, "seed=5,6"},
		{"seed=5&b.seed=2", 3, "seed=5,2,6"},
		{"seed=1..3&b.lr=0.1", 2, "seed=1,2&b.lr=0.1"},
		{"seed=1..3&b.lr=0.1", 1, "b.lr=0.1"},
		{"b.lr=0.1&c.seed=2&d.lr=0.1&d.seed=2", 2, "seed=1,2&b.lr=0.1"}, // lanes of one kin come together
		{"seed=18446744073709551615", 2, "seed=18446744073709551615,0"},
	} {
		e, _, err := ParseExperiment(settings(t, c.query))
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := ParseExperiment(settings(t, c.want))
		if err != nil {
			t.Fatal(err)
		}
		if got := e.WithSeeds(c.n).Query(); got != want.Query() {
			t.Errorf("%s with %d seeds is %s, want %s", c.query, c.n, got, want.Query())
		}
	}
}

// A preset's list of seeds stays with it, unless others are said.
func TestOverrideKeepsTheSeeds(t *testing.T) {
	preset := settings(t, "seed=1..2&tau=0.3&b.lr=0.1")
	for over, want := range map[string]string{
		"":            "b.seed=2&c.lr=0.1&d.lr=0.1&d.seed=2&tau=0.3&v=1",
		"steps=9":     "b.seed=2&c.lr=0.1&d.lr=0.1&d.seed=2&steps=9&tau=0.3&v=1",
		"seed=4":      "b.lr=0.1&seed=4&tau=0.3&v=1",
		"seed=4..5":   "b.seed=5&c.lr=0.1&d.lr=0.1&d.seed=5&seed=4&tau=0.3&v=1",
		"method=byol": "b.seed=2&c.lr=0.1&d.lr=0.1&d.seed=2&method=byol&v=1",
	} {
		all, _ := Override(preset, settings(t, over))
		e, _, err := ParseExperiment(all)
		if err != nil || e.Query() != want {
			t.Errorf("%s: %s, %v; want %s", over, e.Query(), err, want)
		}
	}
}
