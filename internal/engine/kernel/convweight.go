package kernel

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
	if !add {
		clear(dw)
	}
	var room [64]F // sums of a stretch of channels
	for from := 0; from < len(dw); {
		o, ky, kx, c := from/(9*s.In), from/(3*s.In)%3, from/s.In%3, from%s.In
		sums := room[:min(len(room), s.In-c)]
		for part := range parts {
			clear(sums)
			for p := part * pixels / parts; p < (part+1)*pixels/parts; p++ {
				n, iy, ix := p/(oh*ow), p/ow%oh*s.Stride+ky-1, p%ow*s.Stride+kx-1
				if iy < 0 || iy >= s.H || ix < 0 || ix >= s.W {
					continue
				}
				v := dy[p*s.Out+o]
				for i, a := range x[((n*s.H+iy)*s.W+ix)*s.In+c:][:len(sums)] {
					sums[i] += F(v * a)
				}
			}
			accumulate(dw[from:from+len(sums)], sums)
		}
		from += len(sums)
	}
}

// A weightsTask computes the parts of the weights' gradient, transposed: patches,
// of which each column is a row of the product, times dy, over the pixels of one
// part. That way round the patches need no packing, and a panel of dy serves all
// of them.
type weightsTask struct {
	im     *implementation
	s      ConvShape
	w      window
	dy, x  []float32
	parts  int
	groups int       // of panels of dy
	sums   []float32 // parts x 9*In x Out
}

func (t *weightsTask) part(i int, s *scratch) {
	g, part := i%t.groups, i/t.groups
	cols, out, all := t.im.cols, t.s.Out, 9*t.s.In
	panels := ceil(out, cols)
	j0, j1 := g*panels/t.groups*cols, min((g+1)*panels/t.groups*cols, out)
	pixels := t.s.N * t.w.gridY * t.w.gridX
	from, to := part*pixels/t.parts, (part+1)*pixels/t.parts
	stride := oddLine(t.w.depth())
	sums := t.sums[part*out*all:]
	for p := from; p < to; p += blocks.pixels {
		k := min(blocks.pixels, to-p)
		b := blockB{t.dy[p*out+j0:], out, cols}
		if out%cols != 0 || out > 2*cols {
			b = blockB{s.b.get(ceil(j1-j0, cols) * cols * k), cols, cols * k}
			for j := j0; j < j1; j += cols {
				t.im.packPanel(b.data[(j-j0)*k:], Strided[float32]{t.dy[p*out:], out, 1}, k, j, min(cols, j1-j))
			}
		}
		patches := s.a.get(k * stride)
		for taps := 0; taps < 3; taps += t.w.tapsY {
			w := t.w
			w.fromY += taps
			w.gather(t.im, patches, stride, t.x, p, p+k)
			c := sums[taps*3*t.s.In*out+j0:]
			t.im.block(&s.panel, w.depth(), j1-j0, k, blockA{data: patches, row: 1, col: stride}, b, c, out, p > from)
		}
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
	if blocks.pixels*t.w.depth() > 2*blocks.patch {
		t.w.tapsY = 1
	}
	if want := 4 * (len(p.helpers) + 1); t.parts < want {
		t.groups = min(ceil(s.Out, d.im.cols), ceil(want, t.parts))
	}
	n := len(dw)
	room := d.shared.get((t.parts + 1) * n)
	t.sums = room[n:]
	d.run(t, t.parts*t.groups)
	total := room[:n] // dw transposed
	d.im.transposed(total, dw, s.Out, 9*s.In)
	for part := range t.parts {
		d.im.add(total, t.sums[part*n:][:n])
	}
	d.im.transposed(dw, total, 9*s.In, s.Out)
	d.close()
}
