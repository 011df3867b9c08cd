package optim

import "math"

// Rate returns the learning rate of a step of a run of steps: linear from 0 over
// the warm-up, then constant, or half a cosine down to 0:
//
//	lr (1 + cos(pi (step-warmup)/(steps-warmup))) / 2
//
// Behind the last of the steps it stays what it was there.
func (c Config) Rate(step, steps int) float64 {
	step = min(step, steps-1)
	if step < c.Warmup {
		return c.LR * float64(step+1) / float64(c.Warmup+1)
	}
	if c.Schedule == Constant {
		return c.LR
	}
	return c.LR * falling(float64(step-c.Warmup)/float64(steps-c.Warmup))
}

// At returns the target's momentum at a step of a run of steps. With Cosine it
// rises from m0 to 1 (BYOL, Grill et al. 2020, section 3.3; UniGrad's code):
//
//	1 - (1-m0) (1 + cos(pi step/steps)) / 2
//
// Behind the last of the steps it stays what it was there.
func (e EMA) At(step, steps int) float64 {
	step = min(step, steps-1)
	if e.Schedule == Constant {
		return e.Momentum
	}
	return 1 - float64((1-e.Momentum)*falling(float64(step)/float64(steps)))
}

// falling returns (1 + cos(pi t)) / 2 for t in [0, 1]: from 1 to 0.
//
// The schedule is part of a curve's bits. math.Cos may round differently where
// the compiler fuses multiply and add, so the series is written out with the
// conversions that forbid fusing; it is exact to a few units in the last place.
func falling(t float64) float64 {
	if t > 0.5 {
		return 1 - falling(1-t)
	}
	x := math.Pi * t
	x2 := float64(x * x)
	cos := 1.0
	for k := 24; k >= 2; k -= 2 { // Horner's form of the Taylor series
		cos = 1 - float64(x2*cos)/float64(k*(k-1))
	}
	return (1 + cos) / 2
}
