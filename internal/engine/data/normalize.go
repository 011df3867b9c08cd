package data

import (
	"fmt"
	"math"
)

// moments returns each channel's mean and standard deviation over all drawings
// of im, in units of a byte. The sums are whole numbers, hence exact.
func moments(im *Images) (mean, std []float32) {
	mean, std = make([]float32, im.C), make([]float32, im.C)
	for c := range im.C {
		var sum, squares, n uint64
		for _, pixels := range [][]uint8{im.Pixels, im.Pair} {
			for i := c; i < len(pixels); i += im.C {
				p := uint64(pixels[i])
				sum += p
				squares += p * p
				n++
			}
		}
		m := float64(sum) / float64(n)
		variance := float64(squares)/float64(n) - float64(m*m)
		mean[c] = float32(m)
		std[c] = float32(math.Sqrt(max(variance, 1))) // 1: a set of one colour has no scale
	}
	return mean, std
}

// Normalized writes images from to to (exclusive) of im to dst, (to-from) x H x
// W x C, as they are but on the scale of the views. im is Train or Test of s.
// Of an image with two drawings it is the first.
func (s *Set) Normalized(im *Images, from, to int, dst []float32) {
	size := s.H * s.W * s.C
	if from < 0 || to < from || to > im.N || len(dst) != (to-from)*size {
		panic(fmt.Sprintf("data: Normalized of images %d to %d of %d into %d numbers", from, to, im.N, len(dst)))
	}
	for c := range s.C {
		scale, shift := s.scale(c)
		pixels := im.Pixels[from*size : to*size]
		for i := c; i < len(pixels); i += s.C {
			dst[i] = float32(scale*float32(pixels[i])) + shift
		}
	}
}

// scale returns the factor and the summand that bring channel c from bytes to mean 0 and variance 1.
func (s *Set) scale(c int) (factor, summand float32) {
	return 1 / s.std[c], -s.mean[c] / s.std[c]
}

// Bytes writes a view, H x W x C on the scale of the views, to dst as it was
// before normalisation: rounded, and cut where the colours were changed beyond black and white.
func (s *Set) Bytes(dst []uint8, view []float32) {
	if len(dst) != len(view) || len(view)%s.C != 0 {
		panic(fmt.Sprintf("data: Bytes of %d numbers into %d", len(view), len(dst)))
	}
	for i, v := range view {
		at := float32(v*s.std[i%s.C]) + s.mean[i%s.C]
		dst[i] = uint8(min(255, max(0, at+0.5)))
	}
}
