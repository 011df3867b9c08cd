package kernel

import (
	"fmt"
	"sync/atomic"
)

// An implementation is the set of inner loops that a Pool drives, for one kind
// of machine. All loops but the product's tile give the same bits everywhere;
// the tile gives those of its class.
type implementation struct {
	name  string // "avx2"
	class string // "fma" or "plain"

	// The most that a core can do: a round is that many multiply-adds; see ceiling.go.
	multiplyAdds func(rounds int)
	aRound       int

	// Element by element, on slices of the length of the first; see each.go,
	// relu.go, standardize.go, normalize.go, momentum.go and softmax.go.
	fill           func(dst []float32, v float32)
	scale          func(dst []float32, a float32, x []float32)
	add            func(dst, x []float32)
	addScaled      func(dst []float32, a float32, x []float32)
	mul            func(dst, x, y []float32)
	lerp           func(dst []float32, a, b float32, x []float32)
	relu           func(dst, x []float32)
	reluGrad       func(dst, dy, y []float32)
	affineReLU     func(dst, x, scale, shift []float32)
	affineReLUGrad func(dst, dy, x, scale, shift []float32)
	centre         func(dst, x, mean, inv []float32)
	centreGrad     func(dst, g, q, inv, mg, mgq []float32)
	tangent        func(dst, g, u []float32, d, inv float32)
	momentum       func(w, v, g []float32, lr, mu, wd float32)
	exp            func(dst, x []float32, m float32)

	// Along a row, in stripes; see sum.go.
	sum      func(x []float32) float32
	dot      func(x, y []float32) float32
	greatest func(x []float32) float32

	// Down the columns of one part of the rows, in fours: len(dst) columns of
	// matrices whose rows are stride apart; see columns.go.
	colSum     func(dst, x []float32, stride, rows int)
	colDot     func(dst, x, y []float32, stride, rows int)
	colSquares func(dst, x, mean []float32, stride, rows int)

	// The matrix product: tiles of at most rows x cols, B in panels of cols
	// columns; see panel.go. stripes is gather for many lines that are far apart,
	// transpose packs eight columns at a time; either may be nil.
	rows, cols int
	tiles      func(p *panel)
	gather     func(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int) // may spill; see window.go
	stripes    func(dst []float32, dstStep int, src []float32, srcStep, srcLine, lines, run, n int) // or nil
	transpose  func(dst []float32, dstRow int, src []float32, srcRow, blocks int)

	// The eigenvalue problem, in float64.
	eigen *eigenLoops

	// Pictures, or nil where this machine has the plain loops only; see pixels.go.
	pixels *pixelLoops
}

// current is the implementation in use.
var current atomic.Pointer[implementation]

func init() {
	all := implementations()
	current.Store(all[len(all)-1])
}

// Implementations returns the names of what this machine has, slowest first:
// "plain", then "avx2" and "avx512" on amd64, or "neon" on arm64.
func Implementations() []string {
	var names []string
	for _, im := range implementations() {
		names = append(names, im.name)
	}
	return names
}

// Use chooses an implementation by name, for all Pools. The fastest is in use
// from the start. It may not be called while a kernel runs.
func Use(name string) error {
	for _, im := range implementations() {
		if im.name == name {
			current.Store(im)
			return nil
		}
	}
	return fmt.Errorf("kernel: this machine has no implementation %q, only %v", name, Implementations())
}

// Using returns the name of the implementation in use.
func Using() string { return current.Load().name }

// Class returns the class of machines that give the same bits as the
// implementation in use: "fma" (multiply-adds with one rounding: AVX2, AVX-512, NEON) or "plain".
func Class() string { return current.Load().class }

// plain is the implementation without assembly.
var plain = &implementation{
	name:  "plain",
	class: "plain",

	multiplyAdds: multiplyAdds,
	aRound:       8,

	fill:           Plain[float32]{}.Fill,
	scale:          Plain[float32]{}.Scale,
	add:            accumulate[float32],
	addScaled:      Plain[float32]{}.AddScaled,
	mul:            Plain[float32]{}.Mul,
	lerp:           Plain[float32]{}.Lerp,
	relu:           Plain[float32]{}.ReLU,
	reluGrad:       Plain[float32]{}.ReLUGrad,
	affineReLU:     affineReLU[float32],
	affineReLUGrad: affineReLUGrad[float32],
	centre:         centre,
	centreGrad:     centreGrad,
	tangent:        tangent[float32],
	momentum:       Plain[float32]{}.Momentum,
	exp:            expShifted[float32],

	sum:      sum[float32],
	dot:      dot[float32],
	greatest: greatest[float32],

	colSum:     colSum,
	colDot:     colDot,
	colSquares: colSquares,

	rows:   4,
	cols:   16,
	tiles:  plainTiles,
	gather: gather,

	eigen: plainEigen,
}
