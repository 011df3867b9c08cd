package data

import (
	"math"
	"testing"
	"time"
)

// BenchmarkViews reports, on one thread, the time of one view in microseconds and
// the views in a second, of the fastest step, since a machine is seldom quiet:
// with the strengths of the set's defaults, with everything on, and with the
// operations of torchvision's usual recipe, to compare with it (anchor: random
// resized crop, flip, jitter of .4 .4 .4 .1 with probability .8, grey with .2, normalise).
// Compare the rows, and sets; not machines.
func BenchmarkViews(b *testing.B) {
	for _, set := range []string{"fashion-mnist", "shapes", "emoji"} {
		for _, c := range []struct {
			name string
			a    Augment
		}{
			{"plain", Augment{}},
			{"default", Augment{Crop: 1, Flip: 1, Jitter: 1, Grey: 1}},
			{"all", everything},
		} {
			b.Run(set+"/"+c.name, func(b *testing.B) { paintViews(b, set, c.a) })
		}
	}
	b.Run("anchor", func(b *testing.B) { paintViews(b, "shapes", Augment{Crop: 1, Flip: 1, Jitter: 1, Grey: 1}) }) // 32 x 32 x 3
}

func paintViews(b *testing.B, name string, a Augment) {
	const batch = 128
	set := open(b, name)
	s := NewSource(set, batch, a, 1)
	x1, x2 := make([]float32, batch*set.H*set.W*set.C), make([]float32, batch*set.H*set.W*set.C)
	step, best := 0, math.Inf(1)
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		s.Views(step, x1, x2)
		best = min(best, time.Since(start).Seconds()/(2*batch))
		step++
	}
	b.ReportMetric(1e6*best, "us/view")
	b.ReportMetric(1/best, "views/s")
}
