package npy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A header is what a file says of its array.
type header struct {
	descr   string // dtype: "<f4"
	fortran bool   // columns first
	shape   []int
}

// array returns an array of the header's shape, without data, or says why the
// header is not that of a matrix of at most so many numbers.
func (h header) array(most int) (Array, error) {
	a := Array{}
	switch h.descr {
	case "<f4":
		a.Bits = 32
	case "<f8":
		a.Bits = 64
	default:
		return Array{}, wrongType(h.descr)
	}
	if len(h.shape) != 2 {
		return Array{}, wrongShape(h.shape)
	}
	if a.Rows, a.Cols = h.shape[0], h.shape[1]; a.Rows == 0 || a.Cols == 0 {
		return Array{}, fmt.Errorf("its array is empty: it has shape %s", printed(h.shape))
	}
	if a.Rows > most/a.Cols {
		return Array{}, fmt.Errorf("its array of shape %s holds more than the %d numbers that are taken here; give fewer rows: x[:%d]",
			printed(h.shape), most, max(1, most/a.Cols))
	}
	return a, nil
}

func wrongType(descr string) error {
	const convert = "; convert it with x.astype(\"float32\")"
	kind := strings.TrimLeft(descr, "<>|=")
	switch {
	case strings.HasPrefix(kind, "O"):
		return errors.New("its array holds Python objects (dtype object) and not numbers, as happens with rows of different lengths; make one matrix of them with numpy.stack(rows).astype(\"float32\")")
	case strings.HasPrefix(descr, "["):
		return errors.New("its array has named fields (a structured dtype) and is not a matrix of numbers")
	case strings.HasPrefix(descr, ">") && (kind == "f4" || kind == "f8"):
		return errors.New("its numbers are stored in big endian (" + descr + ")" + convert)
	}
	return fmt.Errorf("its numbers are of dtype %q; float32 and float64 can be read%s", descr, convert)
}

func wrongShape(shape []int) error {
	err := fmt.Errorf("its array has shape %s; embeddings are a matrix, one row for each image", printed(shape))
	if len(shape) > 2 {
		return fmt.Errorf("%w: flatten it with x.reshape(len(x), -1)", err)
	}
	return err
}

// printed writes a shape as Python does.
func printed(shape []int) string {
	words := make([]string, len(shape))
	for i, n := range shape {
		words[i] = strconv.Itoa(n)
	}
	if len(words) == 1 {
		return "(" + words[0] + ",)"
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// parseHeader reads the dictionary of Python's that a header is:
//
//	{'descr': '<f4', 'fortran_order': False, 'shape': (128, 256), }
//
// with its keys in any order.
func parseHeader(text string) (header, error) {
	p := parser{rest: text}
	var h header
	p.expect("{")
	seen := map[string]bool{}
	for !p.failed && !p.next("}") {
		key := p.text()
		p.expect(":")
		switch key {
		case "descr":
			h.descr = p.dtype()
		case "fortran_order":
			h.fortran = p.truth()
		case "shape":
			h.shape = p.tuple()
		default:
			p.failed = true
		}
		p.failed = p.failed || seen[key]
		seen[key] = true
		if !p.next(",") {
			p.expect("}")
			break
		}
	}
	if p.failed || len(seen) != 3 || strings.TrimSpace(p.rest) != "" {
		return header{}, fmt.Errorf("its header is not that of an array: %.100q", strings.TrimSpace(text))
	}
	return h, nil
}

// A parser takes the tokens of a header from the left. After a token that is not
// what it should be it has failed, and takes no more.
type parser struct {
	rest   string
	failed bool
}

// next takes a token where it comes next.
func (p *parser) next(token string) bool {
	trimmed := strings.TrimLeft(p.rest, " \t\r\n")
	if p.failed || !strings.HasPrefix(trimmed, token) {
		return false
	}
	p.rest = trimmed[len(token):]
	return true
}

func (p *parser) expect(token string) {
	if !p.next(token) {
		p.failed = true
	}
}

// text takes a string in quotes of either kind, without escapes.
func (p *parser) text() string {
	for _, quote := range []string{"'", `"`} {
		if p.next(quote) {
			s, rest, found := strings.Cut(p.rest, quote)
			p.rest, p.failed = rest, !found || strings.Contains(s, `\`)
			return s
		}
	}
	p.failed = true
	return ""
}

// dtype takes a description: a string, or the list of a structured type, of which
// it is enough to know that it is one.
func (p *parser) dtype() string {
	if !p.next("[") {
		return p.text()
	}
	for depth := 1; depth > 0; {
		i := strings.IndexAny(p.rest, "[]")
		if i < 0 {
			p.failed = true
			break
		}
		if p.rest[i] == '[' {
			depth++
		} else {
			depth--
		}
		p.rest = p.rest[i+1:]
	}
	return "[]"
}

func (p *parser) truth() bool {
	if p.next("True") {
		return true
	}
	p.expect("False")
	return false
}

// tuple takes whole numbers in parentheses; Python 2 ends long ones with an L.
func (p *parser) tuple() []int {
	p.expect("(")
	shape := []int{}
	for !p.failed && !p.next(")") {
		p.next("") // spaces
		digits := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789"))
		n, err := strconv.Atoi(p.rest[:digits])
		p.rest, p.failed = strings.TrimPrefix(p.rest[digits:], "L"), err != nil
		shape = append(shape, n)
		if !p.next(",") {
			p.expect(")")
			break
		}
	}
	return shape
}
