package spec

import (
	"slices"
	"strings"

	"gradlab/internal/engine/data"
)

// Title names a run for people: "BYOL on Fashion-MNIST".
func (s Spec) Title() string {
	info, _ := data.Lookup(s.Data)
	return s.Method.Title + " on " + info.Title
}

// Title names what is compared and the images: "SimCLR and BYOL on Fashion-MNIST"; one lane
// is called as its settings are.
func (e Experiment) Title() string {
	var methods, whole []string
	images := map[string]bool{}
	for _, s := range e.Lanes {
		images[s.Data] = true
		if !slices.Contains(methods, s.Method.Title) {
			methods = append(methods, s.Method.Title)
		}
		if !slices.Contains(whole, s.Title()) {
			whole = append(whole, s.Title())
		}
	}
	if len(images) > 1 {
		return and(whole)
	}
	info, _ := data.Lookup(e.Lanes[0].Data)
	return and(methods) + " on " + info.Title
}

// and joins words as one says them.
func and(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Labels names each lane by what tells it from the others: by its method where
// the methods differ, and by the settings that differ.
func (e Experiment) Labels() []string {
	if len(e.Lanes) == 1 {
		return []string{e.Lanes[0].Method.Title}
	}
	first := e.Lanes[0]
	differ := slices.ContainsFunc(e.Lanes, func(s Spec) bool { return s.Method != first.Method })
	labels := make([]string, len(e.Lanes))
	said := read(first.Settings())
	var keys []string // that tell a lane from the first one
	for i, s := range e.Lanes[1:] {
		var parts []string
		for _, own := range s.beside(said) {
			if own.Key == "method" {
				continue
			}
			parts = append(parts, own.String())
			if s.Method == first.Method && !slices.Contains(keys, own.Key) {
				keys = append(keys, own.Key)
			}
		}
		labels[i+1] = label(s, differ, parts)
	}
	var parts []string
	for _, key := range keys {
		if v, ok := first.Value(key); ok {
			parts = append(parts, Setting{key, v}.String())
		}
	}
	labels[0] = label(first, differ, parts)
	return labels
}

func label(s Spec, named bool, parts []string) string {
	if named || len(parts) == 0 {
		parts = append([]string{s.Method.Title}, parts...)
	}
	return strings.Join(parts, ", ")
}
