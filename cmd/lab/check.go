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
terms; a gradient that is not exact by intention says how far it is from the
loss's instead.`,
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
	fmt.Fprintln(t, "method\tgradient\ttarget\tnegatives\tpredictor\tloss\ttape\tdifferences\tfloat32\t")
	for _, r := range rows {
		verdict := "pass"
		switch {
		case !r.Pass:
			verdict = "FAIL"
		case !r.Exact:
			verdict = "pass (not exact by intention)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%.1e\t%.1e\t%.1e\t%.1e\t%s\n",
			r.Method, r.Gradient, r.Target, r.Negative, r.Predictor, r.Loss, r.Tape, r.Differences, r.Float32, verdict)
	}
	return t.Flush()
}
