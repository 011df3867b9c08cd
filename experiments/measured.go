package experiments

import (
	"fmt"
	"strconv"
	"strings"
)

// A Measurement is a field at the end of the runs of a story, as the story states it. A
// test holds it against the runs (make check-stories).
type Measurement struct {
	Field string     // of the record
	Lanes [][]string // numbers of each lane, for seeds 1, 2, ..., with as many digits as the text has
}

// measurements reads "knn_accuracy 0.76 0.78 | 0.64 0.63; loss ...": lanes lie between
// bars. The error says what is wrong with which field.
func measurements(text string, lanes int) ([]Measurement, error) {
	var list []Measurement
	for part := range strings.SplitSeq(text, ";") {
		field, numbers, _ := strings.Cut(strings.TrimSpace(part), " ")
		m := Measurement{Field: field}
		for lane := range strings.SplitSeq(numbers, "|") {
			m.Lanes = append(m.Lanes, strings.Fields(lane))
		}
		if len(m.Lanes) != lanes {
			return nil, fmt.Errorf("%s has numbers of %d lanes, and there are %d", field, len(m.Lanes), lanes)
		}
		for _, lane := range m.Lanes {
			if len(lane) == 0 || len(lane) != len(m.Lanes[0]) {
				return nil, fmt.Errorf("%s has %d numbers for one lane and %d for another: one for each seed", field, len(m.Lanes[0]), len(lane))
			}
			for _, n := range lane {
				if _, err := strconv.ParseFloat(n, 64); err != nil {
					return nil, fmt.Errorf("%s: %q is no number", field, n)
				}
			}
		}
		list = append(list, m)
	}
	return list, nil
}

// Says reports whether a value is what the text says, to the digit at which it stops.
func Says(text string, value float64) bool {
	_, decimals, _ := strings.Cut(text, ".")
	return text == strconv.FormatFloat(value, 'f', len(decimals), 64)
}
