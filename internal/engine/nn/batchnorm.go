package nn

import "gradlab/internal/engine/tensor"

// normEps is added to the variance, as in the libraries that the papers used.
const normEps = 1e-5

// A BatchNorm layer standardises each channel over the batch, and for images
// over their pixels, then scales and shifts it: y = gamma q + beta (Ioffe and
// Szegedy 2015, algorithm 1).
type BatchNorm struct {
	Gamma, Beta *Param // 1 x C
}

func newBatchNorm(d tensor.Device, name string, channels int) *BatchNorm {
	b := &BatchNorm{
		Gamma: newParam(d, name+".gamma", 1, channels, false),
		Beta:  newParam(d, name+".beta", 1, channels, false),
	}
	d.Fill(b.Gamma.W, 1)
	return b
}

// Params returns gamma and beta.
func (b *BatchNorm) Params() []*Param { return []*Param{b.Gamma, b.Beta} }

// Forward overwrites x with the standardised q and saves Q and Inv.
func (b *BatchNorm) Forward(a *tensor.Arena, x tensor.Tensor, s *Saved) tensor.Tensor {
	mean := a.New(1, x.Cols)
	s.Q, s.Inv = x, a.New(1, x.Cols)
	a.Standardize(s.Q, mean, s.Inv, x, normEps)
	y := a.New(x.Rows, x.Cols)
	a.MulRow(y, b.Gamma.W, s.Q)
	a.AddRow(y, b.Beta.W)
	return y
}

// Backward adds dgamma_j = sum_i dy_ij q_ij and dbeta_j = sum_i dy_ij.
func (b *BatchNorm) Backward(a *tensor.Arena, dy tensor.Tensor, s *Saved, wantInput bool) tensor.Tensor {
	dgamma := a.New(1, dy.Cols)
	a.ColDot(dgamma, dy, s.Q)
	a.AddScaled(b.Gamma.G, 1, dgamma)
	addColSum(a, b.Beta.G, dy)
	if !wantInput {
		return tensor.Tensor{}
	}
	return b.Pullback(a, dy, s)
}

// Pullback returns the gradient of the input, through the batch's statistics.
func (b *BatchNorm) Pullback(a *tensor.Arena, dy tensor.Tensor, s *Saved) tensor.Tensor {
	dx := a.New(dy.Rows, dy.Cols)
	a.MulRow(dx, b.Gamma.W, dy)
	a.StandardizeGrad(dx, dx, s.Q, s.Inv)
	return dx
}
