package kernel

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// painter is what Pixels and Plain share.
type painter interface {
	MixRows(dst []float32, dstRow int, src []float32, from, to []int32, mix []float32, run int)
	Transpose(dst []float32, dstRow int, src []float32, srcRow, rows, cols int)
	Taps(dst, x []float32, step int, w []float32)
	AffineRows(dst, x []float32, row int, scale, shift []float32)
	MoveColour(x []float32, f, rest float32)
	Luma(dst, x []float32, run int)
	Saturate(x []float32, run int, f float32)
	RotateHue(x []float32, run int, shift float32)
}

// colouring are the kernels over colours: x in columns, dst with a run for each.
var colouring = []struct {
	name string
	run  func(k painter, dst, x []float32, run int)
}{
	{"MoveColour", func(k painter, dst, x []float32, run int) { k.MoveColour(x, 1.3, -20) }},
	{"Luma", func(k painter, dst, x []float32, run int) { k.Luma(dst, x, run) }},
	{"Saturate", func(k painter, dst, x []float32, run int) { k.Saturate(x, run, 1.3) }},
	{"Saturate, no colour", func(k painter, dst, x []float32, run int) { k.Saturate(x, run, 0) }},
	{"RotateHue on", func(k painter, dst, x []float32, run int) { k.RotateHue(x, run, 0.7) }},
	{"RotateHue back", func(k painter, dst, x []float32, run int) { k.RotateHue(x, run, -2.9) }},
	{"RotateHue not", func(k painter, dst, x []float32, run int) { k.RotateHue(x, run, 0) }},
}

// pictures compares Pixels with the plain loops, on every implementation:
// check runs both on slices from slice, and calls compare on what they wrote.
func pictures(t *testing.T, seed uint64, check func(f *field, compare func(what string, got, want []float32))) {
	everywhere(t, func(t *testing.T, _ *Pool) {
		f := newField(seed)
		check(f, func(what string, got, want []float32) {
			t.Helper()
			f.intact(t, what)
			same(t, what, got, want)
		})
	})
}

func TestColours(t *testing.T) {
	pictures(t, 11, func(f *field, compare func(string, []float32, []float32)) {
		for _, k := range colouring {
			for run := range 70 {
				columns := run % 4
				dst, x := f.slice(columns*run), f.slice(3*columns*run)
				for i := range x { // around the scale of a byte, beyond it too, with some greys
					x[i] = 128 + 100*x[i]
					if i%5 == 0 && i >= run {
						x[i] = x[i-run]
					}
				}
				wantDst, wantX := clone(dst), clone(x)
				k.run(Plain[float32]{}, wantDst, wantX, run)
				k.run(Pixels{}, dst, x, run)
				what := fmt.Sprintf("%s, %d columns of %d", k.name, columns, run)
				compare(what, dst, wantDst)
				compare(what, x, wantX)
			}
		}
	})
}

func TestAffineRows(t *testing.T) {
	pictures(t, 16, func(f *field, compare func(string, []float32, []float32)) {
		for n := range 70 {
			rows, gap := n%5, n%3
			x, scale, shift := f.slice(max(rows*(n+gap)-gap, 0)), f.slice(n), f.slice(n)
			got, want := f.slice(rows*n), make([]float32, rows*n)
			Plain[float32]{}.AffineRows(want, x, n+gap, scale, shift)
			Pixels{}.AffineRows(got, x, n+gap, scale, shift)
			compare(fmt.Sprintf("AffineRows, %d of %d", rows, n), got, want)
		}
	})
}

func TestWiden(t *testing.T) {
	pictures(t, 12, func(f *field, compare func(string, []float32, []float32)) {
		for _, n := range lengths() {
			x := make([]uint8, n)
			for i := range x {
				x[i] = uint8(f.random.Uint32())
			}
			got, want := f.slice(n), make([]float32, n)
			Plain[float32]{}.Widen(want, x)
			Pixels{}.Widen(got, x)
			compare(fmt.Sprintf("Widen of %d", n), got, want)
		}
	})
}

func TestMixRows(t *testing.T) {
	pictures(t, 13, func(f *field, compare func(string, []float32, []float32)) {
		for run := range 70 {
			const rows, sources = 5, 7
			gap := run % 3 // between the rows of dst
			src, mix := f.slice(sources*run), f.slice(rows)
			var from, to []int32
			for range rows {
				from = append(from, int32(run*f.random.IntN(sources)))
				to = append(to, int32(run*f.random.IntN(sources)))
			}
			got := f.slice(max(rows*(run+gap)-gap, 0))
			want := clone(got)
			Plain[float32]{}.MixRows(want, run+gap, src, from, to, mix, run)
			Pixels{}.MixRows(got, run+gap, src, from, to, mix, run)
			compare(fmt.Sprintf("MixRows, rows of %d", run), got, want)
		}
		Pixels{}.MixRows(nil, 8, nil, nil, nil, nil, 8)
	})
}

func TestTranspose(t *testing.T) {
	pictures(t, 14, func(f *field, compare func(string, []float32, []float32)) {
		for rows := range 26 {
			for _, cols := range []int{0, 1, 7, 8, 9, 16, 23, 32} {
				src := f.slice(max(rows*(cols+1)-1, 0))
				got := f.slice(max(cols*(rows+2)-2, 0))
				want := clone(got)
				Plain[float32]{}.Transpose(want, rows+2, src, cols+1, rows, cols)
				Pixels{}.Transpose(got, rows+2, src, cols+1, rows, cols)
				compare(fmt.Sprintf("Transpose of %d x %d", rows, cols), got, want)
			}
		}
	})
}

func TestTaps(t *testing.T) {
	pictures(t, 15, func(f *field, compare func(string, []float32, []float32)) {
		for n := range 70 {
			for radius := range 5 {
				for _, step := range []int{1, 3, 40} {
					x, w := f.slice(n+2*radius*step), f.slice(radius+1)
					got, want := f.slice(n), make([]float32, n)
					Plain[float32]{}.Taps(want, x, step, w)
					Pixels{}.Taps(got, x, step, w)
					compare(fmt.Sprintf("Taps of radius %d, step %d, %d elements", radius, step, n), got, want)
				}
			}
		}
	})
}

// A corner of the hexagon is reached to the bit, also where the hue falls short of
// 0 by less than six can tell, and a turn in steps comes back.
func TestRotateHueAtTheCorners(t *testing.T) {
	everywhere(t, func(t *testing.T, _ *Pool) {
		for _, shift := range []float32{0, 1e-9, -1e-9, -math.SmallestNonzeroFloat32} {
			x := []float32{200, 10, 10, 7 /* red */, 10, 200, 10, 7 /* green */, 10, 10, 200, 7 /* blue */}
			want := clone(x)
			Pixels{}.RotateHue(x, 4, shift)
			same(t, fmt.Sprint("shift ", shift), x, want)
		}
		x := []float32{250, 90, 20}
		for range 12 {
			Pixels{}.RotateHue(x, 1, 0.5)
		}
		for i, want := range []float32{250, 90, 20} {
			if d := x[i] - want; d*d > 1e-4 {
				t.Errorf("channel %d is off by %g after a turn", i, d)
			}
		}
	})
}

// BenchmarkPixels reports the fastest call on a picture of 32 x 32 in nanoseconds
// and, as `x-plain`, how many times faster than the plain loop that is.
func BenchmarkPixels(b *testing.B) {
	const side, line = 32, 96
	x, y, scale := random(side*line), random(side*line), random(line)
	for i := range x {
		x[i] = 128 + 40*x[i]
	}
	var rows, next [side]int32
	for i := range rows {
		rows[i], next[i] = int32(i*line), int32(min(i+1, side-1)*line)
	}
	for _, c := range []struct {
		name string
		run  func(k painter)
	}{
		{"MixRows", func(k painter) { k.MixRows(y, line, x, rows[:], next[:], scale[:side], line) }},
		{"Transpose", func(k painter) { k.Transpose(y, side, x, line, side, line) }},
		{"Taps", func(k painter) { k.Taps(y[:len(y)-24], x, 3, scale[:5]) }},
		{"AffineRows", func(k painter) { k.AffineRows(y, x, line, scale, scale) }},
		{"MoveColour", func(k painter) { k.MoveColour(x, 1.1, -3) }},
		{"Luma", func(k painter) { k.Luma(y, x, side) }},
		{"Saturate", func(k painter) { k.Saturate(x, side, 1.01) }},
		{"RotateHue", func(k painter) { k.RotateHue(x, side, 0.3) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			fastest := func(k painter) float64 {
				best := math.Inf(1)
				for range 100 {
					start := time.Now()
					for range 16 {
						c.run(k)
					}
					best = min(best, time.Since(start).Seconds()/16)
				}
				return 1e9 * best
			}
			plain, best := fastest(Plain[float32]{}), math.Inf(1)
			for b.Loop() {
				best = min(best, fastest(Pixels{}))
			}
			b.ReportMetric(best, "best-ns")
			b.ReportMetric(plain/best, "x-plain")
		})
	}
}
