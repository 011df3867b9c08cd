// Package random gives randomness by counting: a number is a pure function of
// seed, stream, step, sample and position, computed by Philox-4x32-10.
//
// Nothing is remembered between draws, so the batch order, the views of an
// image and the initial weights of a layer are the same for every method, every
// number of threads and every branch of a run that has the same seed.
//
// Reference: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel
// random numbers: as easy as 1, 2, 3", SC 2011.
package random

import (
	"hash/fnv"
	"math"
)

// A Stream names what the numbers are for; two streams of one seed are independent.
type Stream uint32

// Named returns the stream of a name: "batch", "view", "weights/encoder.0".
func Named(name string) Stream {
	h := fnv.New32a()
	h.Write([]byte(name))
	return Stream(h.Sum32())
}

// A Source draws numbers for one seed, stream, step and sample. It is a small
// value without shared state; copy it freely.
type Source struct {
	key  [2]uint32
	ctr  [4]uint32 // block, sample, step, stream
	out  [4]uint32
	used int
}

// New returns the source of seed, stream, step and sample.
func New(seed uint64, stream Stream, step, sample int) Source {
	return Source{
		key:  [2]uint32{uint32(seed), uint32(seed >> 32)},
		ctr:  [4]uint32{0, uint32(sample), uint32(step), uint32(stream)},
		used: 4,
	}
}

// Uint32 returns the next 32 uniform bits.
func (s *Source) Uint32() uint32 {
	if s.used == 4 {
		s.out = philox(s.ctr, s.key)
		s.ctr[0]++
		s.used = 0
	}
	s.used++
	return s.out[s.used-1]
}

// Float32 returns a uniform number in [0, 1), a multiple of 2^-24.
func (s *Source) Float32() float32 { return float32(float32(s.Uint32()>>8) * (1.0 / (1 << 24))) }

// Float64 returns a uniform number in [0, 1), a multiple of 2^-53.
func (s *Source) Float64() float64 {
	hi, lo := uint64(s.Uint32()>>5), uint64(s.Uint32()>>6)
	return float64(hi<<26|lo) * (1.0 / (1 << 53))
}

// Intn returns a uniform number in [0, n), n at most 2^31, by Lemire's multiplication
// with rejection.
func (s *Source) Intn(n int) int {
	if n <= 0 || n > 1<<31 {
		panic("random: Intn needs 1..2^31")
	}
	bound := uint32(n)
	for threshold := -bound % bound; ; {
		if m := uint64(s.Uint32()) * uint64(bound); uint32(m) >= threshold {
			return int(m >> 32)
		}
	}
}

// Normal returns a standard normal number (Box and Muller; computed in float64).
func (s *Source) Normal() float64 {
	u, v := 1-s.Float64(), s.Float64() // u in (0, 1]
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}

// Perm writes a uniform permutation of 0..len(p)-1 to p (Fisher and Yates).
func (s *Source) Perm(p []int) {
	for i := range p {
		j := s.Intn(i + 1)
		p[i] = p[j]
		p[j] = i
	}
}

// philox is ten rounds of Philox-4x32 on the counter c with the key k.
func philox(c [4]uint32, k [2]uint32) [4]uint32 {
	const m0, m1 = 0xD2511F53, 0xCD9E8D57 // multipliers
	const w0, w1 = 0x9E3779B9, 0xBB67AE85 // key schedule: golden ratio, sqrt(3)-1
	for range 10 {
		p0, p1 := uint64(m0)*uint64(c[0]), uint64(m1)*uint64(c[2])
		c = [4]uint32{uint32(p1>>32) ^ c[1] ^ k[0], uint32(p1), uint32(p0>>32) ^ c[3] ^ k[1], uint32(p0)}
		k[0] += w0
		k[1] += w1
	}
	return c
}
