// Package npy reads and writes matrices in NumPy's .npy files: formats 1.0, 2.0
// and 3.0, two dimensions, float32 and float64 in little endian, rows first (C)
// or columns first (Fortran). What numpy.save(f, x) writes for such an x, Read
// reads; what Write writes, numpy.load(f) loads.
//
// A file may come from anybody: Read allocates no more than the file holds and
// the caller allows, and its errors are for the person who made the file. They
// say what to call in NumPy.
//
// The format is described in NumPy's documentation, module numpy.lib.format.
package npy

import (
	"fmt"
	"math"
)

// An Array is a matrix, Rows x Cols, row-major.
type Array struct {
	Rows, Cols int
	Bits       int // of a number in the file: 32 or 64
	Data       []float64
}

// Row returns row i, sharing memory.
func (a Array) Row(i int) []float64 { return a.Data[i*a.Cols : (i+1)*a.Cols] }

// Finite returns an error that says where the first number is that is NaN or
// infinite, and how many are.
func (a Array) Finite() error {
	first, n := 0, 0
	for k, v := range a.Data {
		if v-v != 0 {
			if n == 0 {
				first = k
			}
			n++
		}
	}
	if n == 0 {
		return nil
	}
	what := "NaN"
	if v := a.Data[first]; !math.IsNaN(v) {
		what = "infinite"
	}
	return fmt.Errorf("%d of %d numbers are NaN or infinite; the first, %s, stands in row %d, column %d (counted from 0)",
		n, len(a.Data), what, first/a.Cols, first%a.Cols)
}

// magic begins every file; the version follows it, two bytes.
const magic = "\x93NUMPY"
