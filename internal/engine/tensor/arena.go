package tensor

// An Arena hands out the buffers of one training step on a Device, and embeds
// that device: what a step needs to compute is one value. Reset takes all
// buffers back at once. After the first step of a shape neither New nor Reset
// allocates. An Arena belongs to one goroutine.
type Arena struct {
	Device
	chunks []Tensor // 1 x size each, in the order they were first needed
	chunk  int      // the chunk in use
	used   int      // elements used in it
}

const (
	chunkLen = 1 << 20 // elements; larger requests get a chunk of their own
	align    = 16      // elements: a cache line of float32
)

// NewArena returns an empty arena on d.
func NewArena(d Device) *Arena { return &Arena{Device: d} }

// New returns a rows x cols tensor that is valid until Reset. Its contents are
// whatever an earlier step left: write before you read.
func (a *Arena) New(rows, cols int) Tensor {
	n := rows * cols
	for ; a.chunk < len(a.chunks); a.chunk, a.used = a.chunk+1, 0 {
		if c := a.chunks[a.chunk]; a.used+n <= c.Cols {
			return a.take(c, rows, cols)
		}
	}
	a.chunks = append(a.chunks, a.Device.New(1, max(n, chunkLen)))
	return a.take(a.chunks[a.chunk], rows, cols)
}

// Zeros is New, filled with zeros.
func (a *Arena) Zeros(rows, cols int) Tensor {
	t := a.New(rows, cols)
	a.Fill(t, 0)
	return t
}

func (a *Arena) take(c Tensor, rows, cols int) Tensor {
	mem, off := c.Memory()
	t := Make(mem, off+a.used, rows, cols)
	a.used += (rows*cols + align - 1) / align * align
	return t
}

// Reset takes all buffers back. Tensors handed out before are invalid from here on.
func (a *Arena) Reset() { a.chunk, a.used = 0, 0 }

// Mark returns a position for Release: buffers taken in between can be given back early.
func (a *Arena) Mark() Mark { return Mark{a.chunk, a.used} }

// A Mark is a position in an arena.
type Mark struct{ chunk, used int }

// Release takes back all buffers handed out since m.
func (a *Arena) Release(m Mark) { a.chunk, a.used = m.chunk, m.used }

// Len returns the number of elements that the arena holds on its device.
func (a *Arena) Len() int {
	n := 0
	for _, c := range a.chunks {
		n += c.Len()
	}
	return n
}
