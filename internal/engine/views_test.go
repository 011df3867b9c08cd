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

// BenchmarkAugmentation reports how much longer a step takes because its views
// are drawn: steps with new views and steps with the same views again take turns,
// and the ratios are those of the fastest of each kind and of the medians.
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
				v := drawViews(set, s, threads)
				defer v.stop()
				t := newTrainer(tensor.CPU(threads), s)
				t.init()
				x1, x2 := v.next()
				var took [2][]float64 // with the same views, with new ones
				for n := 0; b.Loop(); n++ {
					start := time.Now()
					if n%2 == 1 {
						x1, x2 = v.next()
					}
					t.step(n, due{}, x1, x2)
					took[n%2] = append(took[n%2], time.Since(start).Seconds())
				}
				if len(took[1]) == 0 {
					return
				}
				for i := range took {
					slices.Sort(took[i])
				}
				median := func(x []float64) float64 { return x[len(x)/2] }
				b.ReportMetric(took[1][0]/took[0][0], "ratio-fastest")
				b.ReportMetric(median(took[1])/median(took[0]), "ratio-median")
				b.ReportMetric(1e3*took[0][0], "step-ms")
			})
		}
	}
}
