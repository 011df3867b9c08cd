package record

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"math"
)

// Duration is the name of the one field that no two runs share.
const Duration = "step_ms"

// canonicalNaN stands for every NaN in a curve hash: which payload a NaN carries is
// an accident of the instruction that made it.
const canonicalNaN = 0x7fc00000

// A Hash computes the curve hash of a run: SHA-256 over the names and values of the
// fields that are measured on each step, step_ms aside. Two runs with equal curve
// hashes trained alike, bit for bit. Probes are left out, because they only look.
//
// The bytes hashed are: for each such field its name and a zero byte, in the order
// of the schema; one more zero byte; then for each step in order the step (u32) and
// the values (f32) in the order of the schema, little endian.
type Hash struct {
	fields []int
	sum    hash.Hash
	buf    []byte
	n      int // steps added
}

// NewHash returns the hash of a run without records.
func NewHash(s Schema) *Hash {
	h := &Hash{sum: sha256.New()}
	for i, f := range s.Fields {
		if f.Every&EachStep != 0 && f.Name != Duration {
			h.fields = append(h.fields, i)
			h.buf = append(append(h.buf, f.Name...), 0)
		}
	}
	h.sum.Write(append(h.buf, 0))
	return h
}

// Add takes the next step into the hash.
func (h *Hash) Add(s Step) {
	h.buf = le.AppendUint32(h.buf[:0], uint32(s.Step))
	for _, i := range h.fields {
		bits := math.Float32bits(s.Values[i])
		if s.Values[i] != s.Values[i] {
			bits = canonicalNaN
		}
		h.buf = le.AppendUint32(h.buf, bits)
	}
	h.sum.Write(h.buf)
	h.n++
}

// Sum returns the hash of the steps added so far as 64 hexadecimal digits. More
// steps may follow.
func (h *Hash) Sum() string { return hex.EncodeToString(h.sum.Sum(nil)) }
