package templates

import (
	"fmt"
	"strings"
)

// A SweepDoc is the page of a sweep: the form, and what of the grid has been computed.
type SweepDoc struct {
	Page     Page
	Text     string   // the grid as it was written: "projector.depth=1,2,3 seed=1..5"
	Problems []string // what is wrong with it, one a line
	Metrics  []Choice
	Each     bool   // single seeds are drawn
	Sweep    *Sweep // nil where no grid has been said, or it does not work
	Examples []SweepExample
	Settings []SweepGroup  // that can be swept
	Started  *SweepStarted // the answer to a POST that could not start all; nil: it is none
}

// A SweepStarted says how much of what was missing has been started, and why not the rest.
type SweepStarted struct {
	Refusal
	Taken, Left int // runs
}

// A Choice is an option of a list.
type Choice struct {
	Value, Title string
	Chosen       bool
}

// A SweepExample is a grid to begin with.
type SweepExample struct{ Title, Text, URL string }

// A SweepGroup is settings under one heading.
type SweepGroup struct {
	Title    string // "Network", "Barlow Twins alone"
	Settings []SweepSetting
}

// A SweepSetting is one that can be swept.
type SweepSetting struct {
	Key, Title, Unit string
	Values           string // "0..8", "conv, mlp"
	Default          string
}

// words say what it is and may be: "Projector depth: 0..8 layers, by default 3".
func (s SweepSetting) words() string {
	values := s.Values
	if s.Unit != "" {
		values += " " + s.Unit
	}
	return s.Title + ": " + values + "; by default " + s.Default
}

// A Sweep is the small multiples of a grid: a chart for each point, all on the same axes.
type Sweep struct {
	Title    string // "Barlow Twins on Shapes"
	Command  string // that computes it on this server
	Start    string // address at which a POST does
	Notices  []string
	Metric   string // field by which the panel is chosen
	Panel    string // its title
	Unit     string
	Lines    []Line
	Keys     []string // what is swept, seeds aside
	Acrosses []Choice
	Columns  []string // "projector.depth=1"
	Rows     []SweepRow
	Width    int // of a small chart, in its paths' units
	Height   int
	Measured bool    // there is something to be seen in one chart at least
	Steps    string  // what all charts have across, or will have: "step 0 to 199"
	Ticks    []Tick  // of their common height
	Shades   *Shades // nil where not at least two values are to be told apart
	Seeds    int     // most of a point that are drawn
	Files    []Link

	Runs, Ended, Under, Missing int // runs; those that have ended, are under way, and are not here
}

// A SweepRow is a row of charts.
type SweepRow struct {
	Name  string // "lambda=0"
	Cells []SweepCell
}

// A SweepCell is a point of the grid.
type SweepCell struct {
	Name   string   // "projector.depth=1 lambda=0"
	Values []string // of the keys
	URL    string   // the lab with its seeds beside each other
	State  string   // "5 of 5 seeds"
	Text   string   // what the chart shows, in words
	End    *SweepEnd
	Small  Small
}

// A SweepEnd is what the first line of a chart is at.
type SweepEnd struct {
	Step                   int
	Median, Least, Largest string
	Seeds                  int
	Shade                  string // colour of the median among those of all charts; empty: none
}

// Shades are the colours of the values at which charts end, from the least to the largest.
type Shades struct {
	Least, Largest string
	Colours        []string // some of them, for a legend
}

// A Small is a chart as paths (report.Small).
type Small struct {
	Grid  string
	Lines []SmallLine
}

// A SmallLine is one line of a small chart.
type SmallLine struct {
	Sign         string // "positive", "negative", or empty
	Dash         bool
	Middle, Band string
	Edges        []string
}

// A Tick is a label of the axis that small charts share.
type Tick struct{ Y, Label string }

// class names how a line of a small chart is drawn.
func (l SmallLine) class(part string) string {
	class := part
	if l.Sign != "" {
		class += " " + l.Sign
	}
	if l.Dash {
		class += " dashed"
	}
	return class
}

// progressLine says how much of the grid is here.
func (s Sweep) progressLine() string {
	parts := []string{fmt.Sprintf("%d of %d runs have ended", s.Ended, s.Runs)}
	if s.Under > 0 {
		parts = append(parts, fmt.Sprintf("%d under way", s.Under))
	}
	if s.Missing > 0 {
		parts = append(parts, fmt.Sprintf("%d not run here", s.Missing))
	}
	return strings.Join(parts, ", ") + "."
}

// startWords are the button's that starts what is missing.
func (s Sweep) startWords() string {
	switch {
	case s.Missing == 1:
		return "Run the missing one"
	case s.Missing == s.Runs:
		return fmt.Sprintf("Run all %d", s.Runs)
	}
	return fmt.Sprintf("Run the %d missing ones", s.Missing)
}

// line says how many runs were taken.
func (s SweepStarted) line() string {
	if s.Taken == 0 {
		return "Nothing was started."
	}
	return fmt.Sprintf("%d of the %d missing runs were taken, %d were not.", s.Taken, s.Taken+s.Left, s.Left)
}

// axesLine says what all charts have in common, and what is drawn in them.
func (s Sweep) axesLine() string {
	if !s.Measured {
		return "Nothing has been measured yet; every chart will go from " + s.Steps + "."
	}
	line := "Every chart goes from " + s.Steps
	if n := len(s.Ticks); n > 1 {
		line += fmt.Sprintf(" and has its hairlines at %s", listOf(s.Ticks))
	}
	line += "."
	if s.Seeds > 1 {
		line += fmt.Sprintf(" Lines are the median of up to %d seeds, bands reach from the least to the largest of those that have come that far.", s.Seeds)
	}
	return line
}

func listOf(ticks []Tick) string {
	words := make([]string, len(ticks))
	for i, t := range ticks {
		words[i] = t.Label
	}
	return strings.Join(words, ", ")
}
