package data

import (
	"math"
	"testing"

	"gradlab/internal/engine/random"
)

func TestOutlines(t *testing.T) {
	for _, o := range outlines {
		if o.outside(1.3, 1.3) < 0.3 || o.outside(-1.3, 0.2) < 0.1 {
			t.Errorf("%s reaches far beyond its radius", o.name)
		}
		if inside := o.outside(0, 0) < 0; inside == (o.name == "ring") {
			t.Errorf("%s: the centre is inside: %v", o.name, inside)
		}
		// No outline grows faster than the distance itself, or edges would be jagged.
		r := random.New(1, random.Named(o.name), 0, 0)
		for range 2000 {
			u, v := 3*r.Float64()-1.5, 3*r.Float64()-1.5
			du, dv := 0.01*(r.Float64()-0.5), 0.01*(r.Float64()-0.5)
			if slope := math.Abs(o.outside(u+du, v+dv)-o.outside(u, v)) / math.Hypot(du, dv); slope > 1+1e-9 {
				t.Fatalf("%s has slope %g at %g, %g", o.name, slope, u, v)
			}
		}
	}
}

// The areas tell the shapes apart and show that nothing is cut off or empty.
func TestShapesCoverWhatTheyShould(t *testing.T) {
	for _, o := range outlines {
		inside := 0
		const n = 400
		for y := range n {
			for x := range n {
				if o.outside(2.6*float64(x)/n-1.3, 2.6*float64(y)/n-1.3) < 0 {
					inside++
				}
			}
		}
		area := 2.6 * 2.6 * float64(inside) / (n * n)
		want := map[string]float64{
			"disc": math.Pi * 0.85 * 0.85, "ring": math.Pi * (0.92*0.92 - 0.52*0.52), "square": 1.96,
			"triangle": 3 * math.Sqrt(3) * 0.25, "cross": 4*0.95*0.6 - 0.36, "star": 0,
		}[o.name]
		if o.name == "star" { // ten triangles between an outer corner, an inner corner and the centre
			const a = 0.32
			outer, inner := a/math.Cos(72*math.Pi/180), a/math.Cos(36*math.Pi/180)
			want = 5 * outer * inner * math.Sin(36*math.Pi/180)
		}
		if math.Abs(area-want) > 0.03 {
			t.Errorf("%s has area %.3f, want %.3f", o.name, area, want)
		}
	}
}

func TestAngleIsUniform(t *testing.T) {
	var quarter [4]int
	var cosSum, sinSum float64
	const n = 8000
	for i := range n {
		r := random.New(1, random.Named("test"), 0, i)
		cos, sin := angle(&r)
		if math.Abs(math.Hypot(cos, sin)-1) > 1e-12 {
			t.Fatalf("length of %g, %g", cos, sin)
		}
		cosSum, sinSum = cosSum+cos, sinSum+sin
		q := 0
		if cos < 0 {
			q = 1
		}
		if sin < 0 {
			q += 2
		}
		quarter[q]++
	}
	for q, c := range quarter {
		if math.Abs(float64(c)-n/4) > 5*math.Sqrt(n*3/16) {
			t.Errorf("quarter %d has %d of %d", q, c, n)
		}
	}
	if math.Abs(cosSum) > 5*math.Sqrt(n/2) || math.Abs(sinSum) > 5*math.Sqrt(n/2) {
		t.Errorf("sums %g, %g", cosSum, sinSum)
	}
}
