package kernel

// A ConvShape is the geometry of a 3x3 convolution with padding 1. The input x
// is (N*H*W) x In, the output y (N*OutH*OutW) x Out, the weights Out x (9*In)
// with the columns in the order (ky, kx, channel).
type ConvShape struct {
	N, H, W, In int
	Out         int
	Stride      int // 1 or 2
}

// OutH returns the height of the output.
func (s ConvShape) OutH() int { return (s.H-1)/s.Stride + 1 }

// OutW returns the width of the output.
func (s ConvShape) OutW() int { return (s.W-1)/s.Stride + 1 }

// FLOPs returns the floating-point operations of one forward convolution, two
// for each multiply-add; the gradient of the input and of the weights cost as
// much each.
func (s ConvShape) FLOPs() float64 {
	return 2 * float64(s.N*s.OutH()*s.OutW()) * float64(9*s.In) * float64(s.Out)
}

// Conv is the convolution
//
//	y[n,oy,ox,o] = sum over ky, kx, c of x[n, oy*Stride+ky-1, ox*Stride+kx-1, c] * w[o,ky,kx,c]
//
// one chain of multiply-adds in the order (ky, kx, c); pixels outside the image are 0.
func (Plain[F]) Conv(y, x, w []F, s ConvShape) {
	oh, ow := s.OutH(), s.OutW()
	for p := range s.N * oh * ow {
		n, oy, ox := p/(oh*ow), p/ow%oh, p%ow
		for o := range s.Out {
			var sum F
			for ky := range 3 {
				for kx := range 3 {
					iy, ix := oy*s.Stride+ky-1, ox*s.Stride+kx-1
					if iy < 0 || iy >= s.H || ix < 0 || ix >= s.W {
						continue
					}
					from := ((n*s.H+iy)*s.W + ix) * s.In
					weights := w[(o*9+ky*3+kx)*s.In:]
					for c, v := range x[from : from+s.In] {
						sum += F(v * weights[c])
					}
				}
			}
			y[p*s.Out+o] = sum
		}
	}
}

// A convTask multiplies patches with packed weights: y[position] = patch * B.
type convTask struct {
	im        *implementation
	w         window
	x, y      []float32
	cols      int // of y
	packed    []float32
	positions int
	lines     int // positions in a part

	// Where not zero, results go to the pixels of y that are sparse apart: an
	// output of the grid's position (py, px) belongs to pixel (py*sparse+atY, px*sparse+atX)
	// of an image of height x width.
	sparse, atY, atX, height, width int
}

const patchBlock = 1 << 15 // elements of patches that are gathered at a time

func (d *desk) convolve(t convTask, images int) {
	t.im = d.im
	t.positions = images * t.w.gridY * t.w.gridX
	t.lines = max(t.im.rows, patchBlock/t.w.depth())
	if parts := 4 * (len(d.pool.helpers) + 1); t.positions*t.w.depth()*t.cols > enough {
		t.lines = max(t.im.rows, min(t.lines, ceil(t.positions, parts)))
	}
	d.conv = t
	d.run(&d.conv, ceil(t.positions, t.lines))
}

func (t *convTask) part(i int, s *scratch) {
	from, to := i*t.lines, min((i+1)*t.lines, t.positions)
	k := t.w.depth()
	stride := k + 16 // see gemmTask.left
	patches := s.a.get((to - from) * stride)
	t.w.gather(t.im, patches, stride, t.x, from, to)
	c := t.y[from*t.cols:]
	if t.sparse > 0 {
		c = s.c.get((to - from) * t.cols)
	}
	blocks := ceil(k, 2*innerBlock)
	for q := range blocks {
		k0, k1 := q*k/blocks, (q+1)*k/blocks
		b := blockB{t.packed[k0*t.im.cols:], t.im.cols, k * t.im.cols}
		t.im.block(&s.panel, to-from, t.cols, k1-k0, blockA{data: patches[k0:], row: stride, col: 1}, b, c, t.cols, q > 0)
	}
	if t.sparse > 0 {
		t.scatter(c, from, to)
	}
}

// panels returns room for the panels of a k x n matrix.
func (d *desk) panels(k, n int) []float32 {
	return d.shared.get(ceil(n, d.im.cols) * d.im.cols * k)
}

// Conv is Plain.Conv.
func (p *Pool) Conv(y, x, w []float32, s ConvShape) {
	if len(y) == 0 {
		return
	}
	d := p.open()
	t := convTask{x: x, y: y, cols: s.Out, w: window{
		height: s.H, width: s.W, channels: s.In, gridY: s.OutH(), gridX: s.OutW(),
		step: s.Stride, fromY: -1, fromX: -1, tapsY: 3, tapsX: 3,
	}}
	k, cols := 9*s.In, d.im.cols
	t.packed = d.panels(k, s.Out)
	for j := 0; j < s.Out; j += cols {
		d.im.packPanel(t.packed[j*k:], Strided[float32]{w, 1, k}, k, j, min(cols, s.Out-j))
	}
	d.convolve(t, s.N)
	d.close()
}
