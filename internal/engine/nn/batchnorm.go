package nn

import "gradlab/internal/engine/tensor"

// epsilon is added to the variance of a channel.
const epsilon = 1e-5

// BatchNorm standardises each channel over the batch and the pixels, and gives it
// a scale and a shift of its own: y = scale q + shift, q = (x - mean)/sqrt(var + 1e-5)
// with the biased variance (Ioffe and Szegedy, ICML 2015, algorithm 1). It always
// uses the statistics of the batch at hand, of each view in it on its own.
//
// It overwrites its input with q, which is what the way back needs; so it stands
// behind a layer that does not need its own output.
type BatchNorm struct {
	Scale, Shift *Param // 1 x C
}

func newBatchNorm(d tensor.Device, name string, channels int) *BatchNorm {
	b := &BatchNorm{newParam(d, name+".scale", 1, channels), newParam(d, name+".shift", 1, channels)}
	b.Scale.mean = 1
	return b
}

// Params returns scale and shift.
func (b *BatchNorm) Params() []*Param { return []*Param{b.Scale, b.Shift} }

// Forward: y = scale q + shift.
func (b *BatchNorm) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	return b.forward(a, x, s, func(y, q, mean, inv tensor.Tensor) {
		a.Standardize(q, mean, inv, q, epsilon)
		a.MulRow(y, b.Scale.W, q)
		a.AddRow(y, b.Shift.W)
	})
}

// forwardReLU is Forward followed by the ReLU behind, which saves in next, with
// the same bits in fewer passes over memory.
func (b *BatchNorm) forwardReLU(a *tensor.Arena, x tensor.Tensor, s, next *Saved) tensor.Tensor {
	next.Y = b.forward(a, x, s, func(y, q, mean, inv tensor.Tensor) {
		tensor.StandardizeReLU(a, y, q, mean, inv, q, b.Scale.W, b.Shift.W, epsilon)
	})
	return next.Y
}

// forward lets view turn x into q and returns the y that it writes, view by view,
// each with its own statistics.
func (b *BatchNorm) forward(a *tensor.Arena, x tensor.Tensor, s *Saved, view func(y, q, mean, inv tensor.Tensor)) tensor.Tensor {
	s.Y, s.Inv = x, a.New(s.Views, x.Cols)
	y := a.New(x.Rows, x.Cols)
	defer a.Release(a.Mark())
	mean := a.New(1, x.Cols)
	for i := range s.Views {
		view(y.Part(i, s.Views), x.Part(i, s.Views), mean, s.Inv.Part(i, s.Views))
	}
	return y
}

// Pullback takes scale dy through the derivative of the standardisation. It overwrites dy.
func (b *BatchNorm) Pullback(a *tensor.Arena, s *Saved, dy, _ tensor.Tensor) tensor.Tensor {
	for i := range s.Views {
		view := dy.Part(i, s.Views)
		a.MulRow(view, b.Scale.W, view)
		a.StandardizeGrad(view, view, s.Y.Part(i, s.Views), s.Inv.Part(i, s.Views))
	}
	return dy
}

// Gradients: dscale = sum of the rows of dy q, dshift = sum of the rows of dy, view by view.
func (b *BatchNorm) Gradients(a *tensor.Arena, s *Saved, dy tensor.Tensor) {
	s.sum(a, b.Scale.G, func(dst tensor.Tensor, i int) { a.ColDot(dst, dy.Part(i, s.Views), s.Y.Part(i, s.Views)) })
	s.sum(a, b.Shift.G, func(dst tensor.Tensor, i int) { a.ColSum(dst, dy.Part(i, s.Views)) })
}

// backReLU is the way back of forwardReLU: ReLU's Pullback, then Gradients where
// they are wanted, then Pullback, with the same bits in fewer passes over
// memory. It overwrites dy.
func (b *BatchNorm) backReLU(a *tensor.Arena, s, next *Saved, dy tensor.Tensor, weights bool) tensor.Tensor {
	defer a.Release(a.Mark())
	var dscale, dshift tensor.Tensor
	for i := range s.Views {
		if weights && i == 0 {
			dscale, dshift = b.Scale.G, b.Shift.G
		} else if weights && i == 1 {
			dscale, dshift = a.New(1, dy.Cols), a.New(1, dy.Cols)
		}
		view := dy.Part(i, s.Views)
		tensor.StandardizeReLUGrad(a, view, dscale, dshift, view, next.Y.Part(i, s.Views), s.Y.Part(i, s.Views), s.Inv.Part(i, s.Views), b.Scale.W, b.Shift.W)
		if weights && i > 0 {
			a.AddScaled(b.Scale.G, 1, dscale)
			a.AddScaled(b.Shift.G, 1, dshift)
		}
	}
	return dy
}
