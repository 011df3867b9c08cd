package engine

import (
	"fmt"
	"strconv"

	"gradlab/internal/engine/data"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

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
