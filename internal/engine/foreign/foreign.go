package foreign

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/npy"
)

// A Report is all that is to say about an input.
type Report struct {
	Rows        int         `json:"rows"`   // N
	Width       int         `json:"width"`  // D
	Device      string      `json:"device"` // on which the gradients were computed
	Collapse    Collapse    `json:"collapse"`
	Findings    []string    `json:"findings"`
	Metrics     []Metric    `json:"metrics"`
	Spectrum    []Number    `json:"spectrum"` // of both views; see probe.Spectrum
	Gradients   []Gradient  `json:"gradients"`
	Equivalence Equivalence `json:"equivalence"`
}

// A Gradient is what a method would apply to the input.
type Gradient struct {
	Label     string           `json:"label"`
	Method    string           `json:"method"`
	Gradient  string           `json:"gradient"`
	Kind      method.Kind      `json:"kind"`
	Target    method.Target    `json:"target"`
	Predictor method.Predictor `json:"predictor"`

	Loss          Number `json:"loss"`
	PositiveNorm  Number `json:"positive_norm"`
	NegativeNorm  Number `json:"negative_norm"`
	TotalNorm     Number `json:"total_norm"`
	Cosine        Number `json:"positive_negative_cos"` // mean over the rows, 0 where either vanishes
	Balance       Number `json:"balance"`
	Approximation Number `json:"approximation"` // distance from the loss's gradient, relative to it
	Terms         []Term `json:"terms"`
}

// A Term is one part of a Gradient.
type Term struct {
	Name string      `json:"name"`
	Role method.Role `json:"role"`
	Norm Number      `json:"norm"`
}

// An Equivalence is method.Equivalence as JSON prints it.
type Equivalence struct {
	Labels []string   `json:"labels"`
	Cosine [][]Number `json:"cosine"`
	Ratio  [][]Number `json:"ratio"` // length of the row's gradient over the column's
}

// A Number prints as null in JSON where it is not finite.
type Number float64

// MarshalJSON prints the shortest decimal that reads back as the same number.
func (n Number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if v-v != 0 {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, v, 'g', -1, 64), nil
}

// small is the size, N times D, up to which gradients are computed in double
// precision by the plain loops that check everything else.
const small = 1 << 15

// Measure looks at an input. Its error is what Check says, or that the context
// has ended, or what Emit returns.
func Measure(ctx context.Context, in Input, o Options) (Report, error) {
	if err := in.Check(); err != nil {
		return Report{}, err
	}
	if in.T != nil && o.Target != "" {
		return Report{}, fmt.Errorf("target=%s has no meaning where the target's outputs are given", o.Target)
	}
	n, d := in.X[0].Rows, in.X[0].Cols
	r := Report{Rows: n, Width: d}
	views := views{matrix(in.X[0]), matrix(in.X[1])}
	m := views.measure()
	r.Metrics, r.Collapse, r.Findings = m.list(), m.collapse(), m.findings(in)
	for _, v := range m.both.Spectrum {
		r.Spectrum = append(r.Spectrum, Number(v))
	}

	device := tensor.CPU(max(1, o.Threads))
	if n*d <= small {
		device = tensor.Reference()
	}
	r.Device = device.Name()
	a := tensor.NewArena(device)
	b := in.batch(a, o)
	proposals := method.Proposals(b)
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	r.Equivalence = printable(method.Compare(a, proposals))
	for _, q := range proposals {
		shown := []method.Proposal{q}
		switch o.Method {
		case nil:
		case q.Method:
			shown = q.Variants()
		default:
			continue
		}
		var loss reading
		for i, q := range shown {
			if err := ctx.Err(); err != nil {
				return Report{}, err
			}
			taken := take(a, q)
			if i == 0 {
				loss = taken // Variants begin with it
			}
			r.Gradients = append(r.Gradients, taken.gradient(q, loss))
			if o.Emit != nil {
				if err := taken.emit(q, in.X[0].Bits, o.Emit); err != nil {
					return Report{}, err
				}
			}
		}
	}
	return r, nil
}

// Correlation is Barlow Twins' C between the views, for at most so many channels
// spread evenly over the width (see probe.Correlation).
func (in Input) Correlation(most int) probe.Square {
	return probe.Correlation(matrix(in.X[0]), matrix(in.X[1]), probe.Channels(in.X[0].Cols, most))
}

// batch brings the input to a device.
func (in Input) batch(a *tensor.Arena, o Options) *method.Batch {
	up := func(x npy.Array) tensor.Tensor {
		t := a.New(x.Rows, x.Cols)
		a.Upload64(t, x.Data)
		return t
	}
	b := &method.Batch{Pair: method.Pair{Positive: o.Target, Negative: o.Target}}
	p := &b.Pair
	for i, x := range in.X {
		z := up(x)
		p.X[i], p.Z[i], p.P[i], p.N[i] = z, z, z, z
		if in.T != nil {
			p.Positive, p.Negative = method.Momentum, method.Momentum
			t := up(in.T[i])
			p.P[i], p.N[i] = t, t
		}
	}
	if o.Method != nil {
		b.Own = map[*method.Method][]method.Setting{o.Method: o.Own}
	}
	return b
}

// printable turns a comparison's lists into rows.
func printable(e method.Equivalence) Equivalence {
	out := Equivalence{Labels: e.Labels}
	square := func(list []float64) (rows [][]Number) {
		for row := range slices.Chunk(list, max(1, len(e.Labels))) {
			numbers := make([]Number, len(row))
			for i, v := range row {
				numbers[i] = Number(v)
			}
			rows = append(rows, numbers)
		}
		return rows
	}
	out.Cosine, out.Ratio = square(e.Cosine), square(e.Ratio)
	return out
}

// ratio returns x/y, and NaN where y is 0.
func ratio(x, y float64) Number {
	if y == 0 {
		return Number(math.NaN())
	}
	return Number(x / y)
}
