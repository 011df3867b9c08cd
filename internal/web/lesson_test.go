package web

import (
	"slices"
	"testing"
)

// The names that a link can hide mean one thing each.
func TestNamesOfALessonAreUnique(t *testing.T) {
	names := slices.Clone(visible())
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			t.Errorf("%s means two things", names[i])
		}
	}
	for _, want := range []string{"sphere", "effective_rank", "story", "timeline", "run", "method", "lambda", "tau", "lr"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s cannot be hidden", want)
		}
	}
}
