package nn

import (
	"fmt"
	"math"
	"testing"

	"gradlab/internal/engine/random"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
)

// A bench is a net with an input, and the loss sum_ij c_ij y_ij of its output y.
type bench struct {
	net   *Net
	a     *tensor.Arena
	x     tensor.Tensor
	trace Trace
	c     []float64
}

// numbers returns n normal numbers.
func numbers(n int, name string) []float64 {
	r := random.New(3, random.Named(name), 0, 0)
	x := make([]float64, n)
	for i := range x {
		x[i] = r.Normal()
	}
	return x
}

func upload(d tensor.Device, rows, cols int, x []float64) tensor.Tensor {
	t := d.New(rows, cols)
	d.Upload64(t, x)
	return t
}

func download(d tensor.Device, t tensor.Tensor) []float64 {
	x := make([]float64, t.Len())
	d.Download64(x, t)
	return x
}

// newBench gives every weight a number of its own, so that scales and shifts of
// batch normalisation are not 1 and 0.
func newBench(net *Net, d tensor.Device, rows, cols int) *bench {
	b := &bench{net: net, a: tensor.NewArena(d), x: upload(d, rows, cols, numbers(rows*cols, "x"))}
	for _, p := range net.Params() {
		d.Upload64(p.W, numbers(p.W.Len(), p.Name))
	}
	b.c = numbers(len(b.output()), "c")
	return b
}

// output returns y; the input survives.
func (b *bench) output() []float64 {
	b.a.Reset()
	x := b.a.New(b.x.Rows, b.x.Cols)
	b.a.Copy(x, b.x)
	return download(b.a, b.net.Forward(b.a, &b.trace, x))
}

func (b *bench) loss() float64 {
	sum := 0.0
	for i, y := range b.output() {
		sum += b.c[i] * y
	}
	return sum
}

// gradient returns c as a tensor, fresh because a way back may overwrite it.
func (b *bench) gradient() tensor.Tensor {
	y := b.net.Forward(b.a, &b.trace, b.x)
	g := b.a.New(y.Rows, y.Cols)
	b.a.Upload64(g, b.c)
	return g
}

// difference is the derivative of the loss along v from the weights or images w.
func (b *bench) difference(w tensor.Tensor, v []float64) float64 {
	const h = 1e-6
	at := download(b.a, w)
	moved := func(h float64) float64 {
		x := make([]float64, len(at))
		for i := range x {
			x[i] = at[i] + h*v[i]
		}
		b.a.Upload64(w, x)
		return b.loss()
	}
	d := (moved(h) - moved(-h)) / (2 * h)
	b.a.Upload64(w, at)
	return d
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

func nets(d tensor.Device) map[string]*bench {
	return map[string]*bench{
		"conv encoder":     newBench(Encoder{ConvEncoder, 3, 3}.Build(d, 7, 6, 2), d, 4*7*6, 2),
		"mlp encoder":      newBench(Encoder{MLPEncoder, 5, 2}.Build(d, 3, 2, 2), d, 6*3*2, 2),
		"projector":        newBench(Projector{3, 5}.Build(d, 4), d, 6, 4),
		"linear predictor": newBench(Predictor{LinearPredictor, 0}.Build(d, 4), d, 6, 4),
		"mlp predictor":    newBench(Predictor{MLPPredictor, 3}.Build(d, 4), d, 6, 4),
		"no predictor":     newBench(Predictor{NoPredictor, 3}.Build(d, 4), d, 6, 4),
	}
}

// Backward and Pullback are the derivative: along a direction that no error is
// orthogonal to, central differences say the same.
func TestTheWayBackIsTheDerivative(t *testing.T) {
	for name, b := range nets(tensor.Reference()) {
		t.Run(name, func(t *testing.T) {
			near := func(what string, got, want, scale float64) {
				t.Helper()
				if math.Abs(got-want) > 1e-7*scale {
					t.Errorf("%s: %.10g along a direction, central differences say %.10g", what, got, want)
				}
			}
			length := func(x []float64) float64 { return 1 + math.Sqrt(dot(x, x)) }

			b.a.Reset()
			dx := download(b.a, b.net.Backward(b.a, &b.trace, b.gradient(), true))
			v := numbers(b.x.Len(), "along x")
			near("input", dot(dx, v), b.difference(b.x, v), length(dx)*length(v))
			for _, p := range b.net.Params() {
				g, v := download(b.a, p.G), numbers(p.W.Len(), "along "+p.Name)
				near(p.Name, dot(g, v), b.difference(p.W, v), length(g)*length(v))
			}

			// Pullback gives the same bits and leaves the weights' gradients alone.
			first := gradients(b)
			b.a.Reset()
			if got := download(b.a, b.net.Pullback(b.a, &b.trace, b.gradient())); fmt.Sprint(got) != fmt.Sprint(dx) {
				t.Error("Pullback and Backward differ at the input")
			}
			if fmt.Sprint(gradients(b)) != fmt.Sprint(first) {
				t.Error("Pullback changed the gradient of a weight")
			}

			// Backward writes, and leaving the input's gradient out changes no other.
			b.a.Reset()
			if got := b.net.Backward(b.a, &b.trace, b.gradient(), false); !got.IsNone() && len(b.net.layers) > 0 {
				t.Error("the input's gradient was not wanted")
			}
			if fmt.Sprint(gradients(b)) != fmt.Sprint(first) {
				t.Error("a second way back gives other gradients of the weights")
			}
		})
	}
}

func gradients(b *bench) (gs [][]float64) {
	for _, p := range b.net.Params() {
		gs = append(gs, download(b.a, p.G))
	}
	return gs
}

func TestShapesAndNames(t *testing.T) {
	d := tensor.Reference()
	for _, c := range []struct {
		net  *Net
		want string
	}{
		{Encoder{ConvEncoder, 4, 2}.Build(d, 28, 28, 1), "encoder.0.weight 4x9 encoder.0.scale 1x4 encoder.0.shift 1x4 " +
			"encoder.1.weight 8x36 encoder.1.scale 1x8 encoder.1.shift 1x8"},
		{Encoder{MLPEncoder, 4, 1}.Build(d, 2, 3, 2), "encoder.0.weight 4x12 encoder.0.scale 1x4 encoder.0.shift 1x4"},
		{Projector{2, 8}.Build(d, 3), "projector.0.weight 8x3 projector.0.scale 1x8 projector.0.shift 1x8 projector.1.weight 8x8 projector.1.bias 1x8"},
		{Projector{0, 8}.Build(d, 3), ""},
		{Predictor{LinearPredictor, 2}.Build(d, 3), "predictor.weight 3x3"},
		{Predictor{MLPPredictor, 2}.Build(d, 3), "predictor.0.weight 2x3 predictor.0.scale 1x2 predictor.0.shift 1x2 predictor.1.weight 3x2 predictor.1.bias 1x3"},
	} {
		got := ""
		for _, p := range c.net.Params() {
			got += fmt.Sprintf(" %s %dx%d", p.Name, p.W.Rows, p.W.Cols)
		}
		if got != "" {
			got = got[1:]
		}
		if got != c.want {
			t.Errorf("weights are\n%s, want\n%s", got, c.want)
		}
	}
}

// A net that keeps the name of a layer keeps its initial weights, on every device.
func TestInitialWeightsDependOnSeedAndNameAlone(t *testing.T) {
	first := func(d tensor.Device, p Projector, seed uint64) []float64 {
		m := Build(d, Encoder{ConvEncoder, 2, 1}, p, Predictor{Kind: NoPredictor}, 4, 4, 1)
		m.Init(d, seed)
		return download(d, m.Projector.Params()[0].W)
	}
	want := fmt.Sprint(first(tensor.Reference(), Projector{2, 8}, 1))
	if got := fmt.Sprint(first(tensor.CPU(1), Projector{4, 8}, 1)); got != want {
		t.Errorf("another depth on another device gives %s, want %s", got, want)
	}
	if got := fmt.Sprint(first(tensor.Reference(), Projector{2, 8}, 2)); got == want {
		t.Error("another seed gives the same weights")
	}
	w := first(tensor.Reference(), Projector{1, 16384}, 1)
	sum, squares := 0.0, 0.0
	for _, x := range w {
		sum += x
		squares += x * x
	}
	n := float64(len(w))
	if variance, want := squares/n, 1.0/3/2; math.Abs(sum/n) > 0.01 || math.Abs(variance-want) > 0.01*want {
		t.Errorf("mean %g and variance %g, want 0 and %g", sum/n, variance, want)
	}
}

func TestCopyFromTakesWhatHasTheSameNameAndShape(t *testing.T) {
	d := tensor.Reference()
	build := func(p Projector, seed uint64) *Model {
		m := Build(d, Encoder{ConvEncoder, 2, 1}, p, Predictor{Kind: NoPredictor}, 4, 4, 1)
		m.Init(d, seed)
		return m
	}
	from, to := build(Projector{2, 8}, 1), build(Projector{1, 8}, 2)
	to.CopyFrom(d, from)
	for i, p := range to.Params() {
		same := fmt.Sprint(download(d, p.W)) == fmt.Sprint(download(d, from.Params()[i].W))
		if want := p.Name != "projector.0.bias"; same != want { // at depth 2 there is a scale in its place
			t.Errorf("%s is the same: %v", p.Name, same)
		}
	}
}

// After its first batch a net allocates nothing.
func TestNoAllocation(t *testing.T) {
	d := tensor.CPU(1)
	net := Encoder{ConvEncoder, 4, 2}.Build(d, 8, 8, 1)
	a, x, trace := tensor.NewArena(d), d.New(8*8*8, 1), new(Trace)
	if n := testing.AllocsPerRun(10, func() {
		a.Reset()
		y := net.Forward(a, trace, x)
		net.Backward(a, trace, y, false)
	}); n != 0 {
		t.Errorf("%g allocations a step", n)
	}
}

func TestDeclared(t *testing.T) {
	var s knob.Set
	var e Encoder
	var p Projector
	var q Predictor
	e.Declare(&s)
	p.Declare(&s)
	q.Declare(&s)
	if e != (Encoder{ConvEncoder, 16, 4}) || p != (Projector{3, 256}) || q != (Predictor{NoPredictor, 64}) {
		t.Errorf("the defaults are %v %v %v", e, p, q)
	}
	for _, k := range s.All() {
		if k.Title == k.Name || k.Doc == "" {
			t.Errorf("%s has no title or no sentence", k.Name)
		}
	}
}
