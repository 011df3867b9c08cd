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
	stride := ceil(n, 16)*16 + 16 // room for the last panel and for what spills
	step := min(512, max(64, patchBlock/stride))
	c := t.sums[part*t.s.Out*all+g*n:]
	for p := from; p < to; p += step {
		k := min(step, to-p)
		patches := s.a.get(step*stride + t.im.cols)
		w.gather(t.im, patches, stride, t.x, p, p+k)
		a := t.im.packTiles(&s.b, t.dy[p*t.s.Out:], t.s.Out, t.s.Out, k)
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
