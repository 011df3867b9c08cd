package kernel

// first returns the first output row (column) that sees input row (column) i.
func (s ConvShape) first(i int) int { return max(0, (i+s.Stride-2)/s.Stride) }

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
		sums := dx[p*s.In : (p+1)*s.In]
		clear(sums)
		for oy := s.first(iy); oy < oh && oy*s.Stride <= iy+1; oy++ {
			for ox := s.first(ix); ox < ow && ox*s.Stride <= ix+1; ox++ {
				ky, kx := iy+1-oy*s.Stride, ix+1-ox*s.Stride
				from := ((n*oh+oy)*ow + ox) * s.Out
				for o, v := range dy[from : from+s.Out] {
					weights := w[(o*9+ky*3+kx)*s.In:]
					for c := range sums {
						sums[c] += F(v * weights[c])
					}
				}
			}
		}
	}
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
			t := convTask{x: dy, y: dx, cols: s.In, sparse: s.Stride, height: s.H, width: s.W, atY: atY, atX: atX}
			t.w = window{height: s.OutH(), width: s.OutW(), channels: s.Out, step: 1,
				gridY: ceil(s.H-atY, s.Stride), gridX: ceil(s.W-atX, s.Stride)}
			if s.Stride == 1 {
				t.w.fromY, t.w.fromX = -1, -1
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
