package record

import "strconv"

// AppendCSVHeader appends the first line of a CSV file, with its line feed: "step" and
// the names of the fields. No name needs quoting.
func (s Schema) AppendCSVHeader(dst []byte) []byte {
	dst = append(dst, "step"...)
	for _, f := range s.Fields {
		dst = append(dst, ',')
		dst = append(dst, f.Name...)
	}
	return append(dst, '\n')
}

// AppendCSV appends the step as one line of a CSV file, with its line feed. A field
// that was not measured is empty; NaN, +Inf and -Inf stand as such, as readers of
// CSV know them.
func (s Schema) AppendCSV(dst []byte, step Step) []byte {
	dst = strconv.AppendInt(dst, int64(step.Step), 10)
	for i, f := range s.Fields {
		dst = append(dst, ',')
		if step.Has&f.Every != 0 {
			dst = AppendFloat(dst, step.Values[i])
		}
	}
	return append(dst, '\n')
}
