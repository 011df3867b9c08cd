package report

import (
	"math"

	"gradlab/internal/record"
)

// A point is one measured value of a field; NaN where it was not finite.
type point struct{ step, value float64 }

// series returns the measured values of a line, in the order of steps. It is nil
// where the schema has no such field.
func (l Lane) series(line Line) []point {
	i := l.Schema.Index(line.Field)
	if i < 0 {
		return nil
	}
	unit := line.unit(l.Schema.Fields[i])
	every := l.Schema.Fields[i].Every
	points := make([]point, 0, len(l.Steps))
	for _, s := range l.Steps {
		if s.Has&every == 0 || i >= len(s.Values) {
			continue
		}
		v := float64(s.Values[i]) / unit
		if math.IsInf(v, 0) {
			v = math.NaN()
		}
		points = append(points, point{float64(s.Step), v})
	}
	return points
}

// unit is what the values of a field are divided by.
func (line Line) unit(f record.Field) float64 {
	for _, m := range f.Marks {
		if m.Label == line.Per && m.Value > 0 {
			return float64(m.Value)
		}
	}
	return 1
}

// last returns the last finite value.
func last(points []point) (point, bool) {
	for i := len(points) - 1; i >= 0; i-- {
		if !math.IsNaN(points[i].value) {
			return points[i], true
		}
	}
	return point{}, false
}

// zero says whether there are values and all are zero.
func zero(points []point) bool {
	for _, p := range points {
		if p.value != 0 {
			return false
		}
	}
	return len(points) > 0
}

// thin keeps, of each of n equal stretches of the series, the first, the last,
// the smallest and the largest point, and every gap: the line then covers the
// same pixels. A curve is never sampled at random.
func thin(points []point, n int) []point {
	if len(points) <= 4*n {
		return points
	}
	kept := make([]point, 0, 4*n)
	for b := range n {
		bucket := points[b*len(points)/n : (b+1)*len(points)/n]
		low, high := -1, -1
		for i, p := range bucket {
			if !math.IsNaN(p.value) && (low < 0 || p.value < bucket[low].value) {
				low = i
			}
			if !math.IsNaN(p.value) && (high < 0 || p.value > bucket[high].value) {
				high = i
			}
		}
		for i, p := range bucket {
			gap := math.IsNaN(p.value) && (i == 0 || !math.IsNaN(bucket[i-1].value))
			if gap || i == 0 || i == low || i == high || i == len(bucket)-1 {
				kept = append(kept, p)
			}
		}
	}
	return kept
}

// marks returns the reference values of the fields of a panel's lines, each
// once, although several lanes may share it.
func (p Panel) marks(lanes []Lane) []record.Mark {
	var marks []record.Mark
	seen := map[record.Mark]bool{}
	for _, l := range lanes {
		for _, line := range p.Lines {
			i := l.Schema.Index(line.Field)
			if i < 0 {
				continue
			}
			unit := line.unit(l.Schema.Fields[i])
			for _, m := range l.Schema.Fields[i].Marks {
				v := float64(m.Value) / unit
				m.Value = float32(v)
				if !seen[m] && !math.IsNaN(v) && !math.IsInf(v, 0) {
					seen[m] = true
					marks = append(marks, m)
				}
			}
		}
	}
	return marks
}
