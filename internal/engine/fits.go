package engine

import (
	"fmt"
	"strconv"
	"strings"

	"gradlab/internal/engine/data"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

// open returns the images of s. The error is knob.Errors and says what to do:
// missing images are somebody's choice of setting, not a fault of the program.
func (o Options) open(s spec.Spec) (*data.Set, error) {
	set, err := data.Open(s.Data, o.Images)
	if err != nil {
		return nil, knob.Errors{{Key: "data", Value: s.Data,
			Problem: "has no images here:", Range: strings.TrimPrefix(err.Error(), "data: ")}}
	}
	return set, nil
}

// Images returns the names of the image sets that are here, without loading them.
func Images(o Options) []string {
	var names []string
	for _, info := range data.Catalogue() {
		if data.Here(info.Name, o.Images) {
			names = append(names, info.Name)
		}
	}
	return names
}

// fits reports whether the images that are here suffice for s: a set from a
// folder may hold fewer than its name promises.
func fits(s spec.Spec, set *data.Set) error {
	if s.Batch <= set.Train.N {
		return nil
	}
	return knob.Errors{{Key: "batch", Value: strconv.Itoa(s.Batch),
		Problem: fmt.Sprintf("is more than the images of %s that are here:", set.Title),
		Range:   fmt.Sprintf("2..%d", set.Train.N), Nearest: strconv.Itoa(set.Train.N)}}
}
