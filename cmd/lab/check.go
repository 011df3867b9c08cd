package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"gradlab/internal/engine/method"
)

var checkCommand = command{
	name: "check", args: "[method ...]", doc: "terms against the tape and central differences",
	long: `
Compares the terms of every gradient, for every target and predictor that its
method accepts, with two other ways to it: the derivative of the paper's loss on
a float64 tape, and central differences. Numbers are relative to the size of the
terms; an approximation and a mistake say how far they are from the loss's
gradient instead, relative to it, and their direction's cosine with it. One that
is the derivative of another loss is compared with that loss, too (surrogate).`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		asJSON := f.Bool("json", false, "print an array of objects")
		return func(names []string) (func(context.Context) error, error) {
			_, err := lookupMethods(names)
			return func(context.Context) error {
				rows := method.Check(names...)
				print := checkTable
				if *asJSON {
					print = checkJSON
				}
				if err := print(m.Stdout, rows); err != nil {
					return err
				}
				return failures(rows)
			}, err
		}
	},
}

func failures(rows []method.Residual) error {
	failed := 0
	for _, r := range rows {
		if !r.Pass {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks did not pass", failed, len(rows))
	}
	return nil
}

func checkJSON(w io.Writer, rows []method.Residual) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(rows)
}

func checkTable(w io.Writer, rows []method.Residual) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "method\tgradient\tkind\ttarget\tnegatives\tpredictor\town\tloss\ttape\tdifferences\tfloat32\tcosine\tsurrogate\t")
	for _, r := range rows {
		verdict, own, surrogate := "pass", "-", "-"
		if !r.Pass {
			verdict = "FAIL"
		}
		if r.Own != "" {
			own = r.Own
		}
		if r.Surrogate != nil {
			surrogate = fmt.Sprintf("%.1e", *r.Surrogate)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.1e\t%.1e\t%.1e\t%.1e\t%.3f\t%s\t%s\n",
			r.Method, r.Gradient, r.Kind, r.Target, r.Negative, r.Predictor, own,
			r.Loss, r.Tape, r.Differences, r.Float32, r.Cosine, surrogate, verdict)
	}
	return t.Flush()
}
