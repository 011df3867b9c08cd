package record

import (
	"math"
	"strconv"
	"strings"
)

// termsPrefix begins the names of the fields that JSON gathers in the object "terms".
const termsPrefix = "terms."

// AppendJSON appends the step as one JSON object, without a line feed, to dst.
// Keys are "step" and then the fields in the order of the schema; the norms of
// terms are gathered in an object "terms" at the place of the first of them.
// Fields of a cadence that the step does not have are left out, numbers that are
// not finite are null, and the others print as the shortest decimal that reads
// back as the same float32. Frames are left out.
func (s Schema) AppendJSON(dst []byte, step Step) []byte {
	dst = append(dst, `{"step":`...)
	dst = strconv.AppendInt(dst, int64(step.Step), 10)
	termsDone := false
	for i, f := range s.Fields {
		if step.Has&f.Every == 0 {
			continue
		}
		if !strings.HasPrefix(f.Name, termsPrefix) {
			dst = append(dst, ',')
			dst = appendMember(dst, f.Name, step.Values[i])
		} else if !termsDone {
			termsDone = true
			dst = append(dst, `,"terms":{`...)
			dst = s.appendTerms(dst, step, i)
			dst = append(dst, '}')
		}
	}
	return append(dst, '}')
}

// appendTerms appends the terms from field i on, separated by commas.
func (s Schema) appendTerms(dst []byte, step Step, i int) []byte {
	empty := true
	for ; i < len(s.Fields); i++ {
		name, ok := strings.CutPrefix(s.Fields[i].Name, termsPrefix)
		if !ok || step.Has&s.Fields[i].Every == 0 {
			continue
		}
		if !empty {
			dst = append(dst, ',')
		}
		empty = false
		dst = appendMember(dst, name, step.Values[i])
	}
	return dst
}

func appendMember(dst []byte, name string, v float32) []byte {
	dst = append(dst, '"')
	dst = append(dst, name...) // names are ours: lower case, digits, underscores, hyphens
	dst = append(dst, '"', ':')
	if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
		return append(dst, "null"...)
	}
	return AppendFloat(dst, v)
}

// AppendFloat appends the shortest decimal that reads back as v: plain for numbers
// of everyday size and with an exponent otherwise, which JSON and every reader of
// CSV accept.
func AppendFloat(dst []byte, v float32) []byte {
	if a := math.Abs(float64(v)); v == 0 || a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(dst, float64(v), 'f', -1, 32)
	}
	return strconv.AppendFloat(dst, float64(v), 'e', -1, 32)
}
