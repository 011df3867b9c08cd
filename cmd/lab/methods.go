package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
	"gradlab/internal/web"
)

var methodsCommand = command{
	name: "methods", args: "[name]", doc: "the methods; with a name its essay, formulas and knobs",
	long: `
Lists the methods, or tells about one: the idea, the loss and its gradient, the
terms, what may drive training, and its own settings.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		asJSON := f.Bool("json", false, "print an array of objects")
		return func(args []string) (func(context.Context) error, error) {
			known, err := lookupMethods(args)
			if err == nil && len(args) > 1 {
				err = errors.New("one method at a time, or none for all")
			}
			return func(context.Context) error {
				switch {
				case *asJSON:
					return m.methodsJSON(args)
				case len(known) == 1:
					return tell(m.Stdout, known[0])
				}
				return list(m.Stdout)
			}, err
		}
	},
}

// lookupMethods returns the methods of those names.
func lookupMethods(names []string) ([]*method.Method, error) {
	var out []*method.Method
	for _, name := range names {
		m, ok := method.Lookup(name)
		if !ok {
			var known []string
			for _, m := range method.All() {
				known = append(known, m.Name)
			}
			err := fmt.Errorf("there is no method %q; there are %s", name, strings.Join(known, ", "))
			if nearest := knob.Closest(name, known); nearest != "" {
				err = fmt.Errorf("there is no method %q; did you mean %s?", name, nearest)
			}
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func (m *Main) methodsJSON(names []string) error {
	out := []web.Method{}
	for _, v := range web.Catalogue() {
		if len(names) == 0 || v.Name == names[0] {
			out = append(out, v)
		}
	}
	e := json.NewEncoder(m.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func list(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\ttitle\tfamily\ttargets\tpredictors\tgradients")
	for _, m := range method.All() {
		var gradients []string
		for _, g := range m.Gradients {
			gradients = append(gradients, g.Name)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", m.Name, m.Title, m.Family, joined(m.Targets), joined(m.Predictors), strings.Join(gradients, " "))
	}
	return t.Flush()
}

func joined[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, " ")
}

// tell prints all about a method.
func tell(out io.Writer, m *method.Method) error {
	var w strings.Builder
	fmt.Fprintf(&w, "%s (%s, %s)\n\n%s\n\nTerms\n", m.Title, m.Name, m.Family, m.Essay)
	for _, t := range m.Terms {
		fmt.Fprintf(&w, "  %s (%s)\n    %s\n    %s\n", t.Name, t.Role, t.Doc, t.TeX)
	}
	if m.Shares.Doc != "" {
		fmt.Fprintf(&w, "\nWeight of another sample in the negative term\n  %s\n  %s\n", m.Shares.Doc, m.Shares.TeX)
	}
	fmt.Fprint(&w, "\nWhat may drive training (gradient=)\n")
	for i := range m.Gradients {
		g := &m.Gradients[i]
		fmt.Fprintf(&w, "  %s (%s, at the %s)\n    %s\n    %s\n", g.Name, g.Kind(), m.Place(g), g.Doc, g.TeX)
	}
	fmt.Fprintf(&w, "\nTargets: %s\nPredictors: %s\n", joined(m.Targets), joined(m.Predictors))
	var own knob.Set
	m.New(&own)
	if len(own.All()) > 0 {
		fmt.Fprint(&w, "\nIts own settings\n")
	}
	for _, k := range own.All() {
		tellKnob(&w, k)
	}
	fmt.Fprint(&w, "\nReferences\n")
	for _, r := range m.References {
		fmt.Fprintf(&w, "  %s, %s: %s\n", r.Text, r.Where, r.URL)
	}
	_, err := io.WriteString(out, w.String())
	return err
}
