package report

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// An axis maps values to the fraction of the way along it, 0 to 1.
type axis struct {
	min, max float64
	scale    plot.Normalizer
	ticks    []plot.Tick
}

func (a axis) at(v float64) float64 { return a.scale.Normalize(a.min, a.max, v) }

func (a axis) log() bool { _, ok := a.scale.(plot.LogScale); return ok }

// decadesShown bounds a logarithmic axis from below: once a norm has vanished, the
// rounding errors that are left of it would flatten everything else.
const decadesShown = 5

// newAxis spans the values, with ticks at round numbers.
func newAxis(values []float64, log bool) axis {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if math.IsNaN(v) || log && v <= 0 {
			continue
		}
		lo, hi = min(lo, v), max(hi, v)
	}
	if lo > hi {
		lo, hi = 0, 1
		if log {
			lo = 0.1
		}
	}
	if log {
		return logAxis(lo, hi)
	}
	if lo == hi {
		lo, hi = lo-max(0.5, math.Abs(lo)/10), hi+max(0.5, math.Abs(hi)/10)
	}
	a := axis{min: lo, max: hi, scale: plot.LinearScale{}}
	step := roundStep((hi - lo) / 4)
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step; i++ {
		a.ticks = append(a.ticks, plot.Tick{Value: i * step, Label: number(i * step)})
	}
	return a
}

// roundStep returns the smallest of 1, 2, 5 times a power of ten that is not below x.
func roundStep(x float64) float64 {
	base := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range []float64{1, 2, 5} {
		if f*base >= x*(1-1e-9) {
			return f * base
		}
	}
	return 10 * base
}

// logAxis has ticks at powers of ten, and at three times these where few fit.
func logAxis(lo, hi float64) axis {
	lo = max(lo, hi*math.Pow(10, -decadesShown))
	if hi/lo < 2 { // a flat line stays in the middle instead of filling the panel with noise
		m := math.Sqrt(lo * hi)
		lo, hi = m/2, m*2
	}
	a := axis{min: lo / 1.1, max: hi * 1.1, scale: plot.LogScale{}}
	decades := math.Log10(a.max / a.min)
	every := max(1, int(math.Ceil(decades/5)))
	for e := int(math.Floor(math.Log10(a.min))); e <= int(math.Ceil(math.Log10(a.max))); e++ {
		if e%every != 0 {
			continue
		}
		for _, m := range []float64{1, 3} {
			v := m * math.Pow(10, float64(e))
			if v < a.min || v > a.max || m == 3 && decades > 2.5 {
				continue
			}
			a.ticks = append(a.ticks, plot.Tick{Value: v, Label: number(v)})
		}
	}
	return a
}

// number prints v for a tick or a line's end: three significant digits, a plain
// decimal for numbers of everyday size, a true minus sign.
func number(v float64) string {
	var s string
	switch a := math.Abs(v); {
	case a < 1e-12:
		return "0"
	case a < 1e-3 || a >= 1e6:
		s = strconv.FormatFloat(v, 'e', 1, 64)
		mantissa, exponent, _ := strings.Cut(s, "e")
		e, _ := strconv.Atoi(exponent)
		s = strings.TrimSuffix(mantissa, ".0") + "e" + strconv.Itoa(e)
	case a >= 100:
		s = strconv.FormatFloat(v, 'f', 0, 64)
	default:
		s = strconv.FormatFloat(v, 'g', 3, 64)
	}
	return strings.ReplaceAll(s, "-", "−")
}
