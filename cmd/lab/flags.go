package main

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gradlab/internal/knob"
	"gradlab/internal/lab"
)

// split tells flags from other arguments, which package flag does only up to the
// first one that is no flag. Everything behind "--" is no flag.
func split(f *flag.FlagSet, args []string) (flags, rest []string, err error) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return flags, append(rest, args[i+1:]...), nil
		case len(arg) < 2 || arg[0] != '-':
			rest = append(rest, arg)
			continue
		}
		flags = append(flags, arg)
		name, _, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		declared := f.Lookup(name)
		switch {
		case name == "h" || name == "help":
			return nil, nil, flag.ErrHelp
		case declared == nil:
			return nil, nil, unknownFlag(f, name)
		case hasValue || isBool(declared):
		case i+1 == len(args):
			return nil, nil, fmt.Errorf("-%s: a value is missing", name)
		default:
			i++
			flags = append(flags, args[i])
		}
	}
	return flags, rest, nil
}

func isBool(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

func unknownFlag(f *flag.FlagSet, name string) error {
	var known []string
	f.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	if nearest := knob.Closest(name, known); nearest != "" {
		return fmt.Errorf("-%s: there is no such flag; did you mean -%s?", name, nearest)
	}
	return fmt.Errorf("-%s: there is no such flag; there are -%s", name, strings.Join(known, ", -"))
}

// countFlag declares a number of something that there is at least one of; 0
// stands for the program's choice.
func countFlag(f *flag.FlagSet, name, doc string) *int {
	n := new(int)
	f.Func(name, doc, number(n, 1))
	return n
}

// sizes are the units of a number of bytes; the largest ones first.
var sizes = []struct {
	unit  string
	bytes int64
}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}}

// The range of what a store, or a run's memory, may hold: a run of the default settings takes a few megabytes.
const (
	leastSize = 100e6
	mostSize  = 1000e12
)

// parseSize reads a number of bytes, such as 500MB or 1.5TB.
func parseSize(text string) (int64, error) {
	for _, s := range sizes {
		number, ok := strings.CutSuffix(strings.ToUpper(text), s.unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if bytes := n * float64(s.bytes); err == nil && bytes >= leastSize && bytes <= mostSize {
			return int64(bytes), nil
		}
	}
	return 0, errors.New("it takes a size from 100MB to 1000TB, such as 500MB or 10GB")
}

// number reads a whole number that is at least least.
func number(n *int, least int) func(string) error {
	return func(s string) error {
		if _, err := fmt.Sscanf(s, "%d", n); err != nil || *n < least || *n > 4096 || fmt.Sprint(*n) != s {
			return fmt.Errorf("it takes a whole number from %d to 4096", least)
		}
		return nil
	}
}

// natsFlag declares where a store is that processes share.
func natsFlag(f *flag.FlagSet, o *lab.Options) {
	f.Func("nats", "share the runs that the NATS server at `url` keeps, or a cluster: url,url,url", func(s string) error {
		if s == "" {
			return fmt.Errorf("it takes the address of a server, such as nats://127.0.0.1:4222")
		}
		o.NATS = s
		return nil
	})
}

// engineFlags declares how runs are computed.
func engineFlags(f *flag.FlagSet, o *lab.Options) {
	f.StringVar(&o.Images, "images", "", "look for images that are not part of the program in `folder`")
	f.Func("threads", "use `n` threads (all that the machine has)", number(&o.Threads, 1))
	f.Func("memory", "let a run take `size` of memory, such as 4GB (half of the machine's)", func(text string) (err error) {
		o.Memory, err = parseSize(text)
		return err
	})
	f.Func("checkpoint", "keep what a run has learnt every `time`, such as 1m (10s, less often where that is dear)", func(text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return fmt.Errorf("want a time above zero, such as 10s or 1m")
		}
		o.Checkpoint = d
		return nil
	})
}

// logFlag declares the form of the log.
func logFlag(f *flag.FlagSet, json *bool) {
	f.Func("log", "write the log as `text`, warnings alone, or as json, requests and the ends of runs too (text)", func(form string) error {
		if form != "text" && form != "json" {
			return fmt.Errorf("want text or json")
		}
		*json = form == "json"
		return nil
	})
}
