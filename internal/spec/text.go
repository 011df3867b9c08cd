package spec

import (
	"fmt"
	"net/url"
	"strings"

	"gradlab/internal/knob"
)

// MaxQuery is the most bytes that a link's query may have. Six lanes that each say everything
// need less.
const MaxQuery = 8192

// ParseQuery takes a link's query apart, in its order. It knows no setting;
// ParseExperiment does. The error is knob.Errors.
func ParseQuery(q string) ([]Setting, error) {
	q = strings.TrimPrefix(q, "?")
	if len(q) > MaxQuery {
		return nil, knob.Errors{{Key: "query", Value: q, Problem: fmt.Sprintf("has %d characters; a link has", len(q)), Range: fmt.Sprintf("at most %d", MaxQuery)}}
	}
	var parts []string
	for part := range strings.SplitSeq(q, "&") {
		if part == "" {
			continue
		}
		parts = append(parts, part)
	}
	return pairs(parts, url.QueryUnescape)
}

// ParseArgs takes arguments of a command line apart: key=value each. The error is knob.Errors.
func ParseArgs(args []string) ([]Setting, error) {
	return pairs(args, func(s string) (string, error) { return s, nil })
}

func pairs(parts []string, unescape func(string) (string, error)) ([]Setting, error) {
	var out []Setting
	var errs knob.Errors
	for _, part := range parts {
		key, value, found := strings.Cut(part, "=")
		k, err := unescape(key)
		v, err2 := unescape(value)
		switch {
		case err != nil || err2 != nil:
			errs = append(errs, &knob.Error{Key: key, Value: value, Problem: "is not valid percent-encoding"})
		case !found || k == "":
			errs = append(errs, &knob.Error{Key: k, Value: v, Problem: "is not of the form", Range: "key=value"})
		default:
			out = append(out, Setting{k, v})
		}
	}
	if errs != nil {
		return nil, errs
	}
	return out, nil
}
