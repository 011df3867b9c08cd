package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"gradlab/internal/engine"
	"gradlab/internal/engine/kernel"
	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
)

var benchCommand = command{
	name: "bench", args: "[-job j] [-method m]", doc: "how fast the engine is on this machine, as ratios",
	long: `
Measures, in one run, so that ratios hold though the machine is never quite quiet:

  kernels  matrix products and convolutions beside the ceiling (multiply-adds
           between registers) and the plain loop, with every implementation
  augment  views a second that the augmentations make
  mlp, conv, toy
           training steps of the reference jobs: alone, with what every step
           measures, and the share of each operation

Without -job all of it, with -job one of them. A step takes the same views again
and again, so that it is the training that is measured, unless -augment is said.
The jobs' shapes and what the numbers mean stand in docs/performance.md.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		b := &bench{m: m}
		threads := countFlag(f, "threads", "use `n` threads (all that the machine has)")
		steps := countFlag(f, "steps", "count `n` steps of a job (what fits in two seconds, at least five)")
		oneOf(f, &b.job, "job", "measure `job` alone: "+strings.Join(benchJobs(), ", "), benchJobs())
		oneOf(f, &b.method, "method", "with this `method` (a job alone: simclr; all jobs: the five of the comparison)", methodNames())
		f.BoolVar(&b.augment, "augment", false, "draw the views of every step, as a run does")
		f.BoolVar(&b.json, "json", false, "print one JSON object a line")
		return func(args []string) (func(context.Context) error, error) {
			b.options.Threads, b.trial = *threads, engine.Trial{Steps: *steps, Augment: b.augment}
			return func(ctx context.Context) error { return explained(b.run(ctx)) }, b.check(args)
		}
	},
}

// What `lab bench` measures besides the reference jobs.
const (
	kernelsJob = "kernels"
	augmentJob = "augment"
)

// benchJobs are the values of -job.
func benchJobs() []string {
	var names []string
	for _, j := range engine.Jobs() {
		names = append(names, j.Name)
	}
	return append(names, kernelsJob, augmentJob)
}

func methodNames() []string {
	var names []string
	for _, m := range method.All() {
		names = append(names, m.Name)
	}
	return names
}

// oneOf declares a flag that takes one of some words.
func oneOf(f *flag.FlagSet, to *string, name, doc string, words []string) {
	f.Func(name, doc, func(s string) error {
		if !slices.Contains(words, s) {
			hint := ""
			if nearest := knob.Closest(s, words); nearest != "" {
				hint = fmt.Sprintf("; did you mean %s?", nearest)
			}
			return fmt.Errorf("it takes one of %s%s", strings.Join(words, ", "), hint)
		}
		*to = s
		return nil
	})
}

// A bench is one call of `lab bench`.
type bench struct {
	m             *Main
	job, method   string // "" is all
	augment, json bool
	options       engine.Options
	trial         engine.Trial
}

// check refuses what does not go together.
func (b *bench) check(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s: lab bench takes flags only; settings belong to lab run", args[0])
	}
	if b.job == kernelsJob || b.job == augmentJob {
		for flag, said := range map[string]bool{"method " + b.method: b.method != "", "augment": b.augment, "steps": b.trial.Steps > 0} {
			if said {
				return fmt.Errorf("-%s: -job %s trains nothing; it goes with one of mlp, conv, toy", flag, b.job)
			}
		}
	}
	if b.options.Threads == 0 {
		b.options.Threads = runtime.GOMAXPROCS(0)
	}
	return nil
}

// run measures what is asked for, each part when the one before is printed.
func (b *bench) run(ctx context.Context) error {
	var p benchPrinter = &benchTable{w: b.m.Stdout}
	if b.json {
		p = &benchLines{w: b.m.Stdout}
	}
	if b.job == "" || b.job == kernelsJob {
		kernel.Rates(b.options.Threads, func(r kernel.Rate) bool {
			p.rate(r)
			return ctx.Err() == nil
		})
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if b.job == "" || b.job == augmentJob {
		if err := b.views(p); err != nil {
			return err
		}
	}
	for _, j := range engine.Jobs() {
		if b.job != "" && b.job != j.Name {
			continue
		}
		for _, name := range b.methods() {
			if err := b.train(ctx, p, j, name); err != nil {
				return err
			}
		}
	}
	return p.end()
}

// methods returns the methods that a job is measured with.
func (b *bench) methods() []string {
	switch {
	case b.method != "":
		return []string{b.method}
	case b.job != "":
		return engine.JobMethods()[:1]
	}
	return engine.JobMethods()
}

func (b *bench) train(ctx context.Context, p benchPrinter, j engine.Job, name string) error {
	m, _ := method.Lookup(name)
	s, o := j.Spec(m), b.options
	ceiling := kernel.Ceiling(o.Threads)
	pace, err := engine.Measure(ctx, s, o, b.trial)
	if err != nil {
		return err
	}
	p.pace(jobPace{
		Pace: pace, job: j.Name, method: name, threads: o.Threads, batch: s.Batch, augment: b.augment,
		ceiling: max(ceiling, kernel.Ceiling(o.Threads)),
	})
	return ctx.Err()
}

func (b *bench) views(p benchPrinter) error {
	job, _ := engine.LookupJob("mlp") // the images and strengths of all jobs but the toy's batch
	m, _ := method.Lookup(engine.JobMethods()[0])
	rate, err := engine.Augmenting(job.Spec(m), b.options)
	if err == nil {
		p.views(b.options.Threads, rate)
	}
	return err
}
