package engine

import (
	"math"
	"slices"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/probe"
	"gradlab/internal/record"
)

// onSphere takes the first step of a run with its probe, and returns beside the
// record what the frames of the sphere must be made of: outputs at length 1, both views'
// rows, and the positive and the negative terms at z, times -2N.
func onSphere(t *testing.T, settings string) (r record.Step, u [][]float64, terms [2][][]float64, axes probe.Matrix) {
	t.Helper()
	s := parse(t, small+settings)
	v, tr := start(t, s)
	x1, x2 := v.next()
	a, images := tr.arena, tr.upload(x1, x2)
	tr.online.Forward(a, &tr.pass, images)
	pair := tr.pair(images)
	for i := range 2 {
		for _, row := range rows(a, pair.Z[i]) {
			u = append(u, scaled(row, 1/math.Sqrt(inner(row, row))))
		}
	}
	split := s.Method.Both(a, tr.objective, s.Gradient, pair)
	for k, term := range split.Terms {
		role := 0
		switch s.Method.Terms[k].Role {
		case method.Negative:
			role = 1
		case method.Own:
			continue
		}
		var g [][]float64
		for _, row := range pulled(a, pair, term) {
			if row == nil {
				row = make([]float64, width(s))
			}
			g = append(g, scaled(row, -2*float64(s.Batch)))
		}
		terms[role] = plusRows(terms[role], g)
	}
	again, r := stepped(t, settings)
	return r, u, terms, again.download(again.axes)
}

// With three channels the frames are the outputs and the terms themselves, and with
// more their coordinates; arrows are tangent, and with their radial part they are the term.
func TestSphereIsTheOutputsAndTheTerms(t *testing.T) {
	for _, x := range []string{
		"method=simclr projector.width=3", "method=barlow projector.width=3", "method=vicreg projector.width=3",
		"method=byol predictor=linear projector.width=3", "method=byol predictor=none target=shared projector.width=3",
		"method=simclr projector.depth=0 encoder=mlp encoder.width=2",
		"method=simclr", "method=byol predictor=linear target=shared", "method=barlow batch=40",
	} {
		r, u, terms, axes := onSphere(t, x)
		points, length, angle := framed(t, r, sphereName), framed(t, r, sphereLengthName), framed(t, r, sphereAngleName)
		arrows := [2]record.Frame{framed(t, r, spherePositiveName), framed(t, r, sphereNegativeName)}
		n, d := len(u)/2, len(u[0])
		if want := 2 * min(n, sphereImages); points.Rows != want || points.Cols != 3 || points.Of != d || length.Rows != want || angle.Rows != want {
			t.Fatalf("%s: %d points of %d channels", x, points.Rows, points.Of)
		}
		if d <= 3 {
			for k := range axes.Data {
				if want := k%(d+1) == 0; (axes.Data[k] == 1) != want || (axes.Data[k] == 0) == want {
					t.Fatalf("%s: the axes are not the channels: %v", x, axes.Data)
				}
			}
		}
		axis := func(row []float64, k int) float64 {
			sum := 0.0
			for j, v := range row {
				if k < axes.Rows {
					sum += v * float64(axes.Row(k)[j])
				}
			}
			return sum
		}
		near := func(what string, i int, f record.Frame, j int, want float64) {
			if got := float64(f.At(i, j)); math.Abs(got-want) > 0.51*float64(f.Scale)+1e-5 {
				t.Errorf("%s: %s of point %d is %g, want %g", x, what, i, got, want)
			}
		}
		for i := range points.Rows {
			from := i%(points.Rows/2) + i/(points.Rows/2)*n
			var tangents [2][]float64
			for k := range 3 {
				near("axis", i, points, k, axis(u[from], k))
			}
			for role := range 2 {
				whole := terms[role][from]
				radial := inner(whole, u[from])
				tangents[role] = plus(whole, scaled(u[from], -radial))
				for k := range 3 {
					near("arrow", i, arrows[role], k, axis(tangents[role], k))
				}
				near("root of the tangent length", i, length, 2*role, math.Sqrt(math.Sqrt(inner(tangents[role], tangents[role]))))
				near("root of the radial part", i, length, 2*role+1, math.Copysign(math.Sqrt(math.Abs(radial)), radial))
				if d == 3 { // what is drawn is at a right angle to what it is drawn at
					along, size := 0.0, 0.0
					for k := range 3 {
						along += float64(arrows[role].At(i, k)) * float64(points.At(i, k))
						size += math.Abs(float64(arrows[role].At(i, k)))
					}
					if math.Abs(along) > 3*float64(arrows[role].Scale)+size/127 {
						t.Errorf("%s: arrow %d of point %d leaves the sphere by %g of %g", x, role, i, along, size)
					}
				}
			}
			p, q := math.Sqrt(inner(tangents[0], tangents[0])), math.Sqrt(inner(tangents[1], tangents[1]))
			if p > 1e-4 && q > 1e-4 {
				near("angle", i, angle, 0, inner(tangents[0], tangents[1])/p/q)
			}
		}
	}
}

// Without a predictor BYOL's negative term lies along the outputs: no arrow, and
// with a shared target its length is that of the positive's radial part.
func TestBYOLWithoutPredictorPushesNothing(t *testing.T) {
	_, r := stepped(t, "method=byol predictor=none target=shared projector.width=3")
	for _, v := range framed(t, r, sphereNegativeName).Data {
		if v != 0 {
			t.Fatal("a negative arrow is drawn")
		}
	}
	f := framed(t, r, sphereLengthName)
	for i := range f.Rows {
		if pull, push := float64(f.At(i, 1)), float64(f.At(i, 3)); math.Abs(pull+push) > 1.1*float64(f.Scale) || pull == 0 {
			t.Errorf("point %d is pulled along its radius by the root of %g and pushed by that of %g", i, pull, push)
		}
	}
}

// Where all of the batch is in the picture the arrows' mean lengths are the norms
// of the record, for methods that compare unit vectors.
func TestArrowsAreAsLongAsTheNorms(t *testing.T) {
	for _, x := range []string{"method=simclr", "method=moco", "method=byol predictor=linear", "method=unigrad", "method=simsiam predictor=mlp"} {
		tr, r := stepped(t, x)
		f := framed(t, r, sphereLengthName)
		for role, name := range []string{"positive_norm", "negative_norm"} {
			mean := 0.0
			for i := range f.Rows {
				mean += math.Pow(float64(f.At(i, 2*role)), 2) / float64(f.Rows)
			}
			if want := value(t, tr.spec, r, name); math.Abs(mean-want) > 0.03*want {
				t.Errorf("%s: arrows of a mean length of %g, %s %g", x, mean, name, want)
			}
		}
	}
}

// The axes stay in a run, through a branch too.
func TestAxesStay(t *testing.T) {
	for _, x := range []string{"", "at=3 then.gradient=unified", "at=3 then.lr=0.1"} {
		s := parse(t, small+x)
		v, tr := start(t, s)
		x1, x2 := v.next()
		tr.step(0, due{probe: true, ways: true}, x1, x2)
		first := tr.download(tr.axes).Data
		if then, ok := s.Branch(); ok {
			tr = tr.branch(then)
		}
		x1, x2 = v.next()
		tr.step(1, due{probe: true, ways: true}, x1, x2)
		if !slices.Equal(first, tr.download(tr.axes).Data) || len(first) != 3*width(s) {
			t.Errorf("%q: the axes have changed", x)
		}
	}
}

// The classes of the picture are those of the batch's images, and change nothing of the run.
func TestSphereKnowsTheClasses(t *testing.T) {
	s := parse(t, small+"batch=40")
	set, err := data.Open(s.Data, "")
	if err != nil {
		t.Fatal(err)
	}
	index := make([]int, s.Batch)
	source := data.NewSource(set, s.Batch, s.Augment, s.Seed)
	for _, threads := range []int{1, 2} {
		for _, r := range run(t, s, threads) {
			if r.Has&record.EachProbe == 0 {
				continue
			}
			f := framed(t, r, sphereClassName)
			source.Batch(r.Step, index)
			if f.Rows != 1 || f.Cols != sphereImages || f.Scale != 1 {
				t.Fatalf("a frame of %d x %d", f.Rows, f.Cols)
			}
			for i, v := range f.Data {
				if want := set.Train.Labels[index[i]]; uint8(v) != want {
					t.Fatalf("step %d: image %d is of class %d, not %d", r.Step, i, want, v)
				}
			}
		}
	}
}
