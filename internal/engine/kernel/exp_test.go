package kernel

import (
	"math"
	"testing"
)

// ulps is the distance of got from want in units in the last place of want as a float32.
func ulps(got float32, want float64) float64 {
	w := float32(want)
	unit := float64(math.Nextafter32(float32(math.Abs(float64(w))), math.MaxFloat32)) - math.Abs(float64(w))
	return math.Abs(float64(got)-want) / unit
}

func TestExpAccuracy(t *testing.T) {
	worst := 0.0
	for i := range 100000 {
		x := float32(expLow) + float32(i)*(88-expLow)/100000
		worst = max(worst, ulps(exp32(x), math.Exp(float64(x))))
	}
	if t.Logf("exp32 is within %.2f ulp", worst); worst > 2 {
		t.Errorf("exp32 is off by %v units in the last place, want 2 at most", worst)
	}
}

func TestExpSpecial(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct{ x, want float32 }{
		{0, 1}, {float32(math.Copysign(0, -1)), 1}, {-inf, 0}, {-100, 0}, {-1e30, 0}, {expLow, exp32(expLow)},
	} {
		got := make([]float32, 9) // the vector loop and the last element
		x := make([]float32, 9)
		for i := range x {
			x[i] = c.x
		}
		for _, name := range Implementations() {
			if err := Use(name); err != nil {
				t.Fatal(err)
			}
			current.Load().exp(got, x, 0)
			for _, v := range got {
				if v != c.want {
					t.Errorf("%s: exp(%v) = %v, want %v", name, c.x, v, c.want)
				}
			}
		}
	}
	if v := exp32(expLow); v < 1.17549435e-38 {
		t.Errorf("exp32 at its lower end is %v, a subnormal", v)
	}
	if v := exp32(float32(math.NaN())); v == v {
		t.Errorf("exp32(NaN) = %v", v)
	}
}

func TestLogAccuracy(t *testing.T) {
	worst := 0.0
	for i := range 50000 {
		x := math.Float32frombits(uint32(1 + i*42600)) // subnormals, and every exponent up to 2^127
		worst = max(worst, ulps(log32(x), math.Log(float64(x))))
	}
	for i := range 20000 {
		x := 1 + float32(i-10000)*1e-6
		if x != 1 {
			worst = max(worst, ulps(log32(x), math.Log(float64(x))))
		}
	}
	if t.Logf("log32 is within %.4f ulp", worst); worst > 0.5001 {
		t.Errorf("log32 is off by %v units in the last place, want 0.5001 at most", worst)
	}
	inf := float32(math.Inf(1))
	if log32(0) != -inf || log32(inf) != inf || log32(1) != 0 || log32(-1) == log32(-1) {
		t.Error("log32 is wrong at 0, infinity, 1 or below 0")
	}
}
