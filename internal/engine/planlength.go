package engine

import (
	"fmt"
	"sort"
	"strconv"

	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

// TooLong returns the error of a run whose length takes more than it may: problem says of
// what. It has the greatest length of which fits says that its cost is right. A longer run
// costs more of everything.
func TooLong(s spec.Spec, problem string, fits func(Cost) bool) *knob.Error {
	key, least := s.LengthKey()
	e := &knob.Error{Key: key, Value: strconv.Itoa(s.Length()), Problem: problem, Range: "none fits"}
	fitting := sort.Search(s.Length()-least, func(i int) bool { return !fits(estimate(s.Lasting(least + i))) })
	if fitting > 0 {
		most := least + fitting - 1
		e.Range, e.Nearest = fmt.Sprintf("%d..%d fit", least, most), strconv.Itoa(most)
	}
	return e
}
