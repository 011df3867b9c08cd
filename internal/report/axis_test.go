package report

import (
	"math"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestAxisHoldsItsValuesAndHasTicks(t *testing.T) {
	for _, c := range []struct {
		values []float64
		log    bool
	}{
		{[]float64{0, 1}, false}, {[]float64{5, 5}, false}, {[]float64{-3, 1e6}, false}, {nil, false}, {[]float64{math.NaN(), 2}, false},
		{[]float64{0.1, 1}, true}, {[]float64{0.3, 0.31}, true}, {[]float64{1e-30, 1}, true}, {[]float64{0, -1}, true}, {[]float64{1e-7, 1}, true}, {nil, true},
	} {
		a := newAxis(c.values, c.log)
		if !(a.min < a.max) || c.log && a.min <= 0 {
			t.Errorf("%v: axis from %g to %g", c, a.min, a.max)
		}
		if n := len(a.ticks); n < 1 || n > 9 {
			t.Errorf("%v: %d ticks from %g to %g", c, n, a.min, a.max)
		}
		for _, tick := range a.ticks {
			if f := a.at(tick.Value); f < -1e-9 || f > 1+1e-9 {
				t.Errorf("%v: tick %s lies outside", c, tick.Label)
			}
		}
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1: "1", -0.5: "−0.5", 0.30000000000000004: "0.3", 123.4: "123", 3e-7: "3e−7", 1.25e7: "1.2e7", 2.496: "2.5", 0.01234: "0.0123",
	} {
		if got := number(v); got != want {
			t.Errorf("number(%g) = %s, want %s", v, got, want)
		}
	}
}

func TestSpreadKeepsOrderAndDistance(t *testing.T) {
	for _, ys := range [][]vg.Length{{10, 10, 10}, {0, 100}, {95, 99, 50, 51, 52}, {}, {5}, {-20, 300}} {
		labels := make([]label, len(ys))
		for i, y := range ys {
			labels[i].y = y
		}
		spread(labels, 0, 100, 13)
		for i := range labels {
			if i > 0 && labels[i].y-labels[i-1].y < 13-1e-9 {
				t.Errorf("%v: labels at %v", ys, labels)
			}
			if labels[i].y < 0 || labels[i].y > 100 {
				t.Errorf("%v: label %d at %v", ys, i, labels[i].y)
			}
		}
	}
}

func TestThinKeepsExtremes(t *testing.T) {
	points := make([]point, 10000)
	for i := range points {
		points[i] = point{float64(i), math.Sin(float64(i) / 500)}
	}
	points[7777].value, points[1234].value, points[4321].value = 9, -9, math.NaN()
	kept := thin(points, 100)
	if len(kept) > 400 || kept[0] != points[0] || kept[len(kept)-1] != points[9999] {
		t.Fatalf("%d points from %v to %v", len(kept), kept[0], kept[len(kept)-1])
	}
	high, low, gap := false, false, false
	for _, p := range kept {
		high, low, gap = high || p.value == 9, low || p.value == -9, gap || math.IsNaN(p.value)
	}
	if !high || !low || !gap {
		t.Errorf("lost: largest %v, smallest %v, gap %v", !high, !low, !gap)
	}
}
