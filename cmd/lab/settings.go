package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"gradlab/internal/knob"
	"gradlab/internal/spec"
	"gradlab/internal/web"
)

var settingsCommand = command{
	name: "settings", args: "[method]", doc: "all settings as a method has them: default, range, meaning",
	long: `
Lists the settings of a run as a method has them, SimCLR where none is named: the
default, the range, a published value, and what it does. They are the same words in
a link, behind lab run and lab sweep, and in a preset. docs/settings.md has those
that all methods share.`,
	declare: func(m *Main, f *flag.FlagSet) func([]string) (func(context.Context) error, error) {
		asJSON := f.Bool("json", false, "print an array of objects")
		return func(args []string) (func(context.Context) error, error) {
			known, err := lookupMethods(args)
			if err == nil && len(args) > 1 {
				err = errors.New("one method at a time")
			}
			return func(context.Context) error {
				var said []spec.Setting
				for _, chosen := range known {
					said = append(said, spec.Setting{Key: "method", Value: chosen.Name})
				}
				s, err := spec.Parse(said)
				switch {
				case err != nil:
					return err
				case *asJSON:
					return settingsJSON(m.Stdout, s.Knobs().All())
				}
				return listSettings(m.Stdout, s.Knobs().All())
			}, err
		}
	},
}

func settingsJSON(out io.Writer, knobs []*knob.Knob) error {
	list := make([]web.Knob, len(knobs))
	for i, k := range knobs {
		list[i] = web.DescribeKnob(k)
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(list)
}

// listSettings prints knobs under the headings of their groups.
func listSettings(out io.Writer, knobs []*knob.Knob) error {
	var w strings.Builder
	group := ""
	for _, k := range knobs {
		if k.Group != group {
			if group != "" {
				fmt.Fprintln(&w)
			}
			group = k.Group
			fmt.Fprintf(&w, "%s%s\n", strings.ToUpper(group[:1]), group[1:])
		}
		tellKnob(&w, k)
	}
	_, err := io.WriteString(out, w.String())
	return err
}

// tellKnob prints a setting: "lr=0.06 (0..100)", and below it what it does.
func tellKnob(w io.Writer, k *knob.Knob) {
	about := k.Range()
	if k.Unit != "" {
		about += " " + k.Unit
	}
	if k.Paper != "" {
		about += "; published: " + k.Paper
		if k.Whose != "" {
			about += ", " + k.Whose
		}
	}
	fmt.Fprintf(w, "  %s=%s (%s)\n    %s\n", k.Name, k.Default, about, k.Doc)
}
