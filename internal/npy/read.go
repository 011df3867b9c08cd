package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// maxHeader is far above the header of any matrix, which takes 118 bytes.
const maxHeader = 1 << 16

// chunk is how many bytes of data are read at a time. A file that promises more
// than it holds costs no more memory than what it holds.
const chunk = 1 << 16

// Read reads a matrix of at most the given count of numbers. The reader must hold
// one file and nothing behind it.
func Read(r io.Reader, most int) (Array, error) {
	b := bufio.NewReader(r)
	h, err := readHeader(b)
	if err != nil {
		return Array{}, err
	}
	a, err := h.array(most)
	if err != nil {
		return Array{}, err
	}
	if a.Data, err = readData(b, a.Rows*a.Cols, a.Bits); err != nil {
		return Array{}, err
	}
	if h.fortran {
		a.Data = transposed(a.Data, a.Rows, a.Cols)
	}
	return a, nil
}

// readHeader reads up to where the data begins.
func readHeader(r io.Reader) (header, error) {
	start := make([]byte, len(magic)+2)
	n, err := io.ReadFull(r, start)
	if err != nil && !isEnd(err) {
		return header{}, err
	}
	if n < len(magic) || string(start[:len(magic)]) != magic {
		return header{}, notNumPy(start[:n])
	}
	if n < len(start) {
		return header{}, errShortHeader
	}
	size := make([]byte, 4)
	switch major, minor := start[len(magic)], start[len(magic)+1]; {
	case minor != 0 || major < 1 || major > 3:
		return header{}, fmt.Errorf("it is a file of format %d.%d; formats 1.0, 2.0 and 3.0 can be read", major, minor)
	case major == 1:
		_, err = io.ReadFull(r, size[:2])
	default:
		_, err = io.ReadFull(r, size)
	}
	if err != nil {
		return header{}, orShort(err)
	}
	length := binary.LittleEndian.Uint32(size)
	if length > maxHeader {
		return header{}, fmt.Errorf("its header takes %d bytes, which no matrix needs", length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return header{}, orShort(err)
	}
	return parseHeader(string(text))
}

// readData reads n numbers of that many bits, and that nothing follows them.
func readData(r io.Reader, n, bits int) ([]float64, error) {
	var data []float64
	width := bits / 8
	buffer := make([]byte, chunk)
	for len(data) < n {
		want := min(chunk, (n-len(data))*width)
		got, err := io.ReadFull(r, buffer[:want])
		for at := 0; at+width <= got; at += width {
			data = append(data, number(buffer[at:], bits))
		}
		if isEnd(err) {
			return nil, fmt.Errorf("it is cut off: its header promises %d numbers and it ends after %d", n, len(data))
		}
		if err != nil {
			return nil, err
		}
	}
	switch _, err := io.ReadFull(r, buffer[:1]); {
	case err == nil:
		return nil, fmt.Errorf("it goes on behind the %d numbers that its header promises", n)
	case err != io.EOF:
		return nil, err
	}
	return data, nil
}

func number(b []byte, bits int) float64 {
	if bits == 32 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

// transposed returns the rows of a matrix that is given by its columns.
func transposed(columns []float64, rows, cols int) []float64 {
	out := make([]float64, len(columns))
	for j := range cols {
		for i := range rows {
			out[i*cols+j] = columns[j*rows+i]
		}
	}
	return out
}

var errShortHeader = errors.New("it is cut off in its header")

func isEnd(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

func orShort(err error) error {
	if isEnd(err) {
		return errShortHeader
	}
	return err
}

// notNumPy says what a file is that is no .npy file, as far as one can tell.
func notNumPy(start []byte) error {
	const save = "; write one array with numpy.save(\"x1.npy\", x1)"
	switch {
	case len(start) == 0:
		return errors.New("it is empty")
	case len(start) >= 4 && string(start[:4]) == "PK\x03\x04":
		return errors.New("it is an archive (.npz, or a checkpoint of PyTorch) and not one array" + save)
	case start[0] == 0x80:
		return errors.New("it is a Python pickle and not an array" + save)
	case len(start) >= 6 && string(start[:6]) == "\x89HDF\r\n":
		return errors.New("it is an HDF5 file and not one array" + save)
	}
	return errors.New("it is not a .npy file" + save)
}
