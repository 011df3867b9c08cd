package kernel

import "math"

// exp is e to the x for x <= 88: math.Exp for float64, exp32 for float32.
func exp[F Float](x F) F {
	if is32[F]() {
		return F(exp32(float32(x)))
	}
	return F(math.Exp(float64(x)))
}

// log is the natural logarithm: math.Log for float64, log32 for float32.
func log[F Float](x F) F {
	if is32[F]() {
		return F(log32(float32(x)))
	}
	return F(math.Log(float64(x)))
}

// Constants of exp32, after expf of the Cephes library (S. L. Moshier). ln2 is
// split so that n*expLn2Hi is exact for every n that occurs.
const (
	expLow   = -87.33654  // below it the result would be subnormal and is 0
	expLog2e = 1.44269504 // 1/ln2
	expRound = 3 << 22    // adding and subtracting it rounds to the nearest integer, ties to even
	expLn2Hi = 0.693359375
	expLn2Lo = -2.12194440e-4
	expP0    = 1.9875691500e-4
	expP1    = 1.3981999507e-3
	expP2    = 8.3334519073e-3
	expP3    = 4.1665795894e-2
	expP4    = 1.6666665459e-1
	expP5    = 5.0000001201e-1
)

// exp32 is e to the x for x <= 88, within 2 units in the last place; 0 for x < -87.33654,
// NaN for NaN. It uses only roundings that every machine shares, which math.Exp
// does not promise: x = n*ln2 + r, and a polynomial in r.
func exp32(x float32) float32 {
	if x < expLow {
		return 0
	}
	n := float32(x*expLog2e) + expRound
	n -= expRound
	r := x - float32(n*expLn2Hi)
	r -= float32(n * expLn2Lo)
	y := float32(expP0*r) + expP1
	y = float32(y*r) + expP2
	y = float32(y*r) + expP3
	y = float32(y*r) + expP4
	y = float32(y*r) + expP5
	y = float32(y*float32(r*r)) + r
	y++
	return y * math.Float32frombits(uint32(int32(n)+127)<<23)
}

// log32 is the natural logarithm of a float32, computed in float64 and rounded
// once: within 0.5001 units in the last place. Like exp32 it avoids what
// machines do differently. The series is that of atanh(s), s = (f-1)/(f+1).
func log32(x float32) float32 {
	switch {
	case x != x || x < 0:
		return float32(math.NaN())
	case x == 0:
		return float32(math.Inf(-1))
	case x > math.MaxFloat32:
		return x
	}
	bits := math.Float64bits(float64(x))
	e := int(bits>>52) - 1023
	f := math.Float64frombits(bits&(1<<52-1) | 1023<<52) // 1 <= f < 2
	if f > math.Sqrt2 {
		f, e = f/2, e+1
	}
	s := (f - 1) / (f + 1) // |s| < 0.172
	z := float64(s * s)
	p := 0.0
	for d := 15.0; d >= 3; d -= 2 {
		p = float64(p*z) + 1/d
	}
	p = float64(p*z) + 1
	return float32(float64(float64(e)*math.Ln2) + float64(2*s*p))
}
