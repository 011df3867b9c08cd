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

// first returns the first output row (column) that sees input row (column) i.
func (s ConvShape) first(i int) int { return max(0, (i+s.Stride-2)/s.Stride) }

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

// ConvInputGrad is the gradient of x for the gradient dy of y:
//
//	dx[n,iy,ix,c] = sum over oy, ox, o of dy[n,oy,ox,o] * w[o,ky,kx,c]
//
// with ky = iy+1 - oy*Stride and kx = ix+1 - ox*Stride where both lie in 0..2;
// one chain of multiply-adds in the order (oy, ox, o).
func (Plain[F]) ConvInputGrad(dx, dy, w []F, s ConvShape) {
	oh, ow := s.OutH(), s.OutW()
	for p := range s.N * s.H * s.W {
		n, iy, ix := p/(s.H*s.W), p/s.W%s.H, p%s.W
		for c := range s.In {
			var sum F
			for oy := s.first(iy); oy < oh && oy*s.Stride <= iy+1; oy++ {
				for ox := s.first(ix); ox < ow && ox*s.Stride <= ix+1; ox++ {
					ky, kx := iy+1-oy*s.Stride, ix+1-ox*s.Stride
					from := ((n*oh+oy)*ow + ox) * s.Out
					for o, v := range dy[from : from+s.Out] {
						sum += F(v * w[(o*9+ky*3+kx)*s.In+c])
					}
				}
			}
			dx[p*s.In+c] = sum
		}
	}
}

// weightParts returns the number of parts that ConvWeightGrad cuts the pixels of y in.
func (s ConvShape) weightParts() int {
	return min(32, max(1, s.N*s.OutH()*s.OutW()/1024))
}

// ConvWeightGrad is the gradient of w for the gradient dy of y:
//
//	dw[o,ky,kx,c] += sum over n, oy, ox of dy[n,oy,ox,o] * x[n, oy*Stride+ky-1, ox*Stride+kx-1, c]
//
// after dw = 0 unless add. The pixels of y are cut into weightParts parts; each
// part is one chain of multiply-adds in the order of its pixels, and the parts
// are added in order.
func (Plain[F]) ConvWeightGrad(dw, dy, x []F, s ConvShape, add bool) {
	oh, ow := s.OutH(), s.OutW()
	pixels, parts := s.N*oh*ow, s.weightParts()
	for i := range dw {
		o, ky, kx, c := i/(9*s.In), i/(3*s.In)%3, i/s.In%3, i%s.In
		var total F
		if add {
			total = dw[i]
		}
		for part := range parts {
			var sum F
			for p := part * pixels / parts; p < (part+1)*pixels/parts; p++ {
				n, iy, ix := p/(oh*ow), p/ow%oh*s.Stride+ky-1, p%ow*s.Stride+kx-1
				if iy >= 0 && iy < s.H && ix >= 0 && ix < s.W {
					sum += F(dy[p*s.Out+o] * x[((n*s.H+iy)*s.W+ix)*s.In+c])
				}
			}
			total += sum
		}
		dw[i] = total
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
	if parts := 4 * (len(d.pool.helpers) + 1); t.positions*t.w.depth()*t.cols > alone {
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
		t.im.block(&s.panel, to-from, t.cols, k1-k0, blockA{patches[k0:], stride, 1}, b, c, t.cols, q > 0)
	}
	if t.sparse > 0 {
		t.scatter(c, from, to)
	}
}

// scatter takes the results c of positions from to to-1 to their pixels.
func (t *convTask) scatter(c []float32, from, to int) {
	put := gather
	if t.cols%8 == 0 { // nothing spills
		put = t.im.gather
	}
	for from < to { // a row of the grid at a time
		n, py, px := from/(t.w.gridY*t.w.gridX), from/t.w.gridX%t.w.gridY, from%t.w.gridX
		count := min(t.w.gridX-px, to-from)
		pixel := (n*t.height+py*t.sparse+t.atY)*t.width + px*t.sparse + t.atX
		put(t.y[pixel*t.cols:], t.sparse*t.cols, c, t.cols, 0, 1, t.cols, count)
		from, c = from+count, c[count*t.cols:]
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

// ConvInputGrad is Plain.ConvInputGrad. It is a convolution of dy. With stride
// 2 the pixels of dx fall into four classes, even or odd in each direction,
// that see other taps of the kernel: four convolutions.
func (p *Pool) ConvInputGrad(dx, dy, w []float32, s ConvShape) {
	if len(dx) == 0 {
		return
	}
	d := p.open()
	for atY := range s.Stride {
		for atX := range s.Stride {
			if atY >= s.H || atX >= s.W {
				continue
			}
			t := convTask{x: dy, y: dx, cols: s.In, height: s.H, width: s.W, atY: atY, atX: atX}
			t.w = window{height: s.OutH(), width: s.OutW(), channels: s.Out, step: 1,
				gridY: ceil(s.H-atY, s.Stride), gridX: ceil(s.W-atX, s.Stride)}
			if s.Stride == 1 {
				t.w.fromY, t.w.fromX = -1, -1
			} else {
				t.sparse = 2
			}
			ky, kx := s.taps(atY), s.taps(atX)
			t.w.tapsY, t.w.tapsX = len(ky), len(kx)
			k, cols := t.w.depth(), d.im.cols
			t.packed = d.panels(k, s.In)
			for j := 0; j < s.In; j += cols {
				to := t.packed[j*k:]
				for _, y := range ky {
					for _, x := range kx {
						tap := Strided[float32]{w[(y*3+x)*s.In:], 9 * s.In, 1}
						d.im.packPanel(to, tap, s.Out, j, min(cols, s.In-j))
						to = to[s.Out*cols:]
					}
				}
			}
			d.convolve(t, s.N)
		}
	}
	d.close()
}

// taps returns the rows (or columns) of the kernel that an input row meets, at
// an offset of at from a multiple of the stride, in the order of the output's rows.
func (s ConvShape) taps(at int) []int {
	switch {
	case s.Stride == 1:
		return tapsAll
	case at == 0:
		return tapsEven
	default:
		return tapsOdd
	}
}

var (
	tapsAll  = []int{2, 1, 0}
	tapsEven = []int{1}
	tapsOdd  = []int{2, 0}
)

// A weightsTask computes the parts of the weights' gradient: dy transposed
// times patches, over the pixels of one part and, where the channels fill a
// panel, one row of the kernel.
type weightsTask struct {
	im     *implementation
	s      ConvShape
	w      window
	dy, x  []float32
	parts  int
	groups int       // 3, one for each row of the kernel, or 1
	sums   []float32 // parts x Out x 9*In
}

func (t *weightsTask) part(i int, s *scratch) {
	g, part := i%t.groups, i/t.groups
	pixels := t.s.N * t.w.gridY * t.w.gridX
	from, to := part*pixels/t.parts, (part+1)*pixels/t.parts
	w, n, all := t.w, t.w.depth(), 9*t.s.In
	w.fromY += g
	stride := ceil(n, 16) * 16
	step := min(512, max(64, patchBlock/stride))
	c := t.sums[part*t.s.Out*all+g*n:]
	for p := from; p < to; p += step {
		k := min(step, to-p)
		patches := s.a.get(step*stride + t.im.cols)
		w.gather(t.im, patches, stride, t.x, p, p+k)
		a := blockA{t.dy[p*t.s.Out:], 1, t.s.Out}
		b := blockB{patches, stride, t.im.cols}
		t.im.block(&s.panel, t.s.Out, n, k, a, b, c, all, p > from)
	}
}

// ConvWeightGrad is Plain.ConvWeightGrad.
func (p *Pool) ConvWeightGrad(dw, dy, x []float32, s ConvShape, add bool) {
	if !add {
		clear(dw)
	}
	if len(dw) == 0 || len(dy) == 0 {
		return
	}
	d := p.open()
	t := &d.weights
	*t = weightsTask{im: d.im, s: s, dy: dy, x: x, parts: s.weightParts(), groups: 1, w: window{
		height: s.H, width: s.W, channels: s.In, gridY: s.OutH(), gridX: s.OutW(),
		step: s.Stride, fromY: -1, fromX: -1, tapsY: 3, tapsX: 3,
	}}
	if s.In >= 16 {
		t.groups, t.w.tapsY = 3, 1
	}
	t.sums = d.shared.get(t.parts * len(dw))
	d.run(t, t.parts*t.groups)
	for sums := t.sums; len(sums) > 0; sums = sums[len(dw):] {
		d.im.add(dw, sums[:len(dw)])
	}
	d.close()
}
