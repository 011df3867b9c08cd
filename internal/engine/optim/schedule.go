package optim

import "math"

// Rate returns the learning rate of a step of a run of steps: linear from 0 over
// the warm-up, then constant, or half a cosine down to 0:
//
//	lr (1 + cos(pi (step-warmup)/(steps-warmup))) / 2
//
// It is computed in float64 and does not depend on the machine: math.Cos is
// plain Go on every platform that the lab is built for.
func (c Config) Rate(step, steps int) float64 {
	if step < c.Warmup {
		return c.LR * float64(step+1) / float64(c.Warmup+1)
	}
	if c.Schedule == Constant {
		return c.LR
	}
	return c.LR * (1 + math.Cos(math.Pi*float64(step-c.Warmup)/float64(steps-c.Warmup))) / 2
}

// At returns the target's momentum at a step of a run of steps. With Cosine it
// rises from m0 to 1 (BYOL, Grill et al. 2020, section 3.3; UniGrad's code):
//
//	1 - (1-m0) (cos(pi step/steps) + 1) / 2
func (e EMA) At(step, steps int) float64 {
	if e.Schedule == Constant {
		return e.Momentum
	}
	return 1 - (1-e.Momentum)*(math.Cos(math.Pi*float64(step)/float64(steps))+1)/2
}
