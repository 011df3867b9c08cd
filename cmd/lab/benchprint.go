package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/engine/kernel"
)

// A jobPace is how fast a job is with a method.
type jobPace struct {
	engine.Pace
	job, method    string
	threads, batch int
	augment        bool
	ceiling        float64 // GFLOP/s of that many threads
}

// share returns the part of the ceiling that the step's operations reach.
func (p *jobPace) share() float64 {
	return p.FLOPs / p.Training.Median.Seconds() / 1e9 / p.ceiling
}

// shares returns the part of a training step that each operation takes, the
// longest first, and "between" for what is outside of them.
func (p *jobPace) shares() []operationShare {
	whole := p.Between
	for _, o := range p.Spans {
		whole += o.Time
	}
	var all []operationShare
	for _, o := range p.Spans {
		s := operationShare{Name: o.Name, Calls: o.Calls, Share: o.Time.Seconds() / whole.Seconds(), MS: milliseconds(o.Time)}
		if o.FLOPs > 0 {
			s.GFLOPS = o.FLOPs / o.Time.Seconds() / 1e9
		}
		all = append(all, s)
	}
	return append(all, operationShare{Name: "between", Share: p.Between.Seconds() / whole.Seconds(), MS: milliseconds(p.Between)})
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

// An operationShare is an operation's part of a step.
type operationShare struct {
	Name   string  `json:"name"`
	Calls  int     `json:"calls"`
	Share  float64 `json:"share"`
	MS     float64 `json:"ms"`
	GFLOPS float64 `json:"gflops,omitempty"`
}

// A benchPrinter prints figures as they come.
type benchPrinter interface {
	rate(kernel.Rate)
	views(threads int, perSecond float64)
	pace(jobPace)
	end() error
}

// benchLines prints JSON objects, one a line.
type benchLines struct {
	w   io.Writer
	err error
}

func (l *benchLines) line(v any) {
	if l.err == nil {
		l.err = json.NewEncoder(l.w).Encode(v)
	}
}

func (l *benchLines) end() error { return l.err }

func (l *benchLines) rate(r kernel.Rate) {
	l.line(struct {
		Job            string  `json:"job"`
		Kernel         string  `json:"kernel"`
		Pass           string  `json:"pass"`
		Shape          string  `json:"shape"`
		Implementation string  `json:"implementation"`
		Threads        int     `json:"threads"`
		GFLOPS         float64 `json:"gflops"`
		Ceiling        float64 `json:"ceiling_gflops"`
		Share          float64 `json:"ceiling_share"`
		Times          float64 `json:"times_plain"`
	}{kernelsJob, r.Kernel, r.Pass, r.Shape, r.Implementation, r.Threads, r.GFLOPS, r.Ceiling, r.GFLOPS / r.Ceiling, r.GFLOPS / r.Plain})
}

func (l *benchLines) views(threads int, perSecond float64) {
	l.line(struct {
		Job     string  `json:"job"`
		Threads int     `json:"threads"`
		Views   float64 `json:"views_per_second"`
		Images  float64 `json:"images_per_second"`
	}{augmentJob, threads, perSecond, perSecond / 2})
}

func (l *benchLines) pace(p jobPace) {
	l.line(struct {
		Job            string           `json:"job"`
		Method         string           `json:"method"`
		Threads        int              `json:"threads"`
		Augment        bool             `json:"augment"`
		Implementation string           `json:"implementation"`
		Steps          int              `json:"steps"`
		StepMS         float64          `json:"step_ms"`
		BestMS         float64          `json:"best_step_ms"`
		MeasuredMS     float64          `json:"measured_step_ms"`
		PerSecond      float64          `json:"steps_per_second"`
		Images         float64          `json:"images_per_second"`
		Allocations    int              `json:"allocations_per_step"`
		GFLOP          float64          `json:"gflop_per_step"`
		Ceiling        float64          `json:"ceiling_gflops"`
		Share          float64          `json:"ceiling_share"`
		Operations     []operationShare `json:"operations"`
	}{
		p.job, p.method, p.threads, p.augment, kernel.Using(), p.Training.Steps,
		milliseconds(p.Training.Median), milliseconds(p.Training.Best), milliseconds(p.Measured.Median),
		p.Training.PerSecond(1), p.Training.PerSecond(p.batch), p.Allocations, p.FLOPs / 1e9, p.ceiling, p.share(), p.shares(),
	})
}

// benchTable prints for people.
type benchTable struct {
	w    io.Writer
	part string // of the output, whose head stands there already
	err  error
}

func (t *benchTable) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

// head prints a part's head before its first line.
func (t *benchTable) head(part, text string) {
	if t.part == part {
		return
	}
	if t.part != "" {
		t.printf("\n")
	}
	t.part = part
	t.printf("%s\n", text)
}

func (t *benchTable) end() error { return t.err }

func (t *benchTable) rate(r kernel.Rate) {
	t.head("rates", fmt.Sprintf("%-5s %-8s %-18s %-7s %8s %8s %10s %8s", "", "pass", "layer", "", "GFLOP/s", "ceiling", "of ceiling", "x plain"))
	t.printf("%-5s %-8s %-18s %-7s %8.1f %8.1f %9.0f%% %8.1f\n",
		r.Kernel, r.Pass, r.Shape, r.Implementation, r.GFLOPS, r.Ceiling, 100*r.GFLOPS/r.Ceiling, r.GFLOPS/r.Plain)
}

func (t *benchTable) views(threads int, perSecond float64) {
	t.head("views", "augmentation")
	t.printf("%.0f views a second on %s, 32 x 32 x 3, %.0f us each\n", perSecond, count(threads, "thread"), 1e6/perSecond)
}

func (t *benchTable) pace(p jobPace) {
	views := "the same views in each step"
	if p.augment {
		views = "views drawn in each step"
	}
	t.head(fmt.Sprint("pace", len(p.job), p.job, p.method), fmt.Sprintf("%s %s on %s, batch %d, %s", p.job, p.method, count(p.threads, "thread"), p.batch, views))
	t.printf("  training  %8.2f ms a step (best %.2f), %.2f steps and %.0f images a second\n",
		milliseconds(p.Training.Median), milliseconds(p.Training.Best), p.Training.PerSecond(1), p.Training.PerSecond(p.batch))
	t.printf("  measured  %8.2f ms a step, %.2f times as long\n",
		milliseconds(p.Measured.Median), p.Measured.Median.Seconds()/p.Training.Median.Seconds())
	t.printf("  ceiling   %8.1f GFLOP a step, %.0f%% of the %.1f GFLOP/s that the machine can do; %s a step\n",
		p.FLOPs/1e9, 100*p.share(), p.ceiling, count(p.Allocations, "allocation"))
	for _, s := range p.shares() {
		if s.Share < 0.005 {
			continue
		}
		t.printf("  %5.1f%%  %-18s %5d calls %9.2f ms", 100*s.Share, s.Name, s.Calls, s.MS)
		if s.GFLOPS > 0 {
			t.printf(" %7.1f GFLOP/s", s.GFLOPS)
		}
		t.printf("\n")
	}
}

// count prints a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
