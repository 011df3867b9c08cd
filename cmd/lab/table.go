package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/record"
)

// A lane is a run of `lab run`, with what its row in the table says.
type lane struct {
	name    string // "a"
	label   string
	planned int // steps
	file    record.File
}

func (l *lane) add(s record.Step) { l.file.Steps = append(l.file.Steps, s) }

// end completes the file. err is what engine.Run said.
func (l *lane) end(err error) {
	var d *engine.Diverged
	switch {
	case err == nil:
		l.file.State = "finished"
	case errors.As(err, &d):
		l.file.State = "diverged"
	case errors.Is(err, context.Canceled):
		l.file.State = "cancelled"
	default:
		l.file.State = "failed"
	}
	h := record.NewHash(l.file.Schema)
	for _, s := range l.file.Steps {
		h.Add(s)
	}
	l.file.CurveHash, l.file.Done = h.Sum(), len(l.file.Steps)
}

// last returns the last measured value of a field, or "" where there is none.
func (l *lane) last(name string) string {
	i := l.file.Schema.Index(name)
	for n := len(l.file.Steps) - 1; i >= 0 && n >= 0; n-- {
		if s := l.file.Steps[n]; s.Has&l.file.Schema.Fields[i].Every != 0 {
			return short(s.Values[i])
		}
	}
	return ""
}

// short prints a value in four digits.
func short(v float32) string { return strconv.FormatFloat(float64(v), 'g', 4, 32) }

// time returns how long the steps took.
func (l *lane) time() time.Duration {
	var ms float64
	if i := l.file.Schema.Index(record.Duration); i >= 0 {
		for _, s := range l.file.Steps {
			ms += float64(s.Values[i])
		}
	}
	return time.Duration(ms * float64(time.Millisecond)).Round(10 * time.Millisecond)
}

// rows are the fields of the table, at each lane's last measured step.
var rows = []string{"loss", "positive_norm", "negative_norm", "balance", "channel_std", "collapse_level",
	"effective_rank", "offdiagonal", "uniformity", "knn_accuracy", "knn_random", "residual"}

// report prints how the lanes ended: as a table with a column for each, or with
// -json as a line for each on standard error, so that standard output holds
// records and nothing else.
func (r *runner) report(lanes []*lane) error {
	if r.json {
		for _, l := range lanes {
			fmt.Fprintf(r.m.Stderr, "%s: %s after %d steps, curve hash %s\n", l.label, l.file.State, l.file.Done, l.file.CurveHash)
		}
		return nil
	}
	if len(lanes) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(r.m.Stdout, 0, 0, 2, ' ', 0)
	row := func(name string, value func(*lane) string) {
		fmt.Fprint(w, name)
		for _, l := range lanes {
			fmt.Fprintf(w, "\t%s", value(l))
		}
		fmt.Fprintln(w)
	}
	if len(lanes) > 1 {
		row("", func(l *lane) string { return l.name })
	}
	row("steps", func(l *lane) string { return strconv.Itoa(l.file.Done) })
	row("time", func(l *lane) string { return l.time().String() })
	for _, name := range rows {
		if !slices.ContainsFunc(lanes, func(l *lane) bool { return l.last(name) != "" }) {
			continue // nobody measured it
		}
		row(name, func(l *lane) string { return l.last(name) })
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range lanes {
		fmt.Fprintf(r.m.Stdout, "\n%s  %s: %s\n   run %s, engine %d, machine class %s\n   curve hash %s\n",
			l.name, l.label, l.file.State, l.file.ID, l.file.Engine, l.file.Class, l.file.CurveHash)
	}
	_, err := fmt.Fprintf(r.m.Stdout, "\nIn the browser: /lab?%s\n", r.experiment.Query())
	return err
}

// A bar shows a lane's progress in one line that is written again and again.
type bar struct {
	w       io.Writer // nil: nobody looks
	l       *lane
	began   time.Time
	painted time.Time
	width   int
}

const (
	barCells = 30
	barEvery = 80 * time.Millisecond // faster than the eye reads a number
)

func (m *Main) newBar(l *lane) *bar {
	b := &bar{l: l, began: time.Now()}
	if m.Terminal {
		b.w = m.Stderr
	}
	return b
}

func (b *bar) show(s record.Step) {
	done := s.Step + 1
	if b.w == nil || done < b.l.planned && time.Since(b.painted) < barEvery {
		return
	}
	b.painted = time.Now()
	cells := barCells * done / b.l.planned
	left := time.Duration(float64(time.Since(b.began)) / float64(done) * float64(b.l.planned-done)).Round(100 * time.Millisecond)
	line := fmt.Sprintf("%s [%s%s] %d/%d  loss %s  %v left", b.l.label,
		strings.Repeat("#", cells), strings.Repeat(".", barCells-cells), done, b.l.planned, b.l.last("loss"), left)
	fmt.Fprintf(b.w, "\r%-*s", b.width, line)
	b.width = len(line)
}

// clear takes the bar away.
func (b *bar) clear() {
	if b.w != nil && b.width > 0 {
		fmt.Fprintf(b.w, "\r%*s\r", b.width, "")
	}
}
