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
