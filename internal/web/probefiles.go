package web

import (
	"bytes"
	"encoding/base64"
	"strings"

	"gradlab/internal/engine/foreign"
	"gradlab/internal/engine/probe"
	"gradlab/internal/palette"
	"gradlab/internal/record"
	"gradlab/internal/report"
	"gradlab/templates"
)

// probeData makes a figure's pictures and numbers a part of the page: what a visitor has sent
// is not kept, so nothing of it has an address.
func probeData(f report.Figure, l report.Lane) templates.ProbeData {
	write := func(format report.Format) []byte {
		var b bytes.Buffer
		if err := f.Draw(&b, format, palette.Light, []report.Lane{l}); err != nil {
			panic("web: " + err.Error()) // into memory, of a format that there is
		}
		return b.Bytes()
	}
	d := templates.ProbeData{Grid: string(write(report.JSON))}
	for _, format := range []report.Format{report.SVG, report.PNG, report.CSV} {
		d.Files = append(d.Files, templates.ProbeDownload{
			Title: strings.ToUpper(string(format)),
			Name:  "gradlab-" + f.Name + "." + string(format),
			URL:   "data:" + strings.ReplaceAll(format.ContentType(), " ", "") + ";base64," + base64.StdEncoding.EncodeToString(write(format)),
		})
	}
	return d
}

// correlationData are the files of a correlation of embeddings, which belong to no step.
func correlationData(f record.Frame) templates.ProbeData {
	figure, _ := report.Lookup("correlation")
	return probeData(figure, report.Lane{Steps: []record.Step{{Step: -1, Frames: []record.Frame{f}}}})
}

// spectrumData are the files of a spectrum: a row for each direction, in powers of ten.
func spectrumData(r foreign.Report) templates.ProbeData {
	figure := report.Figure{Name: "spectrum", Title: "Spectrum", Panels: []report.Panel{{
		Title: "Spectrum", Unit: "log10 of the share of the variance", Axis: "direction", Within: []float64{0}, Lines: []report.Line{{Field: "spectrum"}},
	}}}
	l := report.Lane{Schema: record.Schema{Fields: []record.Field{{
		Name: "spectrum", Title: "Spectrum", Every: record.EachStep, Marks: []record.Mark{{Label: "spread evenly", Value: float32(probe.Isotropic(r.Width))}},
	}}}}
	for i, x := range r.Spectrum {
		l.Steps = append(l.Steps, record.Step{Step: i + 1, Has: record.EachStep, Values: []float32{float32(x)}})
	}
	return probeData(figure, l)
}
