package report

import (
	"cmp"

	"gradlab/internal/record"
)

// along is the word for what the panel's x axis counts.
func (p Panel) along() string { return cmp.Or(p.Axis, "step") }

// unrolled turns the latest frame of each lane, where the figure draws that as a
// line, into records of one field: element k becomes the value of "step" k+1. Of a
// row that shows a sample, the places are those of the full one.
func unrolled(f Figure, lanes []Lane) []Lane {
	if f.Frame == "" {
		return lanes
	}
	out := make([]Lane, len(lanes))
	for i, l := range lanes {
		out[i] = Lane{Letter: l.Letter, Title: l.Title, About: l.About, Kin: l.Kin, Seed: l.Seed}
		frame, step, ok := l.latest(f.Frame)
		if !ok {
			continue
		}
		about, _ := l.Schema.Matrix(f.Frame, step)
		out[i].Schema.Fields = []record.Field{{Name: f.Frame, Title: about.Title, Every: record.EachStep, Marks: about.Marks}}
		for k := range frame.Cols {
			out[i].Steps = append(out[i].Steps, record.Step{Step: k*frame.Of/frame.Cols + 1, Has: record.EachStep, Values: []float32{frame.At(0, k)}})
		}
	}
	return out
}
