package tensor

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"go.uber.org/goleak"

	"gradlab/internal/engine/random"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Quick start for adding an operation: one row in ops. It is then compared
// between the devices at several sizes and watched for allocations. If it is a
// derivative, one row in gradients checks it by central differences.

// An op is an operation of Device under test.
type op struct {
	name string
	// operands returns the shapes of the operands for a matrix of r x c.
	operands func(r, c int) [][2]int
	run      func(d Device, t []Tensor)
}

// same is n operands of the matrix's shape.
func same(n int) func(r, c int) [][2]int {
	return func(r, c int) [][2]int {
		s := make([][2]int, n)
		for i := range s {
			s[i] = [2]int{r, c}
		}
		return s
	}
}

// shape is the geometry that the convolutions are tested with: r images, c channels.
func shape(r, c, stride int) ConvShape {
	return ConvShape{N: r, H: 6, W: 5, In: c, Out: c + 3, Stride: stride}
}

func convOperands(stride int) func(r, c int) [][2]int {
	return func(r, c int) [][2]int { // x, w, y
		s := shape(r, c, stride)
		return [][2]int{{r * s.H * s.W, s.In}, {s.Out, 9 * s.In}, {r * s.OutH() * s.OutW(), s.Out}}
	}
}

// shapeOf recovers the geometry from the operands.
func shapeOf(t []Tensor, stride int) ConvShape { return shape(t[0].Rows/30, t[0].Cols, stride) }

var ops = []op{
	{"Copy", same(2), func(d Device, t []Tensor) { d.Copy(t[0], t[1]) }},
	{"Fill", same(1), func(d Device, t []Tensor) { d.Fill(t[0], 0.1) }},
	{"Scale", same(2), func(d Device, t []Tensor) { d.Scale(t[0], 0.1, t[1]) }},
	{"AddScaled", same(2), func(d Device, t []Tensor) { d.AddScaled(t[0], 0.1, t[1]) }},
	{"Mul", same(3), func(d Device, t []Tensor) { d.Mul(t[0], t[1], t[2]) }},
	{"Lerp", same(2), func(d Device, t []Tensor) { d.Lerp(t[0], 0.99, t[1]) }},
	{"AddRow", func(r, c int) [][2]int { return [][2]int{{r, c}, {1, c}} },
		func(d Device, t []Tensor) { d.AddRow(t[0], t[1]) }},
	{"MulRow", func(r, c int) [][2]int { return [][2]int{{r, c}, {1, c}, {r, c}} },
		func(d Device, t []Tensor) { d.MulRow(t[0], t[1], t[2]) }},
	{"MulCol", func(r, c int) [][2]int { return [][2]int{{r, c}, {r, 1}, {r, c}} },
		func(d Device, t []Tensor) { d.MulCol(t[0], t[1], t[2]) }},
	{"ReLU", same(2), func(d Device, t []Tensor) { d.ReLU(t[0], t[1]) }},
	{"ReLUGrad", same(3), func(d Device, t []Tensor) { d.ReLUGrad(t[0], t[1], t[2]) }},
	{"StandardizeReLU", func(r, c int) [][2]int { return [][2]int{{r, c}, {r, c}, {1, c}, {1, c}, {r, c}, {1, c}, {1, c}} },
		func(d Device, t []Tensor) { StandardizeReLU(d, t[0], t[1], t[2], t[3], t[4], t[5], t[6], 1e-3) }},
	{"StandardizeReLUGrad", func(r, c int) [][2]int {
		return [][2]int{{r, c}, {1, c}, {1, c}, {r, c}, {r, c}, {r, c}, {1, c}, {1, c}, {1, c}}
	}, func(d Device, t []Tensor) {
		StandardizeReLUGrad(d, t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8])
	}},

	{"Sum", func(r, c int) [][2]int { return [][2]int{{1, 1}, {r, c}} },
		func(d Device, t []Tensor) { d.Sum(t[0], t[1]) }},
	{"Dot", func(r, c int) [][2]int { return [][2]int{{1, 1}, {r, c}, {r, c}} },
		func(d Device, t []Tensor) { d.Dot(t[0], t[1], t[2]) }},
	{"ColSum", func(r, c int) [][2]int { return [][2]int{{1, c}, {r, c}} },
		func(d Device, t []Tensor) { d.ColSum(t[0], t[1]) }},
	{"ColDot", func(r, c int) [][2]int { return [][2]int{{1, c}, {r, c}, {r, c}} },
		func(d Device, t []Tensor) { d.ColDot(t[0], t[1], t[2]) }},
	{"RowDot", func(r, c int) [][2]int { return [][2]int{{r, 1}, {r, c}, {r, c}} },
		func(d Device, t []Tensor) { d.RowDot(t[0], t[1], t[2]) }},
	{"MeanGroups", func(r, c int) [][2]int { return [][2]int{{r, c}, {9 * r, c}} },
		func(d Device, t []Tensor) { d.MeanGroups(t[0], t[1]) }},
	{"SpreadGroups", func(r, c int) [][2]int { return [][2]int{{9 * r, c}, {r, c}} },
		func(d Device, t []Tensor) { d.SpreadGroups(t[0], t[1]) }},

	{"Gemm NN", func(r, c int) [][2]int { return [][2]int{{r, c}, {r, 3 * c}, {3 * c, c}} },
		func(d Device, t []Tensor) { d.Gemm(t[0], NN, 1, t[1], t[2], 0) }},
	{"Gemm NT", func(r, c int) [][2]int { return [][2]int{{r, c}, {r, 3 * c}, {c, 3 * c}} },
		func(d Device, t []Tensor) { d.Gemm(t[0], NT, 0.1, t[1], t[2], 1) }},
	{"Gemm TN", func(r, c int) [][2]int { return [][2]int{{r, c}, {3 * c, r}, {3 * c, c}} },
		func(d Device, t []Tensor) { d.Gemm(t[0], TN, 1, t[1], t[2], 1) }},
	{"Diagonal", func(r, c int) [][2]int { return [][2]int{{r, 1}, {r, r + c}} },
		func(d Device, t []Tensor) { d.Diagonal(t[0], t[1], t[1].Cols-t[1].Rows) }},
	{"SetDiagonal", func(r, c int) [][2]int { return [][2]int{{r, r + c}, {r, 1}} },
		func(d Device, t []Tensor) { d.SetDiagonal(t[0], 1, t[1]) }},
	{"FillDiagonal", func(r, c int) [][2]int { return [][2]int{{r, r + c}} },
		func(d Device, t []Tensor) { d.FillDiagonal(t[0], 1, -3) }},

	{"NormalizeRows", func(r, c int) [][2]int { return [][2]int{{r, c}, {r, 1}, {r, c}} },
		func(d Device, t []Tensor) { d.NormalizeRows(t[0], t[1], t[2], 1e-8) }},
	{"NormalizeRowsGrad", func(r, c int) [][2]int { return [][2]int{{r, c}, {r, c}, {r, c}, {r, 1}} },
		func(d Device, t []Tensor) { d.NormalizeRowsGrad(t[0], t[1], t[2], t[3]) }},
	{"SoftmaxRows", func(r, c int) [][2]int { return [][2]int{{r, c}, {r, 1}, {r, c}} },
		func(d Device, t []Tensor) { d.SoftmaxRows(t[0], t[1], t[2]) }},
	{"Standardize", func(r, c int) [][2]int { return [][2]int{{r, c}, {1, c}, {1, c}, {r, c}} },
		func(d Device, t []Tensor) { d.Standardize(t[0], t[1], t[2], t[3], 1e-3) }},
	{"StandardizeGrad", func(r, c int) [][2]int { return [][2]int{{r, c}, {r, c}, {r, c}, {1, c}} },
		func(d Device, t []Tensor) { d.StandardizeGrad(t[0], t[1], t[2], t[3]) }},

	{"Conv 1", convOperands(1), func(d Device, t []Tensor) { d.Conv(t[2], t[0], t[1], shapeOf(t, 1)) }},
	{"Conv 2", convOperands(2), func(d Device, t []Tensor) { d.Conv(t[2], t[0], t[1], shapeOf(t, 2)) }},
	{"ConvInputGrad 1", convOperands(1), func(d Device, t []Tensor) { d.ConvInputGrad(t[0], t[2], t[1], shapeOf(t, 1)) }},
	{"ConvInputGrad 2", convOperands(2), func(d Device, t []Tensor) { d.ConvInputGrad(t[0], t[2], t[1], shapeOf(t, 2)) }},
	{"ConvWeightGrad 1", convOperands(1), func(d Device, t []Tensor) { d.ConvWeightGrad(t[1], t[2], t[0], shapeOf(t, 1), 0) }},
	{"ConvWeightGrad 2", convOperands(2), func(d Device, t []Tensor) { d.ConvWeightGrad(t[1], t[2], t[0], shapeOf(t, 2), 1) }},
	{"Momentum", same(3), func(d Device, t []Tensor) { d.Momentum(t[0], t[1], t[2], 0.1, 0.9, 1e-3) }},
}

// fill returns tensors of the given shapes with numbers that depend on seed alone.
func fill(d Device, seed uint64, shapes [][2]int) []Tensor {
	var ts []Tensor
	for i, s := range shapes {
		t := d.New(s[0], s[1])
		x := make([]float32, t.Len())
		source := random.New(seed, random.Named("ops"), 0, i)
		for j := range x {
			x[j] = float32(source.Normal())
		}
		d.Upload(t, x)
		ts = append(ts, t)
	}
	return ts
}

func values(d Device, t Tensor) []float64 {
	x := make([]float64, t.Len())
	d.Download64(x, t)
	return x
}

// apart is the normalised mean squared error of got.
func apart(got, want []float64) float64 {
	var d, n float64
	for i, w := range want {
		d += (got[i] - w) * (got[i] - w)
		n += w * w
	}
	if d == 0 {
		return 0
	}
	return d / n
}

// Every operation gives on the CPU what the reference gives, within the
// roundings of float32: a normalised mean squared error of 1e-11 is a relative error of 3e-6.
func TestDevicesAgree(t *testing.T) {
	const bound = 1e-11
	cpu, ref := CPU(2), Reference()
	for _, o := range ops {
		for _, s := range [][2]int{{1, 1}, {2, 3}, {7, 16}, {33, 40}, {70, 5}} {
			name := fmt.Sprintf("%s %d x %d", o.name, s[0], s[1])
			shapes := o.operands(s[0], s[1])
			got, want := fill(cpu, 3, shapes), fill(ref, 3, shapes)
			o.run(cpu, got)
			o.run(ref, want)
			for i := range got {
				if e := apart(values(cpu, got[i]), values(ref, want[i])); !(e <= bound) {
					t.Errorf("%s: operand %d has error %.2g, want at most %g", name, i, e, bound)
				}
			}
		}
	}
}

// Every operation of Device stands in ops.
func TestOpsAreComplete(t *testing.T) {
	covered := map[string]bool{"Name": true, "New": true, "Upload": true, "Upload64": true, "Download": true, "Download64": true}
	for _, o := range ops {
		var name string
		fmt.Sscan(o.name, &name)
		covered[name] = true
	}
	device := reflect.TypeFor[Device]()
	for i := range device.NumMethod() {
		if name := device.Method(i).Name; !covered[name] {
			t.Errorf("%s is not tested: add a row to ops", name)
		}
	}
}

// In steady state no operation allocates. Of 20 runs a few may: a thread that
// gets its first part of some kind grows its scratch memory then.
func TestNoAllocations(t *testing.T) {
	for _, c := range []struct {
		d    Device
		r, c int
	}{{CPU(1), 9, 7}, {CPU(2), 200, 40}, {Reference(), 9, 7}} {
		for _, o := range ops {
			ts := fill(c.d, 5, o.operands(c.r, c.c))
			if n := testing.AllocsPerRun(20, func() { o.run(c.d, ts) }); n > 0 {
				t.Errorf("%s on %s allocates %v times", o.name, c.d.Name(), n)
			}
		}
	}
}

// A gradient is an operation backward that gives the derivative of <y, forward(x)> with respect to x.
type gradient struct {
	name     string
	x, y     [2]int // shapes of the argument and of the result
	forward  func(d Device, y, x Tensor)
	backward func(d Device, dx, dy, x Tensor)
}

var conv1, conv2 = ConvShape{N: 2, H: 4, W: 3, In: 2, Out: 3, Stride: 1}, ConvShape{N: 2, H: 5, W: 4, In: 2, Out: 3, Stride: 2}

// constant is an operand that does not vary.
func constant(d Device, rows, cols int) Tensor { return fill(d, 8, [][2]int{{rows, cols}})[0] }

func convGradients(name string, s ConvShape) []gradient {
	x, w, y := [2]int{s.N * s.H * s.W, s.In}, [2]int{s.Out, 9 * s.In}, [2]int{s.N * s.OutH() * s.OutW(), s.Out}
	return []gradient{
		{"ConvInputGrad " + name, x, y,
			func(d Device, y, x Tensor) { d.Conv(y, x, constant(d, w[0], w[1]), s) },
			func(d Device, dx, dy, _ Tensor) { d.ConvInputGrad(dx, dy, constant(d, w[0], w[1]), s) }},
		{"ConvWeightGrad " + name, w, y,
			func(d Device, y, v Tensor) { d.Conv(y, constant(d, x[0], x[1]), v, s) },
			func(d Device, dw, dy, _ Tensor) { d.ConvWeightGrad(dw, dy, constant(d, x[0], x[1]), s, 0) }},
	}
}

var gradients = append(append([]gradient{
	{"ReLUGrad", [2]int{4, 5}, [2]int{4, 5},
		func(d Device, y, x Tensor) { d.ReLU(y, x) },
		func(d Device, dx, dy, x Tensor) {
			y := d.New(4, 5)
			d.ReLU(y, x)
			d.ReLUGrad(dx, dy, y)
		}},
	{"SpreadGroups", [2]int{12, 3}, [2]int{4, 3},
		func(d Device, y, x Tensor) { d.MeanGroups(y, x) },
		func(d Device, dx, dy, _ Tensor) { d.SpreadGroups(dx, dy) }},
	{"NormalizeRowsGrad", [2]int{4, 5}, [2]int{4, 5},
		func(d Device, y, x Tensor) { d.NormalizeRows(y, d.New(4, 1), x, 1e-8) },
		func(d Device, dx, dy, x Tensor) {
			u, inv := d.New(4, 5), d.New(4, 1)
			d.NormalizeRows(u, inv, x, 1e-8)
			d.NormalizeRowsGrad(dx, dy, u, inv)
		}},
	{"StandardizeGrad", [2]int{6, 3}, [2]int{6, 3},
		func(d Device, y, x Tensor) { d.Standardize(y, d.New(1, 3), d.New(1, 3), x, 1e-3) },
		func(d Device, dx, dy, x Tensor) {
			q, inv := d.New(6, 3), d.New(1, 3)
			d.Standardize(q, d.New(1, 3), inv, x, 1e-3)
			d.StandardizeGrad(dx, dy, q, inv)
		}},
	{"SoftmaxRows is the derivative of its lse", [2]int{4, 5}, [2]int{4, 1},
		func(d Device, y, x Tensor) { d.SoftmaxRows(d.New(4, 5), y, x) },
		func(d Device, dx, dy, x Tensor) {
			d.SoftmaxRows(dx, d.New(4, 1), x)
			d.MulCol(dx, dy, dx)
		}},
	{"Gemm NN is the derivative of NT by its first factor", [2]int{4, 5}, [2]int{4, 3},
		func(d Device, y, x Tensor) { d.Gemm(y, NT, 0.7, x, constant(d, 3, 5), 0) },
		func(d Device, dx, dy, _ Tensor) { d.Gemm(dx, NN, 0.7, dy, constant(d, 3, 5), 0) }},
	{"Gemm TN is the derivative of NT by its second factor", [2]int{3, 5}, [2]int{4, 3},
		func(d Device, y, w Tensor) { d.Gemm(y, NT, 0.7, constant(d, 4, 5), w, 0) },
		func(d Device, dw, dy, _ Tensor) { d.Gemm(dw, TN, 0.7, dy, constant(d, 4, 5), 0) }},
}, convGradients("1", conv1)...), convGradients("2", conv2)...)

// Derivatives equal central differences, on the reference device.
func TestGradients(t *testing.T) {
	const h, bound = 1e-5, 1e-8
	d := Reference()
	for _, g := range gradients {
		ts := fill(d, 11, [][2]int{g.x, g.y})
		x, dy := ts[0], ts[1]
		y, dx, dot := d.New(g.y[0], g.y[1]), d.New(g.x[0], g.x[1]), d.New(1, 1)
		g.backward(d, dx, dy, x)
		got, at := values(d, dx), values(d, x)
		loss := func() float64 {
			d.Upload64(x, at)
			g.forward(d, y, x)
			d.Dot(dot, y, dy)
			return values(d, dot)[0]
		}
		for i, v := range at {
			at[i] = v + h
			up := loss()
			at[i] = v - h
			down := loss()
			at[i] = v
			if want := (up - down) / (2 * h); math.Abs(got[i]-want) > bound*(1+math.Abs(want)) {
				t.Errorf("%s: element %d is %v, central difference %v", g.name, i, got[i], want)
			}
		}
	}
}
