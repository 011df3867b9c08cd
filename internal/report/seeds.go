package report

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gradlab/internal/spec"
)

// A band is the lanes of one kin, that differ in the seed only, drawn as one line: at each
// step the median of the seeds that have measured it, in a band from the least to the
// largest of them. A lane of its own is a band of one and drawn as it is.
//
// The browser makes the same of the same records in static/src/band.js; tests hold both
// against the records.
type band struct {
	letter string // "A", or "A–C", or "A, C"
	title  string
	about  []string
	lanes  []Lane
}

// bands groups lanes by their kin, in the order in which that first occurs.
func bands(lanes []Lane) []band {
	var all []band
	var numbers [][]int // of the lanes of each
	letters := make([]string, len(lanes))
	at := map[string]int{}
	for i, l := range lanes {
		letters[i] = l.Letter
		k, known := at[l.Kin]
		if l.Kin == "" || !known {
			k = len(all)
			all, numbers = append(all, band{title: l.Title, about: l.About}), append(numbers, nil)
		}
		at[l.Kin] = k
		all[k].lanes, numbers[k] = append(all[k].lanes, l), append(numbers[k], i)
	}
	for i := range all {
		all[i].letter = spec.Span(letters, numbers[i])
	}
	return all
}

// several says whether the band has seeds to speak of.
func (b band) several() bool { return len(b.lanes) > 1 }

// An extent is what the seeds of a band say at one step.
type extent struct {
	step                   float64
	median, least, largest float64 // NaN where none is finite
	seeds                  int     // whose value is finite
}

// extents returns what the seeds say of a line at each step at which one of them has
// measured it.
func (b band) extents(line Line) []extent {
	at := map[float64][]float64{}
	for _, l := range b.lanes {
		for _, p := range l.series(line) {
			at[p.step] = append(at[p.step], p.value)
		}
	}
	all := make([]extent, 0, len(at))
	for _, step := range slices.Sorted(maps.Keys(at)) {
		values := slices.DeleteFunc(at[step], math.IsNaN)
		s := extent{step: step, seeds: len(values), median: math.NaN(), least: math.NaN(), largest: math.NaN()}
		if len(values) > 0 {
			slices.Sort(values)
			s.median, s.least, s.largest = median(values), values[0], values[len(values)-1]
		}
		all = append(all, s)
	}
	return all
}

// median returns the middle of sorted values, or the mean of the two in the middle.
func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// points returns the line that is drawn: the median, or the one lane's own values.
func (b band) points(line Line) []point {
	if !b.several() {
		return b.lanes[0].series(line)
	}
	return medians(b.extents(line))
}

// medians are the middle of a band as a line.
func medians(extents []extent) []point {
	points := make([]point, len(extents))
	for i, s := range extents {
		points[i] = point{s.step, s.median}
	}
	return points
}

// legend says what lines and bands are; empty where there are none.
func legend(all []band) string {
	least, most := math.MaxInt, 0
	for _, b := range all {
		if n := len(b.lanes); n > 1 {
			least, most = min(least, n), max(most, n)
		}
	}
	switch {
	case most == 0:
		return ""
	case least == most:
		return fmt.Sprintf("line: median of %d seeds, band: least to largest", most)
	}
	return fmt.Sprintf("line: median of %d to %d seeds, band: least to largest", least, most)
}

// end returns the last extent of a line that holds a finite value.
func (b band) end(line Line) (extent, bool) {
	extents := b.extents(line)
	for i := len(extents) - 1; i >= 0; i-- {
		if extents[i].seeds > 0 {
			return extents[i], true
		}
	}
	return extent{}, false
}

// curvesGrid has a row for each step at which a seed has measured a line of the figure:
// median, least, largest and how many seeds they are of. Where the figure draws
// single seeds it has a column for each as well.
func (b band) curvesGrid(f Figure) Grid {
	if !b.several() {
		return b.lanes[0].curvesGrid(f)
	}
	return b.spreadGrid(f)
}

// spreadGrid is curvesGrid of any number of seeds, one included.
func (b band) spreadGrid(f Figure) Grid {
	g := Grid{Step: -1, Columns: []string{"step"}}
	rows := map[float64][]any{}
	for _, p := range f.Panels {
		g.Columns[0] = p.along()
		for _, line := range p.Lines {
			if !slices.ContainsFunc(b.lanes, func(l Lane) bool { return l.Schema.Index(line.Field) >= 0 }) {
				continue
			}
			from := len(g.Columns)
			name := line.column()
			g.Columns = append(g.Columns, name+".median", name+".least", name+".largest", name+".seeds")
			set := func(step float64, column int, v any) {
				row := rows[step]
				for len(row) <= column {
					row = append(row, nil)
				}
				row[0], row[column] = int(step), v
				rows[step] = row
			}
			for _, s := range b.extents(line) {
				for k, v := range []float64{s.median, s.least, s.largest} {
					set(s.step, from+k, float32(v))
				}
				set(s.step, from+3, s.seeds)
			}
			if !f.Each {
				continue
			}
			for _, l := range b.lanes {
				column := len(g.Columns)
				g.Columns = append(g.Columns, name+".seed="+l.Seed)
				for _, p := range l.series(line) {
					set(p.step, column, float32(p.value))
				}
			}
		}
	}
	for _, step := range slices.Sorted(maps.Keys(rows)) {
		row := rows[step]
		for len(row) < len(g.Columns) {
			row = append(row, nil)
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// column names the values of a line in a table: not as the record does, where they are
// in another unit.
func (line Line) column() string {
	if line.Per != "" {
		return line.Field + "/" + line.Per
	}
	return line.Field
}

// single returns the lanes of a band as records of a line each, for thin lines.
func (b band) single(line Line) [][]point {
	all := make([][]point, len(b.lanes))
	for i, l := range b.lanes {
		all[i] = l.series(line)
	}
	return all
}
