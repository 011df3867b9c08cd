package engine

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"math"

	"gradlab/internal/engine/tensor"
	"gradlab/internal/spec"
)

// read reads a checkpoint to its end and returns the trainer that it describes,
// and the step that comes next.
func (c checkpointer) read(d tensor.Device, in io.Reader) (*trainer, int, error) {
	r := &checkpointReader{in: bufio.NewReaderSize(in, 8*stretch), sum: sha256.New(), device: d, size: c.elementSize(), buf: make([]byte, 8*stretch)}
	t, next := r.run(c)
	if r.err != nil {
		return nil, 0, r.err
	}
	return t, next, nil
}

// A checkpointReader takes a checkpoint apart. After an error, which it keeps, what
// its methods return means nothing.
type checkpointReader struct {
	in     *bufio.Reader
	sum    hash.Hash
	device tensor.Device
	size   uint32 // bytes of an element
	buf    []byte
	f32    []float32
	f64    []float64
	err    error
}

// fail keeps the first error.
func (r *checkpointReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = unusable(format, args...)
	}
}

// bytes returns the next n bytes, at most len(buf), good until the next call. What says of
// what they are.
func (r *checkpointReader) bytes(n int, what string) []byte {
	b := r.buf[:n]
	if r.err != nil {
		return b
	}
	switch _, err := io.ReadFull(r.in, b); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.fail("it ends in its %s", what)
	case err != nil:
		r.fail("reading its %s: %w", what, err)
	}
	r.sum.Write(b)
	return b
}

func (r *checkpointReader) u32(what string) uint32 { return le.Uint32(r.bytes(4, what)) }

// text reads a text that must be want.
func (r *checkpointReader) text(what, want string) {
	if got := r.any(what); got != want {
		r.another(what, got, want)
	}
}

// any reads a text. However long it says it is, it fits r.buf.
func (r *checkpointReader) any(what string) string {
	n := int(le.Uint16(r.bytes(2, what)))
	return string(r.bytes(n, what))
}

func (r *checkpointReader) another(what, got, want string) {
	r.fail("its %s is %.300q, and here it is %.300q", what, got, want)
}

// until returns before which step a run with the settings said is the run c.
func (c checkpointer) until(said string) int {
	if said == c.spec.Query() {
		return c.spec.Length()
	}
	s, err := spec.ParseLink(said)
	if err != nil {
		return 0
	}
	return s.SameUntil(c.spec)
}

// run reads everything.
func (r *checkpointReader) run(c checkpointer) (t *trainer, next int) {
	if got := r.bytes(len(checkpointMagic), "first bytes"); r.err == nil && string(got) != checkpointMagic {
		r.fail("it does not begin as one")
	}
	if form := r.u32("version"); form != checkpointForm {
		r.fail("its form has version %d, and here it is %d", form, checkpointForm)
	}
	if v := r.u32("engine"); v != Version {
		r.fail("it is of version %d of the engine, and here it is %d", v, Version)
	}
	r.text("machine class", Class())
	settings := r.any("settings")
	until := 0
	if r.err == nil {
		if until = c.until(settings); until == 0 {
			r.another("settings", settings, c.spec.Query())
		}
	}
	r.text("images", c.digest)
	next = int(r.u32("step"))
	if next < 1 || next > c.spec.Length() {
		r.fail("it goes on at step %d of %d", next, c.spec.Length())
	}
	if next > until {
		r.fail("it goes on at step %d, and its run is another one from step %d on", next, until)
	}
	if size := r.u32("element size"); size != r.size {
		r.fail("its elements have %d bytes, and here %d", size, r.size)
	}
	if r.err != nil {
		return nil, 0
	}
	t = c.trainer(r.device, next) // of the size that the run has anyway
	all := t.sections()
	if n := r.u32("number of sections"); n != uint32(len(all)) {
		r.fail("it has %d sections, and the run %d", n, len(all))
	}
	for _, s := range all {
		r.section(s)
	}
	r.end()
	return t, next
}

func (r *checkpointReader) section(s section) {
	what := "section " + s.name
	r.text("section", s.name)
	if rows, cols := r.u32(what), r.u32(what); r.err == nil && (rows != uint32(s.matrix.Rows) || cols != uint32(s.matrix.Cols)) {
		r.fail("its %s is %d x %d, and here %d x %d", what, rows, cols, s.matrix.Rows, s.matrix.Cols)
	}
	if s.set != nil {
		if v := math.Float64frombits(le.Uint64(r.bytes(8, what))); r.err == nil && !s.set(v) {
			r.fail("its %s is %g", what, v)
		}
		return
	}
	eachStretch(s.matrix, func(x tensor.Tensor) bool {
		r.elements(x, what)
		return r.err == nil
	})
}

// elements reads a stretch of elements.
func (r *checkpointReader) elements(x tensor.Tensor, what string) {
	b := r.bytes(x.Len()*int(r.size), what)
	if r.err != nil {
		return
	}
	if r.size == 8 {
		r.f64 = grown(r.f64, x.Len())
		for i := range r.f64 {
			r.f64[i] = math.Float64frombits(le.Uint64(b[8*i:]))
		}
		r.device.Upload64(x, r.f64)
		return
	}
	r.f32 = grown(r.f32, x.Len())
	for i := range r.f32 {
		r.f32[i] = math.Float32frombits(le.Uint32(b[4*i:]))
	}
	r.device.Upload(x, r.f32)
}

// end reads the sum, behind which nothing may stand.
func (r *checkpointReader) end() {
	want := r.sum.Sum(nil)
	if got := r.bytes(len(want), "sum"); r.err == nil && string(got) != string(want) {
		r.fail("its sum is not that of its bytes: it is damaged")
	}
	if r.err == nil {
		if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) {
			r.fail("something stands behind its end")
		}
	}
}
