// Command lab is Gradlab: a laboratory for the gradients of siamese
// self-supervised learning.
//
//	lab [serve]                     the lab in a browser
//	lab worker -nats url            computes runs for the labs that share a NATS server
//	lab run [preset] [key=value]    one experiment here, without a server
//	lab sweep [preset] [key=a,b]    a grid of experiments, on a server or here
//	lab methods [name]              the methods
//	lab settings [method]           what can be set of a run
//	lab check [method]              their gradients against two other ways to them
//	lab probe x1.npy x2.npy         somebody else's embeddings
//	lab bench [-job mlp]            how fast the engine is here
//	lab ready                       whether a lab that serves wants requests
//
// The exit status is 0 where all went well, 1 where a run failed or diverged or a
// check did not pass, and 2 where the command line makes no sense.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"gradlab/internal/knob"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal ends the program at once
	m := NewMain()
	code := m.Exec(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// Main is the program. Tests make their own, with other writers.
type Main struct {
	Stdout, Stderr io.Writer
	Terminal       bool             // Stderr is a terminal: show progress
	Serving        func(url string) // called when the server listens; may be nil

	command *command
	run     func(context.Context) error
	close   []func() error
	json    bool // form of the log
}

// NewMain returns the program on the standard streams.
func NewMain() *Main {
	info, err := os.Stderr.Stat()
	return &Main{Stdout: os.Stdout, Stderr: os.Stderr, Terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// Exec is the whole program: it parses, runs, closes, says what went wrong, and
// returns the exit status.
func (m *Main) Exec(ctx context.Context, args []string) int {
	err := m.ParseFlags(args)
	if err == nil {
		err = m.Run(ctx)
	}
	err = errors.Join(err, m.Close())
	var bad *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &bad):
		fmt.Fprintf(m.Stderr, "%v\nTry: lab help%s\n", err, bad.about)
		return 2
	default:
		fmt.Fprintln(m.Stderr, err)
		return 1
	}
}

// A usageError is a command line that makes no sense.
type usageError struct {
	err   error
	about string // " run"
}

func (e *usageError) Error() string { return e.err.Error() }

func (e *usageError) Unwrap() error { return e.err }

// A command is one of the program's verbs.
type command struct {
	name, args, doc string
	long            string

	// declare declares the flags and returns what runs the command with the
	// arguments that are not flags. Its first call may fail with a usage error.
	declare func(m *Main, f *flag.FlagSet) func(args []string) (func(context.Context) error, error)
}

// commands in the order of the help text; the first one is the default.
var commands = []*command{&serveCommand, &workerCommand, &runCommand, &sweepCommand, &methodsCommand, &settingsCommand, &checkCommand, &probeCommand, &benchCommand, &readyCommand}

// ParseFlags reads the command line, except the program's name. Flags may stand
// anywhere among the other arguments.
func (m *Main) ParseFlags(args []string) error {
	name := commands[0].name
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	if name == "help" || name == "version" {
		return m.parseInfo(name, args)
	}
	if len(args) > 0 && m.command == nil && (args[0] == "-version" || args[0] == "--version") {
		return m.parseInfo("version", nil)
	}
	if m.command = lookup(name); m.command == nil {
		return unknownCommand(name)
	}
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // errors are ours to print
	prepare := m.command.declare(m, f)
	flags, rest, err := split(f, args)
	if err == nil {
		err = f.Parse(flags)
	}
	if errors.Is(err, flag.ErrHelp) {
		m.run = func(context.Context) error { m.help(name); return nil }
		return nil
	}
	if err == nil {
		m.run, err = prepare(rest)
	}
	if err != nil {
		return &usageError{err, " " + name}
	}
	return nil
}

// Run does what the command line says, until it is done or the context ends.
func (m *Main) Run(ctx context.Context) error { return m.run(ctx) }

// Close gives back what Run has opened, the last first.
func (m *Main) Close() error {
	var errs []error
	for _, f := range slices.Backward(m.close) {
		errs = append(errs, f())
	}
	m.close = nil
	return errors.Join(errs...)
}

func lookup(name string) *command {
	for _, c := range commands {
		if c.name == name {
			return c
		}
	}
	return nil
}

func unknownCommand(name string) error {
	known := []string{"help", "version"}
	for _, c := range commands {
		known = append(known, c.name)
	}
	err := fmt.Errorf("lab %s: there is no such command", name)
	if nearest := knob.Closest(name, known); nearest != "" {
		err = fmt.Errorf("%w; did you mean lab %s?", err, nearest)
	}
	return &usageError{err: err}
}
