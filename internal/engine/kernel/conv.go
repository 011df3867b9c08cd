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
// Its parts are rows of an image's grid, or several images. Patches are read in
// place, a line of A for each row of taps and a turn for each row of the grid;
// only where these lines are short are they gathered.
type convTask struct {
	im       *implementation
	w        window
	x, y     []float32
	cols     int // of y
	packed   []float32
	images   int
	bands    int // parts of an image, or
	many     int // images in a part
	gathered bool

	// Results go to the pixels of y that are sparse apart: an output of the
	// grid's position (py, px) belongs to pixel (py*sparse+atY, px*sparse+atX) of
	// an image of height x width.
	sparse, atY, atX, height, width int
}

// shortLine is the length of lines of A, in elements, below which patches are gathered.
const shortLine = 32

func (d *desk) convolve(t convTask, images int) {
	t.im, t.images = d.im, images
	t.gathered = t.w.tapsX*t.w.channels < shortLine && t.sparse == 1
	height, width := t.w.reach(t.w.gridY)
	size := height * width * t.w.channels // elements of an image
	if t.gathered {
		size = t.w.gridY * t.w.gridX * t.w.depth()
	}
	t.bands, t.many = 1, max(1, min(blocks.patch/size, images/(4*(len(d.pool.helpers)+1))))
	if size > blocks.patch {
		t.bands = min(t.w.gridY, ceil(size, blocks.patch))
	}
	d.conv = t
	d.run(&d.conv, ceil(images, t.many)*t.bands)
}

func (t *convTask) part(i int, s *scratch) {
	from, to := i*t.many, min((i+1)*t.many, t.images) // images
	top, end := 0, t.w.gridY                          // rows of their grids
	if t.bands > 1 {
		from, to = i/t.bands, i/t.bands+1
		top, end = i%t.bands*t.w.gridY/t.bands, (i%t.bands+1)*t.w.gridY/t.bands
	}
	if t.gathered {
		t.gather(s, (from*t.w.gridY+top)*t.w.gridX, ((to-1)*t.w.gridY+end)*t.w.gridX)
	} else {
		t.inPlace(s, from, to, top, end)
	}
}

// gather computes positions from to to-1, counted over all images.
func (t *convTask) gather(s *scratch, from, to int) {
	k, cols := t.w.depth(), t.im.cols
	stride := oddLine(k)
	patches := s.a.get((to - from) * stride)
	t.w.gather(t.im, patches, stride, t.x, from, to)
	t.im.block(&s.panel, to-from, t.cols, k, blockA{data: patches, row: stride, col: 1},
		blockB{t.packed, cols, k * cols}, t.y[from*t.cols:], t.cols, false)
}

// inPlace computes rows top to end-1 of the grids of images from to to-1.
func (t *convTask) inPlace(s *scratch, from, to, top, end int) {
	p := &s.panel
	a := t.w.frame(&s.a, t.x, from, to, top, end)
	p.aRow, p.aCol, p.aLine, p.bRow, p.cRow = t.w.step*t.w.channels, 1, a.line, t.im.cols, t.sparse*t.cols
	p.turns, p.aTurn, p.cTurn = end-top, t.w.step*a.line, t.sparse*t.width*t.cols
	run := t.w.tapsX * t.w.channels
	passes := ceil(t.w.tapsY, max(1, blocks.inner/run))
	for q := range passes {
		l0, l1 := q*t.w.tapsY/passes, (q+1)*t.w.tapsY/passes
		p.lines, p.k, p.add = l1-l0, run, q > 0
		for j := 0; j < t.cols; j += t.im.cols {
			p.cols = min(t.im.cols, t.cols-j)
			p.b = t.packed[j*t.w.tapsY*run+l0*run*t.im.cols:]
			p.ahead = 0
			if j+t.im.cols < t.cols {
				p.ahead = t.w.tapsY * run * t.im.cols
			}
			for n := from; n < to; n++ {
				c := ((n*t.height+top*t.sparse+t.atY)*t.width+t.atX)*t.cols + j
				t.im.column(p, t.w.gridX, a.data[(n-from)*a.image+l0*a.line:], 0, t.y[c:])
				p.ahead = 0
			}
		}
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
	t := convTask{x: x, y: y, cols: s.Out, sparse: 1, height: s.OutH(), width: s.OutW(), w: window{
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
