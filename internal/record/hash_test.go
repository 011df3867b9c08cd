package record_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/record"
)

func hashOf(s record.Schema, steps ...record.Step) string {
	h := record.NewHash(s)
	for _, step := range steps {
		h.Add(step)
	}
	return h.Sum()
}

func TestHash(t *testing.T) {
	want := hashOf(schema, steps...)
	if page := strings.TrimSpace(golden(t, "hash")); page != want {
		t.Errorf("the hash is %s, docs/wire.md has %s", want, page)
	}
	renamed := record.Schema{Fields: slices.Clone(schema.Fields)}
	renamed.Fields[0].Name = "lost"
	with := func(i int, v float32) []record.Step {
		out := slices.Clone(steps)
		out[1].Values = slices.Clone(out[1].Values)
		out[1].Values[i] = v
		return out
	}
	for _, c := range []struct {
		what string
		got  string
		same bool
	}{
		{"another NaN", hashOf(schema, with(0, math.Float32frombits(0xffc12345))...), true},
		{"another duration", hashOf(schema, with(1, 9)...), true},
		{"another probe", hashOf(schema, with(2, 9)...), true},
		{"another loss", hashOf(schema, with(0, 9)...), false},
		{"another name", hashOf(renamed, steps...), false},
		{"a step less", hashOf(schema, steps[0]), false},
		{"no steps", hashOf(schema), false},
	} {
		if (c.got == want) != c.same {
			t.Errorf("%s: same hash: %v, want %v", c.what, !c.same, c.same)
		}
	}
}

func TestDifference(t *testing.T) {
	a := steps[1]
	with := func(edit func(*record.Step)) record.Step {
		b := a
		b.Values, b.Frames = slices.Clone(a.Values), slices.Clone(a.Frames)
		edit(&b)
		return b
	}
	for want, b := range map[string]record.Step{
		"":               with(func(s *record.Step) { s.Values[0], s.Values[1] = math.Float32frombits(0xffc00001), 8 }),
		"step":           with(func(s *record.Step) { s.Step++ }),
		"loss":           with(func(s *record.Step) { s.Values[0] = 1 }),
		"effective_rank": with(func(s *record.Step) { s.Has = record.EachStep }),
		"corr":           with(func(s *record.Step) { s.Frames[0].Data = []int8{0, 0, 0, 0} }),
		"more":           with(func(s *record.Step) { s.Frames = append(s.Frames, record.Frame{Name: "more"}) }),
	} {
		if got := schema.Difference(a, b); got != want {
			t.Errorf("differs in %q, want %q", got, want)
		}
		if got := schema.Difference(b, a); got != want {
			t.Errorf("the other way round differs in %q, want %q", got, want)
		}
	}
}
