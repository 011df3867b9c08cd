package engine

import (
	"fmt"
	"math"

	"gradlab/internal/knob"
)

// Diverged is the error of a run whose numbers left the range of numbers. The
// record of that step is its last one.
type Diverged struct {
	Step   int
	Field  string   // the field of the record that shows it
	Causes []string // the likeliest causes, in words, the likeliest first
}

// Error says where and in which field.
func (d *Diverged) Error() string {
	return fmt.Sprintf("diverged at step %d: %s is not a finite number", d.Step, d.Field)
}

// diverged returns a *Diverged where the step's loss or a norm is not finite.
func (t *trainer) diverged(step int) error {
	r := &t.reading
	for _, f := range []struct {
		name  string
		value float64
	}{{"loss", r.loss}, {"positive_norm", r.positive}, {"negative_norm", r.negative}, {"total_norm", r.total}} {
		if v := float64(float32(f.value)); math.IsNaN(v) || math.IsInf(v, 0) {
			return &Diverged{Step: step, Field: f.name, Causes: t.causes(step)}
		}
	}
	return nil
}

// causes says what in the settings makes divergence likely.
func (t *trainer) causes(step int) []string {
	s := &t.spec
	var causes []string
	say := func(format string, args ...any) { causes = append(causes, fmt.Sprintf(format, args...)) }
	if s.Optim.LR*s.Optim.WeightDecay > 2*(1+s.Optim.Momentum) { // where the method of momentum turns unstable
		say("weight_decay=%s times lr=%s is so large that each step overshoots zero: the weights swing ever wider.",
			knob.FormatFloat(s.Optim.WeightDecay), knob.FormatFloat(s.Optim.LR))
	}
	usual := 0.05 * float64(s.Batch) / 256
	if s.Optim.LR > 10*usual {
		say("The learning rate lr=%s is %.0f times what the papers use for a batch of %d (%s): try a tenth of it.",
			knob.FormatFloat(s.Optim.LR), s.Optim.LR/usual, s.Batch, knob.FormatFloat(usual))
	}
	if s.Optim.Warmup == 0 && step < 20 {
		say("There is no warm-up: the first steps take the whole learning rate. Try warmup=%d.", max(1, s.Steps/10))
	}
	if s.Optim.Momentum > 0.95 {
		say("optimizer.momentum=%s multiplies the learning rate by %.0f in the long run.",
			knob.FormatFloat(s.Optim.Momentum), 1/(1-s.Optim.Momentum))
	}
	if g := t.gradient; !g.Exact {
		say("gradient=%s is not the derivative of the loss, and nothing keeps it from growing.", g.Name)
	}
	if len(causes) == 0 {
		say("The weights grew until float32 could not hold them. Try a smaller learning rate than lr=%s, or a longer warm-up.", knob.FormatFloat(s.Optim.LR))
	}
	return causes
}
