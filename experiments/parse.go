package experiments

import (
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"

	"gradlab/internal/knob"
	"gradlab/internal/report"
	"gradlab/internal/spec"
)

// slug takes number and ending off a file's name: "10-first.txt" is "first".
func slug(file string) string {
	name := strings.TrimSuffix(path.Base(file), ".txt")
	if _, after, found := strings.Cut(name, "-"); found && strings.Trim(name[:len(name)-len(after)-1], "0123456789") == "" {
		return after
	}
	return name
}

// Parse reads a preset. The error names file, line and key, one line for each mistake.
func Parse(file, text string) (Preset, error) {
	r := reader{file: file, p: Preset{Slug: slug(file), Source: text}, at: map[string]int{}}
	for i, line := range strings.Split(text, "\n") {
		r.line(i+1, strings.TrimRight(line, " \t\r"))
	}
	for _, h := range headers {
		if len(r.errs) == 0 && !h.optional && *h.field(&r) == "" {
			r.fail(1, h.name, "is missing; a preset begins with title, claim, look and expect")
		}
	}
	r.figures()
	e, notices, err := spec.ParseExperiment(r.p.Settings)
	if bad, ok := err.(knob.Errors); ok {
		for _, b := range bad {
			r.fail(r.at[b.Key], b.Key, strings.TrimPrefix(b.Error(), b.Key+": "))
		}
	}
	for _, n := range notices { // a preset says what it means
		r.fail(r.at[n.Key], n.Key, n.Text)
	}
	if r.measured != "" && r.errs == nil {
		if r.p.Measured, err = measurements(r.measured, len(e.Lanes)); err != nil {
			r.fail(r.at["measured"], "measured", err.Error())
		}
	}
	if r.errs != nil {
		return Preset{}, errors.New(strings.Join(r.errs, "\n"))
	}
	r.p.Experiment = e
	return r.p, nil
}

// headers are the lines that a preset begins with.
var headers = []struct {
	name     string
	field    func(*reader) *string
	optional bool
}{
	{name: "title", field: func(r *reader) *string { return &r.p.Title }},
	{name: "claim", field: func(r *reader) *string { return &r.p.Claim }},
	{name: "look", field: func(r *reader) *string { return &r.p.Look }},
	{name: "expect", field: func(r *reader) *string { return &r.p.Expect }},
	{name: "show", field: func(r *reader) *string { return &r.show }, optional: true},
	{name: "measured", field: func(r *reader) *string { return &r.measured }, optional: true},
	{name: "chapter", field: func(r *reader) *string { return &r.p.Chapter }, optional: true},
}

// A reader goes through a preset's lines.
type reader struct {
	file           string
	p              Preset
	show, measured string  // as the file says them
	open           *string // header that a line beginning with a blank continues
	lane           string  // "", "b.", ...
	at             map[string]int
	errs           []string
}

func (r *reader) fail(line int, key, problem string) {
	r.errs = append(r.errs, r.file+":"+strconv.Itoa(max(line, 1))+": "+key+": "+problem)
}

func (r *reader) line(n int, text string) {
	switch {
	case text == "":
		r.open = nil
	case text[0] == '#':
	case text[0] == ' ' || text[0] == '\t':
		if r.open == nil {
			r.fail(n, strings.TrimSpace(text), "begins with a blank and continues no header")
			return
		}
		*r.open += " " + strings.TrimSpace(text)
	case text[0] == '[':
		r.open = nil
		name := strings.Trim(text, "[]")
		if len(name) != 1 || name < "b" || name > spec.LaneName(spec.MaxLanes-1) {
			r.fail(n, text, "is no lane; they are [b] to ["+spec.LaneName(spec.MaxLanes-1)+"]")
			return
		}
		r.lane = name + "."
	default:
		r.entry(n, text)
	}
}

// figures takes over which of them are shown.
func (r *reader) figures() {
	if r.show == "" {
		return
	}
	known := report.Names()
	for name := range strings.SplitSeq(r.show, ",") {
		switch name = strings.TrimSpace(name); {
		case !slices.Contains(known, name):
			bad := knob.Error{Key: "show", Value: name, Problem: "is no figure; they are", Range: strings.Join(known, ", "), Nearest: knob.Closest(name, known)}
			r.fail(r.at["show"], bad.Key, strings.TrimPrefix(bad.Error(), bad.Key+": "))
		case slices.Contains(r.p.Show, name):
			r.fail(r.at["show"], "show", name+" comes twice")
		default:
			r.p.Show = append(r.p.Show, name)
		}
	}
}

// entry reads "title: words" or "key=value".
func (r *reader) entry(n int, text string) {
	if name, words, found := strings.Cut(text, ":"); found && !strings.Contains(name, "=") {
		for _, h := range headers {
			if h.name == name {
				r.open, r.at[name] = h.field(r), n
				if *r.open != "" || len(r.p.Settings) > 0 {
					r.fail(n, name, "comes twice, or after the settings")
				}
				*r.open = strings.TrimSpace(words)
				return
			}
		}
		r.fail(n, name, "is no header; they are title, claim, look, expect, show, measured and chapter")
		return
	}
	r.open = nil
	key, value, found := strings.Cut(text, "=")
	if !found {
		r.fail(n, text, "is neither a header (title: ...) nor a setting (key=value)")
		return
	}
	s := spec.Setting{Key: r.lane + strings.TrimSpace(key), Value: strings.TrimSpace(value)}
	r.at[s.Key] = n
	r.p.Settings = append(r.p.Settings, s)
}
