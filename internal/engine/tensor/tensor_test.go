package tensor

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// panics runs f and returns what it panicked with.
func panics(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text, _ = r.(string)
		}
	}()
	f()
	return ""
}

func TestHandles(t *testing.T) {
	d := Reference()
	x := d.New(4, 3)
	d.Upload64(x, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
	if got := values(d, x.Slice(1, 3)); got[0] != 3 || len(got) != 6 {
		t.Errorf("rows 1 to 3 are %v", got)
	}
	if got := values(d, x.Slice(2, 4).Reshape(1, 6).Reshape(3, 2).Slice(2, 3)); got[0] != 10 || got[1] != 11 {
		t.Errorf("a slice of a reshaped slice is %v", got)
	}
	if !x.Part(1, 2).Same(x.Slice(2, 4)) || !x.Part(0, 4).Same(x.Slice(0, 1)) {
		t.Error("a part is not the rows that it should be")
	}
	d.Fill(x.Slice(3, 4), 0)
	if values(d, x)[9] != 0 {
		t.Error("a slice does not share memory")
	}
	if !x.Slice(0, 4).Reshape(2, 6).Same(x) || x.Slice(0, 2).Same(x) || x.IsNone() || !(Tensor{}).IsNone() {
		t.Error("Same or IsNone is wrong")
	}
}

// A programmer's mistake panics, with a message that names the operation.
func TestMistakesPanic(t *testing.T) {
	d := CPU(1)
	x, y := d.New(2, 3), d.New(3, 2)
	other := Reference().New(2, 3)
	for name, f := range map[string]func(){
		"slice":     func() { x.Slice(1, 3) },
		"equal":     func() { y.Part(0, 2) },
		"reshape":   func() { x.Reshape(4, 2) },
		"none":      func() { d.Fill(Tensor{}, 1) },
		"device":    func() { d.Copy(x, other) },
		"copy of":   func() { d.Upload(x, make([]float32, 5)) },
		"Copy":      func() { d.Copy(x, y) },
		"AddRow":    func() { d.AddRow(x, d.New(1, 2)) },
		"MulCol":    func() { d.MulCol(x, d.New(3, 1), x) },
		"Sum":       func() { d.Sum(x, y) },
		"Gemm":      func() { d.Gemm(x, NN, 1, x, x, 0) },
		"beta":      func() { d.Gemm(d.New(2, 2), NT, 1, x, x, 0.5) },
		"Diagonal":  func() { d.Diagonal(d.New(2, 1), x, 2) },
		"MeanGroup": func() { d.MeanGroups(x, d.New(5, 3)) },
		"Conv":      func() { d.Conv(x, x, x, ConvShape{N: 1, H: 2, W: 1, In: 3, Out: 3, Stride: 1}) },
		"stride":    func() { d.Conv(x, x, x, ConvShape{N: 1, H: 2, W: 1, In: 3, Out: 3, Stride: 3}) },
		"outside":   func() { m, _ := x.Memory(); Make(m, 4, 1, 3) },
	} {
		if text := panics(f); !strings.HasPrefix(text, "tensor: ") || !strings.Contains(text, name) {
			t.Errorf("%s: panicked with %q", name, text)
		}
	}
}

// A diverged run must be seen: what was NaN stays NaN.
func TestNaNPropagates(t *testing.T) {
	for _, d := range []Device{CPU(2), Reference()} {
		x, y, row, col := d.New(5, 40), d.New(5, 40), d.New(1, 40), d.New(5, 1)
		for name, f := range map[string]func(){
			"ReLU": func() { d.ReLU(y, x) },
			"StandardizeReLU": func() {
				d.Fill(row, 1)
				StandardizeReLU(d, y, d.New(5, 40), d.New(1, 40), d.New(1, 40), x, row, row, 1e-6)
			},
			"SoftmaxRows":   func() { d.SoftmaxRows(y, col, x) },
			"NormalizeRows": func() { d.NormalizeRows(y, col, x, 1e-6) },
			"Standardize":   func() { d.Standardize(y, row, row, x, 1e-6) },
			"Lerp":          func() { d.Fill(y, 1); d.Lerp(y, 0.9, x) },
		} {
			for _, at := range []int{40 + 0, 40 + 13, 40 + 39} {
				in := make([]float64, x.Len())
				in[at] = math.NaN()
				d.Upload64(x, in)
				f()
				if out := values(d, y); !math.IsNaN(out[at]) || math.IsNaN(out[at-40+80]) && !strings.HasPrefix(name, "Standardize") {
					t.Errorf("%s on %s: element %d is %v", name, d.Name(), at, out[at])
				}
			}
		}
	}
}

func TestSoftmaxOfMinusInfinity(t *testing.T) {
	for _, d := range []Device{CPU(1), Reference()} {
		x, p, lse := d.New(3, 3), d.New(3, 3), d.New(3, 1)
		d.FillDiagonal(x, 0, math.Inf(-1))
		d.SoftmaxRows(p, lse, x)
		for i, v := range values(d, p) {
			want := 0.5
			if i%4 == 0 {
				want = 0
			}
			if v != want {
				t.Errorf("%s: weight %d is %v, want %v", d.Name(), i, v, want)
			}
		}
		for _, v := range values(d, lse) {
			if math.Abs(v-math.Ln2) > 1e-7 {
				t.Errorf("%s: lse is %v, want ln 2", d.Name(), v)
			}
		}
	}
}

// Only what every Device has: the fallback of a fused operation.
type bare struct{ Device }

// A fused operation gives the bits of its composition.
func TestFusedEqualsComposition(t *testing.T) {
	for _, d := range []Device{CPU(2), Reference()} {
		for _, s := range [][2]int{{3, 5}, {40, 16}, {9, 300}} {
			row := [2]int{1, s[1]}
			pair := func(f func(d Device, t []Tensor), shapes ...[2]int) {
				t.Helper()
				got, want := fill(d, 21, shapes), fill(d, 21, shapes)
				f(NewArena(d), got)
				f(bare{d}, want)
				for i := range got {
					if a, b := values(d, got[i]), values(d, want[i]); !slices.Equal(a, b) {
						t.Errorf("%s, %v: operand %d is %v, composed %v", d.Name(), s, i, a, b)
					}
				}
			}
			both := func(weights bool) func(d Device, t []Tensor) {
				return func(d Device, t []Tensor) { // y, q, mean, inv, x, scale, shift, dy, dscale, dshift
					StandardizeReLU(d, t[0], t[1], t[2], t[3], t[4], t[5], t[6], 1e-3)
					dscale, dshift := t[8], t[9]
					if !weights {
						dscale, dshift = Tensor{}, Tensor{}
					}
					StandardizeReLUGrad(d, t[7], dscale, dshift, t[7], t[0], t[1], t[3], t[5], t[6])
				}
			}
			pair(both(true), s, s, row, row, s, row, row, s, row, row)
			pair(both(false), s, s, row, row, s, row, row, s, row, row)
		}
	}
}
