package engine

import (
	"crypto/sha256"
	"hash"
	"io"
	"math"

	"gradlab/internal/engine/tensor"
)

// writer returns the function that writes the state of t before the step next.
func (c checkpointer) writer(t *trainer, next int) func(io.Writer) error {
	return func(out io.Writer) error {
		w := &checkpointWriter{out: out, sum: sha256.New(), device: t.arena.Device, size: c.elementSize(), buf: make([]byte, 0, 8*stretch)}
		w.put([]byte(checkpointMagic))
		w.u32(checkpointForm)
		w.u32(Version)
		w.text(Class())
		w.text(c.spec.Query())
		w.text(c.digest)
		w.u32(uint32(next))
		w.u32(w.size)
		all := t.sections()
		w.u32(uint32(len(all)))
		for _, s := range all {
			w.section(s)
		}
		w.flush()
		if w.err == nil {
			_, w.err = out.Write(w.sum.Sum(nil))
		}
		return w.err
	}
}

// A checkpointWriter gathers bytes and hands them on in pieces. After an error,
// which it keeps, it does nothing.
type checkpointWriter struct {
	out    io.Writer
	sum    hash.Hash
	device tensor.Device
	size   uint32 // bytes of an element
	buf    []byte // what is not handed on yet
	f32    []float32
	f64    []float64
	err    error
}

// flush hands on what is in buf.
func (w *checkpointWriter) flush() {
	if w.err == nil {
		w.sum.Write(w.buf)
		_, w.err = w.out.Write(w.buf)
	}
	w.buf = w.buf[:0]
}

// room makes room for n bytes more in buf, which is at most its capacity.
func (w *checkpointWriter) room(n int) {
	if len(w.buf)+n > cap(w.buf) {
		w.flush()
	}
}

func (w *checkpointWriter) put(b []byte) { w.room(len(b)); w.buf = append(w.buf, b...) }

func (w *checkpointWriter) u32(v uint32) { w.room(4); w.buf = le.AppendUint32(w.buf, v) }

func (w *checkpointWriter) text(s string) {
	w.room(2)
	w.buf = le.AppendUint16(w.buf, uint16(len(s)))
	w.put([]byte(s))
}

func (w *checkpointWriter) section(s section) {
	w.text(s.name)
	w.u32(uint32(s.matrix.Rows))
	w.u32(uint32(s.matrix.Cols))
	if s.get != nil {
		w.room(8)
		w.buf = le.AppendUint64(w.buf, math.Float64bits(s.get()))
		return
	}
	eachStretch(s.matrix, func(x tensor.Tensor) bool {
		w.elements(x)
		return w.err == nil
	})
}

// elements writes a stretch of elements.
func (w *checkpointWriter) elements(x tensor.Tensor) {
	w.room(x.Len() * int(w.size))
	if w.size == 8 {
		w.f64 = grown(w.f64, x.Len())
		w.device.Download64(w.f64, x)
		for _, v := range w.f64 {
			w.buf = le.AppendUint64(w.buf, math.Float64bits(v))
		}
		return
	}
	w.f32 = grown(w.f32, x.Len())
	w.device.Download(w.f32, x)
	for _, v := range w.f32 {
		w.buf = le.AppendUint32(w.buf, math.Float32bits(v))
	}
}

// eachStretch cuts x into stretches and hands them to f until that says no.
func eachStretch(x tensor.Tensor, f func(tensor.Tensor) bool) {
	flat := x.Reshape(x.Len(), 1)
	for from := 0; from < flat.Rows; from += stretch {
		if !f(flat.Slice(from, min(from+stretch, flat.Rows))) {
			return
		}
	}
}

// grown returns n elements, those of v where they are enough.
func grown[F float32 | float64](v []F, n int) []F {
	if cap(v) < n {
		return make([]F, n)
	}
	return v[:n]
}
