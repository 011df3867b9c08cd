package report

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"gradlab/internal/finding"
)

// A happening is what a panel tells of a band: that something happened to its seeds.
type happening struct {
	lane  int       // number of the band
	steps []float64 // of the seeds to which it has, the least first
	text  string
}

// happenings returns what has happened to bands, of the kinds that the panel tells.
func (p Panel) happenings(all []band) []happening {
	if len(p.Events) == 0 {
		return nil
	}
	var list []happening
	for i, b := range all {
		at := map[finding.Kind][]int{}
		for _, l := range b.lanes {
			_, events := finding.Of(l.Schema, l.Steps)
			for _, e := range events {
				at[e.Kind] = append(at[e.Kind], e.Step)
			}
		}
		name := ""
		if len(all) > 1 || b.several() {
			name = b.letter
		}
		for _, kind := range p.Events {
			steps := at[kind]
			if len(steps) == 0 {
				continue
			}
			slices.Sort(steps)
			h := happening{lane: i, text: finding.Words(kind, name, steps, len(b.lanes))}
			for _, s := range steps {
				h.steps = append(h.steps, float64(s))
			}
			list = append(list, h)
		}
	}
	return list
}

// hairlineAlpha is how much of its colour the line at an event has, of 255.
const hairlineAlpha = 140

// hairlines draws a line at each step of events.
func (s *sheet) hairlines(list []happening, x axis, area vg.Rectangle) {
	for _, h := range list {
		ink := color.NRGBAModel.Convert(s.ink(Line{}, h.lane).line).(color.NRGBA)
		ink.A = hairlineAlpha
		for _, step := range slices.Compact(slices.Clone(h.steps)) {
			at := area.Min.X + vg.Length(x.at(step))*(area.Max.X-area.Min.X)
			s.rule(ink, 0.75, nil, at, area.Min.Y, at, area.Max.Y)
		}
	}
}

// beside writes what happened as near to the curves to which it did as it can stand without
// covering anything: what is taken, reference values at these heights, and curves. Where
// there is no such place there is the hairline alone.
func (s *sheet) beside(list []happening, curves []curve, heights []vg.Length, taken []vg.Rectangle, x, y axis, area vg.Rectangle) {
	const air = 2
	for _, h := range list {
		i := slices.IndexFunc(curves, func(c curve) bool { return c.lane == h.lane })
		if i < 0 {
			continue
		}
		sty := style(textSize-1, true, s.ink(Line{}, h.lane).text, text.XLeft, text.YBottom)
		width := sty.Width(h.text)
		place := func(step float64) vg.Length { return area.Min.X + vg.Length(x.at(step))*(area.Max.X-area.Min.X) }
		wanted := scaled(y, valueAt(curves[i].points, h.steps[0]), area)
		for _, left := range []vg.Length{place(h.steps[len(h.steps)-1]) + 4, place(h.steps[0]) - 4 - width} {
			if left < area.Min.X || left+width > area.Max.X {
				continue
			}
			blocked := crossed(curves, x, y, area, left, left+width)
			for _, m := range heights {
				blocked = append(blocked, [2]vg.Length{m - 1, m + 1})
			}
			best, far := vg.Rectangle{}, vg.Length(math.Inf(1))
			for bottom := area.Min.Y + air; bottom+textSize <= area.Max.Y; bottom += textSize / 4 {
				box := vg.Rectangle{Min: vg.Point{X: left - air, Y: bottom - air}, Max: vg.Point{X: left + width + air, Y: bottom + textSize + air}}
				if slices.ContainsFunc(taken, func(t vg.Rectangle) bool { return overlap(t, box) }) ||
					slices.ContainsFunc(blocked, func(b [2]vg.Length) bool { return b[0] < box.Max.Y && b[1] > box.Min.Y }) {
					continue
				}
				if d := vg.Length(math.Abs(float64(bottom + textSize/2 - wanted))); d < far {
					best, far = box, d
				}
			}
			if math.IsInf(float64(far), 1) {
				continue
			}
			taken = append(taken, best)
			s.write(sty, left, best.Min.Y+air, h.text)
			break
		}
	}
}

// crossed returns between which heights each curve and each band runs from left to right.
func crossed(curves []curve, x, y axis, area vg.Rectangle, left, right vg.Length) [][2]vg.Length {
	var list [][2]vg.Length
	for _, c := range curves {
		edges := [][]point{c.points}
		if c.extents != nil {
			lower, upper := make([]point, len(c.extents)), make([]point, len(c.extents))
			for i, e := range c.extents {
				lower[i], upper[i] = point{e.step, e.least}, point{e.step, e.largest}
			}
			edges = append(edges, lower, upper)
		}
		least, largest := vg.Length(math.Inf(1)), vg.Length(math.Inf(-1))
		for _, points := range edges {
			for _, run := range stretches(points, x, y, area) {
				for i, p := range run {
					if left <= p.X && p.X <= right {
						least, largest = min(least, p.Y), max(largest, p.Y)
					}
					for _, edge := range []vg.Length{left, right} {
						if i > 0 && run[i-1].X < edge && edge < p.X {
							at := run[i-1].Y + (p.Y-run[i-1].Y)*(edge-run[i-1].X)/(p.X-run[i-1].X)
							least, largest = min(least, at), max(largest, at)
						}
					}
				}
			}
		}
		if least <= largest {
			list = append(list, [2]vg.Length{least - 2, largest + 2})
		}
	}
	return list
}

// valueAt is the last finite value at a step or before it; NaN where there is none.
func valueAt(points []point, step float64) float64 {
	v := math.NaN()
	for _, p := range points {
		if p.step <= step && !math.IsNaN(p.value) {
			v = p.value
		}
	}
	return v
}

func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}
