package report

import (
	"math"

	"gradlab/internal/palette"
)

// A Shading is the colours of the values at which the cells of a matrix have ended: the corner
// of a large table that learns, or collapses, is found at a glance. What is still under way has
// none: how far it has come would be seen instead of where it leads.
type Shading struct {
	Least, Largest string // as people read them
	least, largest float64
	scale          func(float64) float64
}

// Shading returns that of the first lines' ends.
func (m Matrix) Shading() Shading {
	s := Shading{least: math.Inf(1), largest: math.Inf(-1), scale: func(v float64) float64 { return v }}
	for _, row := range m.Cells {
		for _, c := range row {
			if e, ok := m.End(c); ok && c.Ended {
				s.least, s.largest = min(s.least, e.Value), max(s.largest, e.Value)
			}
		}
	}
	if m.panel().Log && s.least > 0 {
		s.scale = math.Log
	}
	s.Least, s.Largest = number(s.least), number(s.largest)
	return s
}

// Tells reports whether there are two values to be told apart.
func (s Shading) Tells() bool { return s.least < s.largest }

// Of returns the colour of a cell's end: dark at the least, light at the largest. None where it has
// not ended, or there is nothing to be told apart.
func (s Shading) Of(c MatrixCell, e End) (colour palette.RGB, ok bool) {
	from, to := s.scale(s.least), s.scale(s.largest)
	return palette.SequentialColor((s.scale(e.Value) - from) / (to - from)), c.Ended && s.Tells()
}
