package data

import "testing"

// BenchmarkViews reports the time of one view with the strengths of the set's
// defaults and with everything on. Compare the two, and sets; not machines.
func BenchmarkViews(b *testing.B) {
	for _, name := range []string{"fashion-mnist", "shapes", "emoji"} {
		for _, c := range []struct {
			name string
			a    Augment
		}{
			{"plain", Augment{}},
			{"default", Augment{Crop: 1, Flip: 1, Jitter: 1, Grey: 1}},
			{"all", Augment{Crop: 1, Flip: 1, Jitter: 1, Grey: 1, Blur: 1, Erase: 1}},
		} {
			b.Run(name+"/"+c.name, func(b *testing.B) {
				const batch = 128
				set := open(b, name)
				s := NewSource(set, batch, c.a, 1)
				x1, x2 := make([]float32, batch*set.H*set.W*set.C), make([]float32, batch*set.H*set.W*set.C)
				step := 0
				b.ReportAllocs()
				for b.Loop() {
					s.Views(step, x1, x2)
					step++
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(2*batch*b.N), "us/view")
			})
		}
	}
}
