package npy

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// align is what the length of all in front of the data is a multiple of.
const align = 64

// Write writes a matrix in format 1.0, rows first, in as many bits a number as
// a.Bits says.
func Write(w io.Writer, a Array) error {
	if a.Bits != 32 && a.Bits != 64 || a.Rows < 0 || a.Cols < 0 || len(a.Data) != a.Rows*a.Cols {
		panic(fmt.Sprintf("npy: %d numbers of %d bits in a %d x %d matrix", len(a.Data), a.Bits, a.Rows, a.Cols))
	}
	b := bufio.NewWriter(w)
	text := fmt.Sprintf("{'descr': '<f%d', 'fortran_order': False, 'shape': (%d, %d), }", a.Bits/8, a.Rows, a.Cols)
	before := len(magic) + 4 // with the version and the header's length
	padding := (align - (before+len(text)+1)%align) % align
	text += strings.Repeat(" ", padding) + "\n"

	head := append([]byte(magic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(text)))
	b.Write(head) // a bufio.Writer keeps its first error for Flush
	b.WriteString(text)
	var buffer [8]byte
	for _, v := range a.Data {
		if a.Bits == 32 {
			binary.LittleEndian.PutUint32(buffer[:], math.Float32bits(float32(v)))
		} else {
			binary.LittleEndian.PutUint64(buffer[:], math.Float64bits(v))
		}
		b.Write(buffer[:a.Bits/8])
	}
	return b.Flush()
}
