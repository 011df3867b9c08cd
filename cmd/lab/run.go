package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"gradlab/experiments"
	"gradlab/internal/engine"
	"gradlab/internal/knob"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

var runCommand = command{
	name: "run", args: "[preset] [key=value ...]", doc: "one experiment here, without a server",
	long: `
Trains the lanes of an experiment one after the other and prints a table. The
settings are those of a link: method=barlow lambda=0 b.lambda=0.1 is two lanes.
What is said behind a preset takes the place of the preset's own settings.
lab settings lists what can be set.
Two runs of the same settings print the same numbers, step_ms excepted.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		r := &runner{m: m}
		threads := countFlag(f, "threads", "use `n` threads (all that the machine has)")
		f.BoolVar(&r.json, "json", false, "print one JSON record a line and nothing else")
		f.StringVar(&r.out, "o", "", "keep the records in `file`; with several lanes in file.a, file.b and so on")
		f.StringVar(&r.options.Images, "images", "", "look for images that are not part of the program in `folder`")
		return func(args []string) (func(context.Context) error, error) {
			r.options.Threads = *threads
			return r.run, r.parse(args)
		}
	},
}

// A runner trains an experiment's lanes on this machine.
type runner struct {
	m       *Main
	options engine.Options
	json    bool
	out     string

	experiment spec.Experiment
	labels     []string
}

// parse reads the preset's name and the settings, and plans every lane.
func (r *runner) parse(args []string) error {
	preset, args, err := takePreset(args)
	if err != nil {
		return err
	}
	said, err := spec.ParseArgs(args)
	if err != nil {
		return err
	}
	settings, notices := spec.Override(preset, said)
	e, more, err := spec.ParseExperiment(settings)
	if err != nil {
		return err
	}
	for _, n := range append(notices, more...) {
		fmt.Fprintln(r.m.Stderr, n.Text)
	}
	for _, s := range e.Lanes {
		if _, err := engine.Plan(s, r.options); err != nil {
			return err
		}
	}
	r.experiment, r.labels = e, e.Labels()
	return nil
}

// takePreset returns the settings of the preset that the arguments begin with, where
// they do, and the other arguments.
func takePreset(args []string) (preset []spec.Setting, rest []string, err error) {
	if len(args) == 0 || strings.Contains(args[0], "=") {
		return nil, args, nil
	}
	p, ok := experiments.Lookup(args[0])
	if !ok {
		return nil, nil, unknownPreset(args[0])
	}
	return p.Settings, args[1:], nil
}

func unknownPreset(name string) error {
	nearest := knob.Closest(name, experiments.Slugs())
	for _, o := range spec.Default().Knobs().Lookup("method").Options {
		if o.Value == name {
			return fmt.Errorf("%s is a method and not a preset; say method=%s", name, name)
		}
	}
	if nearest != "" {
		return fmt.Errorf("there is no preset %q; did you mean %s?", name, nearest)
	}
	return fmt.Errorf("there is no preset %q; there are %s", name, strings.Join(experiments.Slugs(), ", "))
}

// run trains the lanes in their order. A lane that diverges or fails does not
// keep the others from running.
func (r *runner) run(ctx context.Context) error {
	var errs []error
	var table []*lane
	for i, s := range r.experiment.Lanes {
		l, err := r.lane(ctx, i, s)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", r.labels[i], err))
		}
		if l != nil {
			table = append(table, l)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if err := r.report(table); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// lane trains one lane. It returns nil where nothing was recorded.
func (r *runner) lane(ctx context.Context, i int, s spec.Spec) (*lane, error) {
	id, err := engine.ID(s, r.options)
	if err != nil {
		return nil, err
	}
	l := &lane{name: spec.LaneName(i), label: r.labels[i], planned: s.Length(), file: record.File{
		ID: id, Spec: s.Query(), Title: s.Title(), Engine: engine.Version, Class: engine.Class(), Schema: engine.Schema(s),
	}}
	bar := r.m.newBar(l)
	err = guard(func() error {
		return engine.Run(ctx, s, r.options, func(step record.Step) error {
			l.add(step)
			bar.show(step)
			if r.json {
				return r.printJSON(i, l.file.Schema, step)
			}
			return nil
		})
	})
	bar.clear()
	l.end(err)
	if len(l.file.Steps) == 0 {
		return nil, err
	}
	return l, errors.Join(explained(err), r.keep(i, l))
}

// explained adds the likeliest causes to a divergence, a line each.
func explained(err error) error {
	var d *engine.Diverged
	switch {
	case errors.As(err, &d):
		return fmt.Errorf("%w\n  %s", err, strings.Join(d.Causes, "\n  "))
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted")
	}
	return err
}

// guard turns a panic, which is a fault of the program, into an error, so that
// the exit status does not say that the command line was wrong.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the program has a fault: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// keep writes a lane's file where one is asked for.
func (r *runner) keep(i int, l *lane) error {
	if r.out == "" {
		return nil
	}
	name := r.out
	if len(r.experiment.Lanes) > 1 {
		ext := filepath.Ext(name)
		name = strings.TrimSuffix(name, ext) + "." + spec.LaneName(i) + ext
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(l.file.Write(f), f.Close())
}

// printJSON prints a record. With several lanes it says first which one.
func (r *runner) printJSON(i int, schema record.Schema, step record.Step) error {
	line := schema.AppendJSON(nil, step)
	if len(r.experiment.Lanes) > 1 {
		line = append([]byte(`{"lane":"`+spec.LaneName(i)+`",`), line[1:]...)
	}
	_, err := r.m.Stdout.Write(append(line, '\n'))
	return err
}
