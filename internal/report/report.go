// Package report draws figures of runs from their records: the server's
// pictures, for pages without script, for papers and for previews.
//
// A figure is described by a value in the catalogue ([Figures]) and drawn from
// the records alone, as SVG or PNG, on light or dark paper. Equal records give
// equal bytes. Colour never speaks alone: what pulls is blue and solid, what
// pushes is vermillion and dashed, every line ends in its name and value, and
// lanes differ by width and by the shape of their points.
//
// Layout is our own; lines, text and rasterising are gonum/plot's, whose
// embedded Liberation Sans (SIL Open Font License) is measured and, in PNG,
// drawn. An SVG asks for "Liberation Sans, Arial, Helvetica, sans-serif": these
// share their widths.
package report

import (
	"errors"
	"fmt"
	"io"

	"gradlab/internal/palette"
	"gradlab/internal/record"
)

// A Lane is one run of a comparison: its records so far, in the order of steps.
type Lane struct {
	Letter string   // "A", "B", ...: as people read it; shown where there are several lanes
	Title  string   // what it is, in a few words: "SimCLR"
	About  []string // what else tells it from others: "Temperature 0.5"; a chart has it where there is room
	Schema record.Schema
	Steps  []record.Step

	// Lanes of one kin are repetitions of a run: curves of theirs are drawn as one band
	// (seeds.go), and Seed tells them apart. Empty: the lane stands for itself.
	Kin, Seed string
}

// A Format is the kind of file that Draw writes.
type Format string

// The formats.
const (
	SVG Format = "svg"
	PNG Format = "png"
)

// ContentType returns the format's media type.
func (f Format) ContentType() string {
	switch f {
	case SVG:
		return "image/svg+xml"
	case CSV:
		return "text/csv; charset=utf-8"
	case JSON:
		return "application/json; charset=utf-8"
	}
	return "image/png"
}

// ErrUnknown is returned by Draw for a figure or a format that does not exist.
var ErrUnknown = errors.New("report: no such figure")

// Draw writes the named figure of the lanes to w. A lane without records, or
// without the figure's fields, gives a figure that says so: only an unknown
// name or format and a failing writer are errors.
func Draw(w io.Writer, name string, format Format, theme palette.Theme, lanes []Lane) error {
	f, ok := Lookup(name)
	if !ok {
		return fmt.Errorf("%w: %s", ErrUnknown, name)
	}
	return f.Draw(w, format, theme, lanes)
}

// Draw writes the figure, which need not be one of the catalogue, to w: a
// picture, or the numbers that it shows.
func (f Figure) Draw(w io.Writer, format Format, theme palette.Theme, lanes []Lane) error {
	var s *sheet
	switch {
	case format == CSV:
		_, err := w.Write(AppendCSV(nil, Data(f, lanes)))
		return err
	case format == JSON:
		_, err := w.Write(AppendJSON(nil, f, Data(f, lanes)))
		return err
	case format != SVG && format != PNG:
		return fmt.Errorf("%w: %s.%s", ErrUnknown, f.Name, format)
	case f.Frame == "sphere":
		s = spheres(f, format, theme, lanes)
	case f.Labelled:
		s = tables(f, format, theme, lanes)
	case f.Frame != "" && len(f.Panels) == 0:
		s = heatmaps(f, format, theme, lanes)
	default:
		s = charts(f, format, theme, unrolled(f, lanes))
	}
	return s.save(w, f.title(lanes), Summary(f, lanes))
}
