package record

import (
	"math"
	"slices"
)

// Difference compares two records of one step and returns the name of the first
// field, or frame, in which they differ, or "" where they say the same. The
// duration of the step is not compared, and a NaN equals every NaN.
func (s Schema) Difference(a, b Step) string {
	if a.Step != b.Step {
		return "step"
	}
	for i, f := range s.Fields {
		inA, inB := a.Has&f.Every != 0, b.Has&f.Every != 0
		if inA != inB || inA && f.Name != Duration && !same(a.Values[i], b.Values[i]) {
			return f.Name
		}
	}
	for i, f := range a.Frames {
		if i >= len(b.Frames) || !f.equal(b.Frames[i]) {
			return f.Name
		}
	}
	if len(b.Frames) > len(a.Frames) {
		return b.Frames[len(a.Frames)].Name
	}
	return ""
}

// same tells whether two values are the same bits, or both not a number.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

func (f Frame) equal(g Frame) bool {
	return f.Name == g.Name && f.Rows == g.Rows && f.Cols == g.Cols && f.Of == g.Of &&
		same(f.Scale, g.Scale) && slices.Equal(f.Data, g.Data)
}
