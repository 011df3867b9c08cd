package sweep

import "testing"

func TestMean(t *testing.T) {
	for _, c := range []struct {
		values          []float64
		mean, deviation float64
		text            string
	}{
		{[]float64{2}, 2, 0, "2"},
		{[]float64{1, 3}, 2, 1.4142135623730951, "2 ± 1.4"},
		{[]float64{0.5, 0.5, 0.5}, 0.5, 0, "0.5 ± 0"},
		{nil, 0, 0, "-"},
	} {
		if m, d := Mean(c.values); m != c.mean || d != c.deviation || meanOf(c.values) != c.text {
			t.Errorf("%v: %g ± %g, %q", c.values, m, d, meanOf(c.values))
		}
	}
}
