package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// golden is what numpy.save writes for numpy.array([[1, 2, 3], [4, 5, 6.5]], dtype="float32").
var golden = "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" +
	strings.Repeat(" ", 58) + "\n" +
	"\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x40\x40\x00\x00\x80\x40\x00\x00\xa0\x40\x00\x00\xd0\x40"

var matrix = Array{Rows: 2, Cols: 3, Bits: 32, Data: []float64{1, 2, 3, 4, 5, 6.5}}

func equal(a, b Array) bool {
	return a.Rows == b.Rows && a.Cols == b.Cols && a.Bits == b.Bits && slices.Equal(a.Data, b.Data)
}

func read(file string) (Array, error) { return Read(strings.NewReader(file), 1000) }

// file returns a file of format 1.0 with that header and data.
func file(header, data string) string {
	return "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(header)))) + header + data
}

func TestGoldenBytes(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, matrix); err != nil || b.String() != golden {
		t.Errorf("wrote %q (%v), want %q", b.String(), err, golden)
	}
	if a, err := read(golden); err != nil || !equal(a, matrix) {
		t.Errorf("read %v, %v", a, err)
	}
	if strings.Index(golden, "\n")+1 != 128 {
		t.Error("data does not begin at a multiple of 64")
	}
}

func TestRoundTrip(t *testing.T) {
	for _, bits := range []int{32, 64} {
		for _, shape := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {300, 90}} { // the last is longer than a chunk
			a := Array{Rows: shape[0], Cols: shape[1], Bits: bits, Data: make([]float64, shape[0]*shape[1])}
			for i := range a.Data {
				a.Data[i] = float64(float32(math.Sin(float64(i))))
			}
			if bits == 64 {
				a.Data[0] = 1.0 / 3
			}
			var b bytes.Buffer
			if err := Write(&b, a); err != nil {
				t.Fatal(err)
			}
			for name, r := range map[string]io.Reader{"whole": bytes.NewReader(b.Bytes()), "one byte at a time": iotest.OneByteReader(bytes.NewReader(b.Bytes()))} {
				if got, err := Read(r, len(a.Data)); err != nil || !equal(got, a) {
					t.Errorf("%d bits, %v, %s: %v", bits, shape, name, err)
				}
			}
		}
	}
}

// Other ways to say the same.
func TestReadsEveryForm(t *testing.T) {
	data := golden[128:]
	columns := data[0:4] + data[12:16] + data[4:8] + data[16:20] + data[8:12] + data[20:24]
	long := func(version byte, header string) string {
		return "\x93NUMPY" + string([]byte{version, 0}) + string(binary.LittleEndian.AppendUint32(nil, uint32(len(header)))) + header
	}
	const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
	for name, f := range map[string]string{
		"format 2":        long(2, header+"\n") + data,
		"format 3":        long(3, header+" \n") + data,
		"Fortran":         file(strings.Replace(header, "False", "True", 1), columns),
		"no last commas":  file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", data),
		"other order":     file(`{"shape":(2,3),"fortran_order":False,"descr":"<f4"}`+"\n", data),
		"Python 2's long": file(strings.Replace(header, "(2, 3)", "(2L, 3L)", 1), data),
		"Python 2, odder": file(strings.Replace(header, "(2, 3)", "( 2 , 3 , )", 1), data),
	} {
		if a, err := read(f); err != nil || !equal(a, matrix) {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
}

// Errors say what is wrong and what to do.
func TestErrorsTeach(t *testing.T) {
	with := func(descr, shape string) string {
		return file(fmt.Sprintf("{'descr': %s, 'fortran_order': False, 'shape': %s, }", descr, shape), golden[128:])
	}
	for _, c := range []struct{ name, file, want string }{
		{"nothing", "", "it is empty"},
		{"text", "1.0,2.0\n", "not a .npy file"},
		{"archive", "PK\x03\x04....", "an archive (.npz, or a checkpoint of PyTorch)"},
		{"pickle", "\x80\x04\x95....", "a Python pickle"},
		{"HDF5", "\x89HDF\r\n\x1a\n", "HDF5"},
		{"cut in the magic", golden[:6], "cut off in its header"},
		{"cut in the length", golden[:9], "cut off in its header"},
		{"cut in the header", golden[:40], "cut off in its header"},
		{"format", "\x93NUMPY\x04\x00", "format 4.0"},
		{"long header", "\x93NUMPY\x02\x00\xff\xff\xff\xff", "no matrix needs"},
		{"no dictionary", file("[1, 2]", ""), "not that of an array"},
		{"key missing", file("{'descr': '<f4', 'shape': (2, 3)}", ""), "not that of an array"},
		{"key twice", file("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", ""), "not that of an array"},
		{"unknown key", file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 1}", ""), "not that of an array"},
		{"text behind", file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} + 1", ""), "not that of an array"},
		{"negative shape", with("'<f4'", "(-2, 3)"), "not that of an array"},
		{"open tuple", with("'<f4'", "(2, 3"), "not that of an array"},
		{"open list", with("[('a'", "(2, 3)"), "not that of an array"},
		{"objects", with("'|O'", "(2,)"), "numpy.stack(rows)"},
		{"structure", with("[('a', '<f4', (2,)), ('b', '<f4')]", "(2, 3)"), "named fields"},
		{"integers", with("'<i8'", "(2, 3)"), `dtype "<i8"; float32 and float64 can be read; convert it with x.astype("float32")`},
		{"half", with("'<f2'", "(2, 3)"), `dtype "<f2"`},
		{"big endian", with("'>f4'", "(2, 3)"), "big endian"},
		{"a number", with("'<f4'", "()"), "has shape ()"},
		{"1-D", with("'<f4'", "(6,)"), "has shape (6,); embeddings are a matrix, one row for each image"},
		{"4-D", with("'<f4'", "(6, 7, 7, 64)"), "has shape (6, 7, 7, 64); embeddings are a matrix, one row for each image: flatten it with x.reshape(len(x), -1)"},
		{"no rows", with("'<f4'", "(0, 3)"), "is empty"},
		{"huge", with("'<f4'", "(4611686018427387904, 4)"), "more than the 1000 numbers that are taken here; give fewer rows: x[:250]"},
		{"one too many", with("'<f4'", "(7, 143)"), "more than the 1000"},
		{"cut data", golden[:len(golden)-1], "promises 6 numbers and it ends after 5"},
		{"no data", golden[:128], "promises 6 numbers and it ends after 0"},
		{"more data", golden + "\x00", "goes on behind the 6 numbers"},
	} {
		if _, err := read(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one about %q", c.name, err, c.want)
		}
	}
	broken := iotest.ErrReader(io.ErrClosedPipe)
	for cut := range len(golden) {
		if _, err := Read(io.MultiReader(strings.NewReader(golden[:cut]), broken), 1000); err != io.ErrClosedPipe {
			t.Fatalf("a reader that breaks after %d bytes: %v", cut, err)
		}
	}
}

// A header that promises much costs no memory.
func TestPromisesCostNothing(t *testing.T) {
	f := file("{'descr': '<f8', 'fortran_order': True, 'shape': (1000000000, 1), }", "12345678")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Read(strings.NewReader(f), 1<<40); err == nil {
		t.Error("no error")
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("%d bytes for one number", grown)
	}
}

func TestFinite(t *testing.T) {
	a := Array{Rows: 2, Cols: 3, Data: []float64{1, 2, 3, 4, 5, 6}}
	if err := a.Finite(); err != nil {
		t.Error(err)
	}
	a.Data[5] = math.NaN()
	a.Data[4] = math.Inf(-1)
	want := "2 of 6 numbers are NaN or infinite; the first, infinite, stands in row 1, column 1 (counted from 0)"
	if err := a.Finite(); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	a.Data[4] = 1
	if err := a.Finite(); err == nil || !strings.Contains(err.Error(), "the first, NaN, stands in row 1, column 2") {
		t.Error(err)
	}
}

func TestWriteRefusesNonsense(t *testing.T) {
	for _, a := range []Array{{Rows: 1, Cols: 1, Bits: 32}, {Rows: 1, Cols: 1, Bits: 16, Data: []float64{1}}} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "npy: ") {
					t.Errorf("recovered %v", r)
				}
			}()
			Write(io.Discard, a)
		}()
	}
}

// Whatever the bytes: an error or a matrix that survives being written.
func FuzzRead(f *testing.F) {
	f.Add([]byte(golden))
	f.Add([]byte(strings.Replace(golden, "False", "True ", 1)))
	f.Add([]byte(strings.Replace(golden, "<f4", "<f8", 1)))
	f.Add([]byte(file("{'descr': [('a', '<f4')], 'shape': (1L,), 'fortran_order': False}", "\x00")))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Read(bytes.NewReader(b), 1000)
		if err != nil {
			return
		}
		if len(a.Data) != a.Rows*a.Cols || len(a.Data) > 1000 || len(a.Data) == 0 {
			t.Fatalf("%d numbers in %d x %d", len(a.Data), a.Rows, a.Cols)
		}
		var out bytes.Buffer
		if err := Write(&out, a); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&out, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range a.Data {
			if w := again.Data[i]; w != v && (w == w || v == v) {
				t.Fatalf("number %d is %g, then %g", i, v, w)
			}
		}
	})
}
