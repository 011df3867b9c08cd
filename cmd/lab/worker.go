package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"gradlab/internal/lab"
)

var workerCommand = command{
	name: "worker", args: "-nats url", doc: "computes runs for the labs that share a NATS server",
	long: `
Takes up runs that wait in the store of a NATS server or cluster, and computes
them until it is interrupted. Then it stores a checkpoint of each and gives them
back, and another worker goes on with them at once. One that is killed is missed
after ten seconds. Workers come and go as they like, on any machine that reaches
the server; the images of a run must be there (-images).`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		var o lab.Options
		var a adminPort
		natsFlag(f, &o)
		f.Func("workers", "compute `n` runs at a time (3)", number(&o.Workers, 1))
		engineFlags(f, &o)
		a.declare(f)
		logFlag(f, &m.json)
		return func(args []string) (func(context.Context) error, error) {
			switch {
			case len(args) > 0:
				return nil, fmt.Errorf("lab worker takes no %q; runs are submitted to a lab (lab serve)", args[0])
			case o.NATS == "":
				return nil, fmt.Errorf("-nats: say where the runs are, such as -nats nats://127.0.0.1:4222")
			}
			return func(ctx context.Context) error { return m.work(ctx, o, a) }, nil
		}
	},
}

// work is `lab worker`: a lab that nobody looks at.
func (m *Main) work(ctx context.Context, o lab.Options, a adminPort) error {
	o.Log = m.log()
	metrics, err := a.open(m, "worker", &o)
	if err != nil {
		return err
	}
	l, err := m.open(o)
	if err != nil {
		return err
	}
	if metrics != nil {
		metrics.Watch(l, nil)
	}
	fmt.Fprintf(m.Stdout, "Gradlab computes runs of %s as worker %s. Press Ctrl-C to stop.\n", lab.Redacted(o.NATS), l.Name())
	<-ctx.Done()
	return nil
}

// log is where everything that happens is written: nothing but warnings for who looks
// at a terminal, and for machines one object a line with all that there is.
func (m *Main) log() *slog.Logger {
	if m.json {
		return slog.New(slog.NewJSONHandler(m.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(m.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// open opens a lab, which the end of the program closes.
func (m *Main) open(o lab.Options) (*lab.Lab, error) {
	l, err := lab.Open(o)
	if err != nil {
		return nil, err
	}
	m.close = append(m.close, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		return l.Close(ctx)
	})
	return l, nil
}
