package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"gradlab/experiments"
	"gradlab/internal/engine"
)

// parseInfo handles help and version.
func (m *Main) parseInfo(name string, args []string) error {
	if name == "version" {
		m.run = func(context.Context) error { return m.version() }
		return nil
	}
	if len(args) > 0 && lookup(args[0]) == nil {
		return unknownCommand(args[0])
	}
	about := ""
	if len(args) > 0 {
		about = args[0]
	}
	m.run = func(context.Context) error { m.help(about); return nil }
	return nil
}

// help prints the list of commands, or what one of them takes.
func (m *Main) help(name string) {
	c := lookup(name)
	if c == nil {
		fmt.Fprint(m.Stdout, "Gradlab: the gradients of siamese self-supervised learning, split into what pulls and what pushes.\n\n")
		for _, c := range commands {
			fmt.Fprintf(m.Stdout, "  lab %-8s %-28s %s\n", c.name, c.args, c.doc)
		}
		fmt.Fprint(m.Stdout, "  lab help     [command]                    more about a command\n")
		fmt.Fprint(m.Stdout, "  lab version                               the program's and the engine's version\n")
		fmt.Fprint(m.Stdout, "\nlab alone is lab serve. Flags may stand anywhere among the other arguments.\n")
		return
	}
	fmt.Fprintf(m.Stdout, "lab %s %s\n\n%s\n", c.name, c.args, strings.TrimSpace(c.long))
	f := flag.NewFlagSet(c.name, flag.ContinueOnError)
	c.declare(m, f)
	fmt.Fprint(m.Stdout, "\nFlags:\n")
	f.VisitAll(func(f *flag.Flag) {
		value, doc := flag.UnquoteUsage(f)
		fmt.Fprintf(m.Stdout, "  %-14s %s\n", strings.TrimSpace("-"+f.Name+" "+value), doc)
	})
	if c == &runCommand {
		fmt.Fprint(m.Stdout, "\nPresets:\n")
		presets(m.Stdout)
	}
}

func presets(w io.Writer) {
	for _, p := range experiments.All() {
		fmt.Fprintf(w, "  %-16s %s\n", p.Slug, p.Title)
	}
}

func (m *Main) version() error {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	_, err := fmt.Fprintf(m.Stdout, "gradlab %s, engine %d, machine class %s, %s %s/%s\n",
		version, engine.Version, engine.Class(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
