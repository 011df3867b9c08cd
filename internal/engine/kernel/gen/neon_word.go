package main

import "fmt"

// Go's assembler has few of arm64's vector instructions on floats. The others
// are written as words, with the instruction in the manual's own syntax beside
// it: neon_test.go has an assembler read that and give the same word.

// three are instructions d = n op m on four floats, all registers 0 (Arm
// Architecture Reference Manual, section C7.2).
var three = map[string]uint32{
	"fadd":  0x4e20d400,
	"fsub":  0x4ea0d400,
	"fmul":  0x6e20dc00,
	"fmax":  0x4e20f400, // NaN where either is, and 0 of 0 and -0
	"fcmgt": 0x6ea0e400, // all bits set where n > m
	"fcmge": 0x6e20e400, // or equal
}

// bic is d = n without the bits of m.
const bic = 0x4e601c00

// two are instructions on one vector.
var two = map[string]struct {
	word    uint32
	operand string // syntax
}{
	"fcvtns": {0x4e21a800, "v%d.4s, v%d.4s"}, // to the nearest integers, ties to even
	"fmaxv":  {0x6e30f800, "s%d, v%d.4s"},    // the greatest of the four
}

// fmlaScalar is d += n * m[0], with one rounding.
const fmlaScalar = 0x4f801000

// encode puts register numbers into a word.
func encode(word uint32, d, n, m int) uint32 {
	return word | uint32(m)<<16 | uint32(n)<<5 | uint32(d)
}

func (t *text) word(w uint32, format string, args ...any) {
	t.op("WORD $0x%08x // %s", w, fmt.Sprintf(format, args...))
}

// three writes d = n op m.
func (t *text) three(name string, d, n, m int) {
	base, ok := three[name]
	if !ok {
		panic("gen: no instruction " + name)
	}
	t.word(encode(base, d, n, m), "%s v%d.4s, v%d.4s, v%d.4s", name, d, n, m)
}

// two writes d = op n.
func (t *text) two(name string, d, n int) {
	t.word(encode(two[name].word, d, n, 0), name+" "+two[name].operand, d, n)
}

// without writes d = n &^ m.
func (t *text) without(d, n, m int) {
	t.word(encode(bic, d, n, m), "bic v%d.16b, v%d.16b, v%d.16b", d, n, m)
}

// fma writes d += n * m[0].
func (t *text) fma(d, n, m int) {
	t.word(encode(fmlaScalar, d, n, m), "fmla v%d.4s, v%d.4s, v%d.s[0]", d, n, m)
}

// clear writes zeros to vectors from to to-1.
func (t *text) clear(from, to int) {
	for v := from; v < to; v++ {
		t.op("VEOR V%[1]d.B16, V%[1]d.B16, V%[1]d.B16", v)
	}
}

// loads writes the loading of n vectors from address on to registers first and
// on, in pairs as far as they go; stores writes the opposite.
func (t *text) loads(address string, first, n int) {
	for v := 0; v < n; v += 2 {
		if v+1 < n {
			t.op("FLDPQ %d(%s), (F%d, F%d)", 16*v, address, first+v, first+v+1)
		} else {
			t.op("FMOVQ %d(%s), F%d", 16*v, address, first+v)
		}
	}
}

func (t *text) stores(address string, first, n int) {
	for v := 0; v < n; v += 2 {
		if v+1 < n {
			t.op("FSTPQ (F%d, F%d), %d(%s)", first+v, first+v+1, 16*v, address)
		} else {
			t.op("FMOVQ F%d, %d(%s)", first+v, 16*v, address)
		}
	}
}

// params writes the loading of a function's words to registers, in order.
func (f *fn) params(names []string, registers []string) {
	for i, n := range names {
		f.op("MOVD %s, %s", f.arg(n, ""), registers[i])
	}
}
