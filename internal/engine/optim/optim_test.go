package optim

import (
	"math"
	"testing"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

func defaults() (c Config, e EMA) {
	var s knob.Set
	c.Declare(&s)
	e.Declare(&s)
	return c, e
}

func TestFallingIsHalfACosine(t *testing.T) {
	for i := 0; i <= 1000; i++ {
		x := float64(i) / 1000
		if got, want := falling(x), (1+math.Cos(math.Pi*x))/2; math.Abs(got-want) > 1e-15 {
			t.Fatalf("falling(%g) = %.17g, want %.17g", x, got, want)
		}
	}
}

func TestRate(t *testing.T) {
	c, _ := defaults()
	c.LR, c.Warmup = 0.1, 4
	for step, want := range map[int]float64{0: 0.02, 3: 0.08, 4: 0.1, 54: 0.05} {
		if got := c.Rate(step, 104); math.Abs(got-want) > 1e-15 {
			t.Errorf("rate at step %d of 104 is %g, want %g", step, got, want)
		}
	}
	c.Schedule = Constant
	if got := c.Rate(100, 104); got != 0.1 {
		t.Errorf("constant rate is %g", got)
	}
}

func TestTargetMomentumRisesToOne(t *testing.T) {
	_, e := defaults()
	e.Momentum = 0.96
	for step, want := range map[int]float64{0: 0.96, 50: 0.98} {
		if got := e.At(step, 100); math.Abs(got-want) > 1e-15 {
			t.Errorf("momentum at step %d of 100 is %g, want %g", step, got, want)
		}
	}
	if last := e.At(99, 100); last < 0.99999 || last >= 1 {
		t.Errorf("momentum at the last step is %.17g", last)
	}
	e.Schedule = Constant
	if got := e.At(99, 100); got != 0.96 {
		t.Errorf("constant momentum is %g", got)
	}
}

// Behind their end the schedules hold what they were at the last step, which is not
// where a cosine would arrive a step later.
func TestSchedulesHold(t *testing.T) {
	for _, schedule := range []string{Cosine, Constant} {
		for _, warmup := range []int{0, 4, 10} {
			c, e := defaults()
			c.Schedule, e.Schedule, c.Warmup = schedule, schedule, warmup
			for _, step := range []int{10, 11, 1000} {
				if got, want := c.Rate(step, 10), c.Rate(9, 10); got != want || got <= 0 {
					t.Errorf("%s, warm-up %d: rate at step %d of 10 is %g, want %g", schedule, warmup, step, got, want)
				}
				if got, want := e.At(step, 10), e.At(9, 10); got != want || got >= 1 {
					t.Errorf("%s: momentum at step %d of 10 is %g, want %g", schedule, step, got, want)
				}
			}
		}
	}
}

// Two steps by hand: the second has the first one's velocity.
func TestDescent(t *testing.T) {
	d := tensor.Reference()
	w, g := d.New(1, 2), d.New(1, 2)
	d.Upload64(w, []float64{1, -2})
	d.Upload64(g, []float64{0.5, 0.25})
	for _, decay := range []bool{false, true} {
		d.Upload64(w, []float64{1, -2})
		c := Config{WeightDecay: 0.1, Momentum: 0.9}
		o := NewDescent(d, []Weight{{Name: "w", W: w, G: g, Decay: decay}})
		want, v := []float64{1, -2}, []float64{0, 0}
		for range 2 {
			o.Step(d, c, 0.2)
			for i, gi := range []float64{0.5, 0.25} {
				if decay {
					gi += 0.1 * want[i]
				}
				v[i] = 0.9*v[i] + gi
				want[i] -= 0.2 * v[i]
			}
		}
		got := make([]float64, 2)
		d.Download64(got, w)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-15 {
				t.Errorf("decay %v: weight %d is %g, want %g", decay, i, got[i], want[i])
			}
		}
	}
}

func TestVelocitiesAreTakenOverByName(t *testing.T) {
	d := tensor.Reference()
	one := func(name string, cols int) Weight {
		g := d.New(1, cols)
		d.Fill(g, 1)
		return Weight{Name: name, W: d.New(1, cols), G: g}
	}
	old := NewDescent(d, []Weight{one("a", 1), one("b", 1)})
	old.Step(d, Config{}, 1)
	next := NewDescent(d, []Weight{one("b", 1), one("a", 2), one("c", 1)})
	next.CopyFrom(d, old)
	for i, want := range []float64{1, 0, 0} { // b has the old velocity, a has another shape, c is new
		got := make([]float64, next.velocity[i].Len())
		d.Download64(got, next.velocity[i])
		if got[0] != want {
			t.Errorf("velocity of %s is %g, want %g", next.weights[i].Name, got[0], want)
		}
	}
}

// A slow copy takes its share of the network behind it, by name; what only the
// network has leaves it alone.
func TestFollower(t *testing.T) {
	d := tensor.Reference()
	one := func(name string, v float64) Weight {
		w := Weight{Name: name, W: d.New(1, 1)}
		d.Fill(w.W, v)
		return w
	}
	slow, fast := []Weight{one("a", 1), one("b", 2)}, []Weight{one("b", 6), one("predictor", 9), one("a", 5)}
	f := NewFollower(slow, fast)
	f.Step(d, 0.75)
	f.Step(d, 0.5)
	for i, want := range []float64{(0.75*1+0.25*5)/2 + 2.5, (0.75*2+0.25*6)/2 + 3} {
		got := make([]float64, 1)
		d.Download64(got, slow[i].W)
		if got[0] != want {
			t.Errorf("slow %s is %g, want %g", slow[i].Name, got[0], want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a weight without a leader is no panic")
		}
	}()
	NewFollower([]Weight{one("c", 0)}, fast)
}
