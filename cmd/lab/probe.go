package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"gradlab/internal/engine/foreign"
	"gradlab/internal/engine/method"
	"gradlab/internal/npy"
	"gradlab/internal/spec"
)

var probeCommand = command{
	name: "probe", args: "x1.npy x2.npy [key=value]", doc: "the measurements for somebody else's embeddings",
	long: `
Reads two views of the same images as a network of yours saw them, N x D each
(numpy.save, float32 or float64), row n of both from the same image. Says what
looks wrong, every metric beside its reference, each method's loss on them and
its gradient split into terms, and how much the gradients of the methods agree.
The target is the other view, or what -t1 and -t2 hold, the outputs of a
momentum branch for the first and the second view.

With method=barlow all of that method's gradients are shown, with its own
settings: lambda=0.01. target=stopped or target=shared says whether the other
view carries gradient.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		p := &prober{m: m}
		f.BoolVar(&p.json, "json", false, "print one JSON object")
		f.StringVar(&p.out, "o", "", "write the gradients as .npy into `folder`")
		f.StringVar(&p.targets[0], "t1", "", "the target branch's outputs for the first view, a .npy `file`")
		f.StringVar(&p.targets[0], "t", "", "the same as -t1, a .npy `file`")
		f.StringVar(&p.targets[1], "t2", "", "those for the second view, a .npy `file`")
		threads := countFlag(f, "threads", "use `n` threads (1)")
		return func(args []string) (func(context.Context) error, error) {
			err := p.parse(args)
			p.options.Threads = *threads
			return p.run, err
		}
	},
}

// A prober is `lab probe`.
type prober struct {
	m       *Main
	json    bool
	out     string
	targets [2]string

	input   foreign.Input
	options foreign.Options
}

// parse reads the settings and the files.
func (p *prober) parse(args []string) error {
	var files, settings []string
	for _, arg := range args {
		if strings.Contains(arg, "=") {
			settings = append(settings, arg)
		} else {
			files = append(files, arg)
		}
	}
	said, err := spec.ParseArgs(settings)
	if err != nil {
		return err
	}
	own := make([]method.Setting, len(said))
	for i, s := range said {
		own[i] = method.Setting(s)
	}
	if p.options, err = foreign.Parse(own); err != nil {
		return err
	}
	if len(files) != 2 {
		return fmt.Errorf("two files are wanted, the two views, and here are %d", len(files))
	}
	if (p.targets[0] == "") != (p.targets[1] == "") {
		return errors.New("-t1 and -t2 come together: one file for each view")
	}
	if p.targets[0] != "" && p.options.Target != "" {
		return fmt.Errorf("target=%s has no meaning where -t1 and -t2 give the targets", p.options.Target)
	}
	if p.input.X, err = readPair([2]string(files)); err != nil {
		return err
	}
	if p.targets[0] != "" {
		targets, err := readPair(p.targets)
		if err != nil {
			return err
		}
		p.input.T = &targets
	}
	return p.input.Check()
}

// readPair reads two files. All that is wrong with either is said at once.
func readPair(names [2]string) (pair [2]npy.Array, err error) {
	var errs []error
	for i, name := range names {
		if pair[i], err = readArray(name); err != nil {
			errs = append(errs, err)
		}
	}
	return pair, errors.Join(errs...)
}

func readArray(name string) (npy.Array, error) {
	f, err := os.Open(name)
	if err != nil {
		return npy.Array{}, err
	}
	defer f.Close()
	a, err := npy.Read(f, foreign.MaxNumbers)
	if err != nil {
		return npy.Array{}, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
}

// run measures and prints.
func (p *prober) run(ctx context.Context) error {
	if p.out != "" {
		if err := os.MkdirAll(p.out, 0o777); err != nil {
			return err
		}
		p.options.Emit = func(name string, g npy.Array) error {
			f, err := os.Create(filepath.Join(p.out, name+".npy"))
			if err != nil {
				return err
			}
			return errors.Join(npy.Write(f, g), f.Close())
		}
	}
	var r foreign.Report
	err := guard(func() (err error) {
		r, err = foreign.Measure(ctx, p.input, p.options)
		return err
	})
	if err != nil {
		return explained(err)
	}
	if p.json {
		e := json.NewEncoder(p.m.Stdout)
		e.SetEscapeHTML(false)
		return e.Encode(r)
	}
	var out strings.Builder
	p.print(&out, r)
	_, err = io.WriteString(p.m.Stdout, out.String())
	return err
}

func (p *prober) print(w io.Writer, r foreign.Report) {
	fmt.Fprintf(w, "%d images in two views, embeddings of width %d\n\n", r.Rows, r.Width)
	for _, finding := range r.Findings {
		fmt.Fprintf(w, "%s\n\n", finding)
	}
	if len(r.Findings) == 0 {
		fmt.Fprint(w, "No sign of collapse.\n\n")
	}
	printMetrics(w, r.Metrics)
	printGradients(w, r.Gradients)
	printEquivalence(w, r.Equivalence)
	if p.out != "" {
		fmt.Fprintf(w, "The gradients are in %s: for each method their sum and each term, for either view.\n", p.out)
	}
}

func printMetrics(w io.Writer, metrics []foreign.Metric) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "metric\tboth views\tx1\tx2\tto compare with\n")
	for _, m := range metrics {
		var marks []string
		for _, mark := range m.Marks {
			marks = append(marks, mark.Label+" "+shortNumber(&mark.Value))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", m.Title, shortNumber(&m.Value), shortNumber(m.X1), shortNumber(m.X2), strings.Join(marks, ", "))
	}
	t.Flush() // the writer behind it is memory
	fmt.Fprintln(w)
}

// printGradients prints a row for each gradient. Terms that are the positive or the
// negative gradient all by themselves have their columns already.
func printGradients(w io.Writer, gradients []foreign.Gradient) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "gradient\ttarget\tloss\tpositive norm\tnegative norm\ttotal norm\tangle\tbalance\tapproximation\tother terms\n")
	for _, g := range gradients {
		approximation := "" // of the loss itself
		if g.Gradient != "loss" {
			approximation = shortNumber(&g.Approximation)
		}
		var terms []string
		for _, term := range g.Terms {
			if term.Name != string(term.Role) {
				terms = append(terms, term.Name+" "+shortNumber(&term.Norm))
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", g.Label, g.Target, shortNumber(&g.Loss), shortNumber(&g.PositiveNorm), shortNumber(&g.NegativeNorm),
			shortNumber(&g.TotalNorm), shortNumber(&g.Cosine), shortNumber(&g.Balance), approximation, strings.Join(terms, ", "))
	}
	t.Flush()
	fmt.Fprint(w, `
Norms are means over the rows, at the embeddings; the angle is the cosine of the
positive and the negative gradient; the approximation is how far a gradient is
from that of its method's loss.

`)
}

func printEquivalence(w io.Writer, e foreign.Equivalence) {
	for _, part := range []struct {
		title string
		rows  [][]foreign.Number
	}{
		{"Cosines of the gradients, as they turn the embeddings", e.Cosine},
		{"Length of the row's gradient over the column's", e.Ratio},
	} {
		fmt.Fprintln(w, part.title)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprint(t, "\t\t")
		for i := range e.Labels {
			fmt.Fprintf(t, "%d\t", i+1)
		}
		fmt.Fprintln(t)
		for i, row := range part.rows {
			fmt.Fprintf(t, "%s\t%d\t", e.Labels[i], i+1)
			for _, v := range row {
				fmt.Fprintf(t, "%.3g\t", float64(v))
			}
			fmt.Fprintln(t)
		}
		t.Flush()
		fmt.Fprintln(w)
	}
}

// shortNumber prints four digits, nothing where there is no number, and a dash
// where there is none to be had.
func shortNumber(n *foreign.Number) string {
	switch {
	case n == nil:
		return ""
	case *n != *n:
		return "-"
	}
	return short(float32(*n))
}
