package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/record"
)

// Summary says in a sentence or two what a figure shows: for readers who do not see it.
func Summary(f Figure, lanes []Lane) string {
	var all []string
	if len(f.Panels) > 0 {
		together := bands(lanes)
		for i, b := range together {
			s := b.summary(f)
			if len(together) > 1 {
				s = fmt.Sprintf("%s%s: %s", prefixOf(together, i), b.title, s)
			}
			all = append(all, s+".")
		}
	} else {
		for i, l := range lanes {
			s := summary(f, l)
			if len(lanes) > 1 {
				s = fmt.Sprintf("%s%s: %s", lanePrefix(lanes, i), l.Title, s)
			}
			all = append(all, s+".")
		}
	}
	if len(all) == 0 {
		return "No records yet."
	}
	return strings.Join(all, " ")
}

func summary(f Figure, l Lane) string {
	if len(l.Steps) == 0 {
		return "no records yet"
	}
	if f.Frame == "sphere" {
		g, ok := l.globe()
		if !ok {
			return "no sphere measured so far"
		}
		return g.caption() + ": " + g.sentence()
	}
	frame, step, ok := l.latest(f.Frame)
	switch {
	case !ok:
		return "no matrix measured so far"
	case f.Labelled:
		return fmt.Sprintf("step %d: %s", step, l.extremes(f.Frame))
	}
	words := wordsOf(f.Frame)
	return words.caption(frame, step) + ": " + words.sentence(frame)
}

// summary says of each line where it began and where it is; of a band also from where to
// where the seeds go.
func (b band) summary(f Figure) string {
	if !slices.ContainsFunc(b.lanes, func(l Lane) bool { return len(l.Steps) > 0 }) {
		return "no records yet"
	}
	b.lanes = unrolled(f, b.lanes)
	var parts []string
	for _, p := range f.Panels {
		for _, line := range p.Lines {
			points := b.points(line)
			end, ok := last(points)
			if !ok {
				continue
			}
			name := strings.ToLower(p.Title)
			if line.Label != "" {
				name = line.Label
			}
			first := points[0]
			switch {
			case line.Note != "" && zero(points):
				parts = append(parts, line.Note)
			case math.IsNaN(first.value) || first.step == end.step:
				parts = append(parts, fmt.Sprintf("%s %s at %s %.0f", name, number(end.value), p.along(), end.step))
			default:
				parts = append(parts, fmt.Sprintf("%s %s at %s %.0f, %s at %s %.0f", name, number(first.value), p.along(), first.step, number(end.value), p.along(), end.step))
			}
			if s, ok := b.end(line); ok && b.several() && !(line.Note != "" && zero(points)) {
				parts[len(parts)-1] += fmt.Sprintf(", where %d seeds go from %s to %s", s.seeds, number(s.least), number(s.largest))
			}
		}
	}
	if len(parts) == 0 {
		return "nothing of it measured so far"
	}
	if words := legend([]band{b}); words != "" {
		parts[0] = words + "; " + parts[0]
	}
	return strings.Join(parts, "; ")
}

// A Table is records as text: a column for the step and one for each field.
type Table struct {
	Columns []record.Field // without the step's
	Rows    []Row
	Left    int // steps that the table leaves out
}

// A Row is one step; a cell is empty where its field was not measured.
type Row struct {
	Step  int
	Cells []string
}

// Tabulate makes a table of the named fields (all of the schema, where none is
// named) with at most limit rows and one: steps at a round distance, so that those of
// the probes fall among them, and always the last one. Left counts the others; they
// are in the CSV.
func Tabulate(l Lane, fields []string, limit int) Table {
	var t Table
	var index []int
	for i, f := range l.Schema.Fields {
		if len(fields) == 0 || slices.Contains(fields, f.Name) {
			t.Columns = append(t.Columns, f)
			index = append(index, i)
		}
	}
	n := len(l.Steps)
	stride := 1
	if limit > 0 && n > limit {
		stride = tidyStride(n, limit)
	}
	for k, s := range l.Steps {
		if s.Step%stride != 0 && k != n-1 {
			t.Left++
			continue
		}
		row := Row{Step: s.Step, Cells: make([]string, len(index))}
		for c, i := range index {
			if s.Has&l.Schema.Fields[i].Every != 0 && i < len(s.Values) {
				row.Cells[c] = Cell(s.Values[i])
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// tidyStride is the smallest of 1, 2, 5, 10, 20, ... that leaves at most limit of n steps:
// probe steps, every 5, 10 or 20, then fall on rows.
func tidyStride(n, limit int) int {
	for base := 1; ; base *= 10 {
		for _, f := range []int{1, 2, 5} {
			if (n+f*base-1)/(f*base) <= limit {
				return f * base
			}
		}
	}
}

// Cell prints a value as the shortest decimal that reads back as the same float32.
func Cell(v float32) string {
	f := float64(v)
	switch a := math.Abs(f); {
	case math.IsNaN(f):
		return "not a number"
	case math.IsInf(f, 0):
		return "infinite"
	case a != 0 && (a < 1e-4 || a >= 1e7):
		return strconv.FormatFloat(f, 'e', -1, 32)
	default:
		return strconv.FormatFloat(f, 'f', -1, 32)
	}
}
