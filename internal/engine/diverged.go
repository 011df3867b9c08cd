package engine

import (
	"fmt"
	"math"
	"strconv"

	"gradlab/internal/engine/optim"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
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

// steep is how many times the published learning rate is too much for a warm-up to make it good.
const steep = 10

func isSteep(s *spec.Spec) bool { return s.Optim.LR > steep*optim.Published(s.Batch) }

// gentler is a learning rate to try in place of one at which s diverged, to one digit: a tenth of it, and
// no more than is known to be too much.
func gentler(s *spec.Spec) string {
	lr := min(s.Optim.LR/10, steep*optim.Published(s.Batch))
	if decay := s.Optim.WeightDecay; decay > 0 {
		lr = min(lr, (1+s.Optim.Momentum)/decay) // half of where the weights would swing ever wider
	}
	power := math.Pow10(int(math.Floor(math.Log10(lr))))
	digit := math.Floor(lr/power*(1+1e-9)) * power // up would be beyond what is known
	short, _ := strconv.ParseFloat(strconv.FormatFloat(digit, 'e', 0, 64), 64)
	return knob.FormatFloat(short)
}

// someWarmup is a warm-up to try where there is none, in steps.
func someWarmup(s *spec.Spec) string { return strconv.Itoa(max(1, s.Steps/10)) }

// Remedies are what to try where s has diverged after so many steps, each by itself, the likeliest to help first. A warm-up
// is none where the learning rate that it leads to is known to be too much.
func Remedies(s spec.Spec, done int) []spec.Setting {
	key := "lr"
	if b, ok := s.Branch(); ok && done > s.At && b.Optim.LR > s.Optim.LR {
		s.Optim, key = b.Optim, "then.lr"
	}
	if s.Optim.LR == 0 {
		return nil
	}
	tries := []spec.Setting{{Key: key, Value: gentler(&s)}}
	if s.Optim.Warmup == 0 && key == "lr" && !isSteep(&s) {
		tries = append(tries, spec.Setting{Key: "warmup", Value: someWarmup(&s)})
	}
	return tries
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
	published := optim.Published(s.Batch)
	if isSteep(s) {
		say("The learning rate lr=%s is %.0f times what the papers use for a batch of %d (%s): try lr=%s.",
			knob.FormatFloat(s.Optim.LR), s.Optim.LR/published, s.Batch, knob.FormatFloat(published), gentler(s))
	}
	if s.Optim.Warmup == 0 && step < 20 {
		text := "There is no warm-up: the first steps take the whole learning rate."
		if !isSteep(s) {
			text += " Try warmup=" + someWarmup(s) + "."
		}
		causes = append(causes, text)
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
