package data

import "math"

// An outline is a shape of radius about 1 round the origin: it returns how far
// (u, v) lies outside the shape, negative inside, exact near straight edges and
// good enough for smoothing near corners.
type outline func(u, v float64) float64

// outlines are the shapes of the set `shapes`; their order is that of its classes.
var outlines = []struct {
	name    string
	outside outline
}{
	{"disc", func(u, v float64) float64 { return length(u, v) - 0.85 }},
	{"ring", func(u, v float64) float64 { return math.Abs(length(u, v)-0.72) - 0.2 }},
	{"square", func(u, v float64) float64 { return max(math.Abs(u), math.Abs(v)) - 0.7 }},
	{"triangle", triangle},
	{"cross", cross},
	{"star", star},
}

func length(u, v float64) float64 { return math.Sqrt(float64(u*u) + float64(v*v)) }

// triangle is equilateral: what three half-planes have in common.
func triangle(u, v float64) float64 {
	const c, s = 0.8660254037844386, 0.5 // cos and sin of 30 degrees
	return max(-v, float64(c*u)+float64(s*v), float64(s*v)-float64(c*u)) - 0.5
}

// cross is two bars.
func cross(u, v float64) float64 {
	const long, wide = 0.95, 0.3
	u, v = math.Abs(u), math.Abs(v)
	return min(max(u-long, v-wide), max(v-long, u-wide))
}

// star has five points: the points that lie in at least four of the five
// half-planes of a pentagon, so the second largest of the five distances decides.
func star(u, v float64) float64 {
	const (
		c1, s1 = 0.30901699437494745, 0.9510565162951535 // cos and sin of 72 degrees
		c2, s2 = -0.8090169943749475, 0.5877852522924731 // of 144 degrees
	)
	first, second := math.Inf(-1), math.Inf(-1)
	for _, d := range [5]float64{
		u,
		float64(c1*u) + float64(s1*v), float64(c1*u) - float64(s1*v),
		float64(c2*u) + float64(s2*v), float64(c2*u) - float64(s2*v),
	} {
		if d > first {
			first, second = d, first
		} else if d > second {
			second = d
		}
	}
	return second - 0.32
}
