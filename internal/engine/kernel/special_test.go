package kernel

import (
	"math"
	"testing"
)

// Every pair of the values whose treatment an instruction may see differently:
// instruction sets disagree about NaN, -0 and the greatest of two, so that a
// kernel has to say what it means. A pair stands in vectors and behind them.
func TestSpecialValues(t *testing.T) {
	inf := float32(math.Inf(1))
	special := []float32{float32(math.NaN()), -inf, -math.MaxFloat32, -1, -math.SmallestNonzeroFloat32,
		float32(math.Copysign(0, -1)), 0, math.SmallestNonzeroFloat32, 1, math.MaxFloat32, inf}
	everywhere(t, func(t *testing.T, p *Pool) {
		f := newField(7)
		for _, k := range sliced {
			for _, u := range special {
				for _, v := range special {
					const n = 8*4 + 8 + 3 // turns of each width
					a, b, c := f.slice(n), f.slice(n), f.slice(n)
					for i := range a {
						a[i], b[i], c[i] = u, u, v
					}
					wa, wb, wc := clone(a), clone(b), clone(c)
					k.run(Plain[float32]{}, wa, wb, wc)
					k.run(p, a, b, c)
					f.intact(t, k.name)
					same(t, k.name, a, wa)
					same(t, k.name, b, wb)
				}
			}
		}
		for _, k := range matrices {
			for _, u := range special {
				for _, v := range special {
					const rows, cols = 3, 8*4 + 8 + 3
					n := rows * cols
					ops := [][]float32{f.slice(n), f.slice(n), f.slice(n), f.slice(cols), f.slice(cols), f.slice(rows), f.slice(rows)}
					var want [][]float32
					for i, o := range ops {
						for j := range o {
							o[j] = [2]float32{u, v}[i%2]
						}
						want = append(want, clone(o))
					}
					k.run(Plain[float32]{}, want[0], want[1], want[2], want[3], want[4], want[5], want[6])
					k.run(p, ops[0], ops[1], ops[2], ops[3], ops[4], ops[5], ops[6])
					f.intact(t, k.name)
					for i := range ops {
						same(t, k.name, ops[i], want[i])
					}
				}
			}
		}
	})
}
