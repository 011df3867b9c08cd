package engine

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/tensor"
)

// What is drawn ahead is what the source draws, step by step; and a run may stop
// while views are being drawn.
func TestViewsDrawnAhead(t *testing.T) {
	s := parse(t, small)
	set, err := data.Open(s.Data, "")
	if err != nil {
		t.Fatal(err)
	}
	source := data.NewSource(set, s.Batch, s.Augment, s.Seed)
	want := newDrawing(set, s.Batch)
	for threads := 1; threads <= 2; threads++ {
		v := drawViews(set, s, threads, 0)
		for step := range s.Steps - 2 {
			x1, x2 := v.next()
			source.Views(step, want.x[0], want.x[1])
			if !slices.Equal(x1, want.x[0]) || !slices.Equal(x2, want.x[1]) {
				t.Errorf("%d threads: step %d has other views", threads, step)
			}
		}
		v.stop()
	}
}

// BenchmarkAugmentation reports what the drawing of views costs a step. Three
// kinds of steps take turns: with the same views again, with views as a run gets
// them (drawn ahead, where there are two threads), and with views that all threads
// draw before the step. "ahead-x" and "before-x" are the medians of the last two in
// terms of the first; "draw-%" is the fastest drawing on one thread as a share of the
// fastest step, which noise disturbs least.
func BenchmarkAugmentation(b *testing.B) {
	for _, settings := range []string{"data=fashion-mnist", "data=shapes"} {
		for threads := 1; threads <= 2; threads++ {
			b.Run(fmt.Sprintf("%s/%d", settings, threads), func(b *testing.B) {
				s := parse(b, settings)
				s.Steps = math.MaxInt32
				set, err := data.Open(s.Data, "")
				if err != nil {
					b.Fatal(err)
				}
				v := drawViews(set, s, threads, 0)
				defer v.stop()
				t := newTrainer(tensor.CPU(threads), s)
				t.init()
				n := s.Batch * set.H * set.W * set.C
				x1, x2 := make([]float32, n), make([]float32, n)
				before, alone := data.NewSource(set, s.Batch, s.Augment, s.Seed).Parallel(threads), data.NewSource(set, s.Batch, s.Augment, s.Seed)
				var again, ahead, drawn, draw []float64
				timed := func(f func()) float64 {
					start := time.Now()
					f()
					return time.Since(start).Seconds()
				}
				for i := 0; b.Loop(); i++ {
					draw = append(draw, timed(func() { alone.Views(i, x1, x2) }))
					again = append(again, timed(func() { t.step(i, due{}, x1, x2) }))
					ahead = append(ahead, timed(func() {
						y1, y2 := v.next()
						t.step(i, due{}, y1, y2)
					}))
					drawn = append(drawn, timed(func() {
						before.Views(i, x1, x2)
						t.step(i, due{}, x1, x2)
					}))
				}
				median := func(x []float64) float64 { slices.Sort(x); return x[len(x)/2] }
				b.ReportMetric(median(ahead)/median(again), "ahead-x")
				b.ReportMetric(median(drawn)/median(again), "before-x")
				b.ReportMetric(100*slices.Min(draw)/slices.Min(again), "draw-%")
				b.ReportMetric(1e3*slices.Min(again), "step-ms")
			})
		}
	}
}
