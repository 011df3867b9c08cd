package data

import (
	"math"
	"testing"

	"gradlab/internal/engine/random"
)

// noise returns n random bytes and the same as floats.
func noise(n int) ([]uint8, []float32) {
	r := random.New(1, random.Named("noise"), 0, 0)
	src, dst := make([]uint8, n), make([]float32, n)
	for i := range src {
		src[i] = uint8(r.Uint32())
		dst[i] = float32(src[i])
	}
	return src, dst
}

// near fails where got and want differ by more than tol.
func near(t *testing.T, what string, got []float32, want []float64, tol float64) {
	t.Helper()
	for i := range want {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= tol) {
			t.Fatalf("%s: element %d is %g, want %g", what, i, got[i], want[i])
		}
	}
}

// blank returns an artist for images of h x w x c without a set behind them.
func blank(h, w, c int) artist {
	s := &Set{H: h, W: w, C: c, mean: make([]float32, c), std: make([]float32, c)}
	for i := range s.std {
		s.std[i] = 1
	}
	return newArtist(s, Augment{})
}

// paint makes src, h x w x c, the artist's picture.
func (a *artist) paint(src []uint8) { a.crop(src, box{width: 1, height: 1}, false) }

// show returns the picture, h x w x c.
func (a *artist) show() []float32 {
	dst := make([]float32, a.h*a.n)
	a.finish(dst, 0)
	return dst
}

// The crop as its doc comment says it, in float64, one pixel at a time.
func TestCropIsBilinear(t *testing.T) {
	for _, c := range []struct {
		h, w, c int
		b       box
	}{
		{7, 9, 3, box{0.1, 0.25, 0.5, 0.6}},
		{8, 8, 1, box{0, 0, 0.3, 0.3}},
		{5, 6, 3, box{0.55, 0.4, 0.45, 0.6}},
		{28, 28, 1, box{0.123, 0.01, 0.777, 0.9}},
		{4, 4, 3, box{0, 0, 1, 1}},
	} {
		src, _ := noise(c.h * c.w * c.c)
		a := blank(c.h, c.w, c.c)
		for _, flip := range []bool{false, true} {
			a.crop(src, c.b, flip)
			got := a.show()
			want := make([]float64, len(src))
			for y := range c.h {
				for x := range c.w {
					sy := at(c.h, c.b.top, c.b.height, y)
					sx := at(c.w, c.b.left, c.b.width, x)
					y0, x0 := math.Floor(sy), math.Floor(sx)
					to := x
					if flip {
						to = c.w - 1 - x
					}
					for ch := range c.c {
						p := func(y, x float64) float64 {
							return float64(src[(int(math.Min(y, float64(c.h-1)))*c.w+int(math.Min(x, float64(c.w-1))))*c.c+ch])
						}
						fy, fx := sy-y0, sx-x0
						want[(y*c.w+to)*c.c+ch] = (1-fy)*((1-fx)*p(y0, x0)+fx*p(y0, x0+1)) + fy*((1-fx)*p(y0+1, x0)+fx*p(y0+1, x0+1))
					}
				}
			}
			near(t, "crop", got, want, 1e-3)
		}
	}
}

func at(n int, start, size float64, i int) float64 {
	x := float64(n)*(start+size*(float64(i)+0.5)/float64(n)) - 0.5
	return math.Max(0, math.Min(float64(n-1), x))
}

// The blur as its doc comment says it: the whole two-dimensional sum.
func TestBlurIsTheDirectSum(t *testing.T) {
	for _, shape := range [][3]int{{28, 28, 1}, {9, 12, 3}, {10, 9, 3}} {
		h, w, c := shape[0], shape[1], shape[2]
		for _, sigma := range []float64{0.1, 0.3, 0.5, 0.75, 1, 1.4, 2} {
			src, got := noise(h * w * c)
			a := blank(h, w, c)
			a.paint(src)
			a.finish(got, sigma)
			radius := int(math.Ceil(2 * sigma))
			sum := 0.0
			for i := -radius; i <= radius; i++ {
				sum += math.Exp(-float64(i*i) / (2 * sigma * sigma))
			}
			want := make([]float64, len(src))
			for y := range h {
				for x := range w {
					for ch := range c {
						for i := -radius; i <= radius; i++ {
							for j := -radius; j <= radius; j++ {
								weight := math.Exp(-float64(i*i+j*j)/(2*sigma*sigma)) / (sum * sum)
								want[(y*w+x)*c+ch] += weight * float64(src[(inside(y+i, h)*w+inside(x+j, w))*c+ch])
							}
						}
					}
				}
			}
			near(t, "blur", got, want, 1e-3)
		}
	}
}

// inside reflects without repeating the border: ... 2 1 | 0 1 2 ... n-1 | n-2 ...
func inside(i, n int) int {
	period := 2 * (n - 1)
	i = ((i % period) + period) % period
	return min(i, period-i)
}

func TestEraseCoversOneRectangle(t *testing.T) {
	const h, w = 10, 20
	a := blank(h, w, 3)
	_, dst := noise(h * w * 3)
	for i := range dst {
		dst[i]++ // nothing is 0 before
	}
	a.erase(dst, &recipe{eraseX: 0.25, eraseW: 0.5, eraseY: 0.4, eraseH: 0.3})
	for y := range h {
		for x := range w {
			covered := x >= 5 && x < 15 && y >= 4 && y < 7
			for c := range 3 {
				if (dst[(y*w+x)*3+c] == 0) != covered {
					t.Fatalf("row %d, column %d: covered %v", y, x, !covered)
				}
			}
		}
	}
}

// cooked draws n recipes.
func cooked(a Augment, n int) []recipe {
	all := make([]recipe, n)
	for i := range all {
		r := random.New(3, viewStreams[0], 0, i)
		all[i] = cook(&a, &r)
	}
	return all
}

// Probabilities, within five standard deviations on fixed dice.
func TestRecipesHaveTheirProbabilities(t *testing.T) {
	const n = 10000
	for _, c := range []struct {
		name string
		a    Augment
		p    float64
		is   func(r recipe) bool
	}{
		{"flip", everything, 0.5, func(r recipe) bool { return r.flip }},
		{"half a flip", Augment{Flip: 0.5}, 0.25, func(r recipe) bool { return r.flip }},
		{"no flip", Augment{}, 0, func(r recipe) bool { return r.flip }},
		{"jitter", everything, 0.8, func(r recipe) bool { return r.jitter }},
		{"no jitter", Augment{}, 0, func(r recipe) bool { return r.jitter }},
		{"darker", everything, 0.5, func(r recipe) bool { return r.change[0] < 1 }},
		{"grey", everything, 0.2, func(r recipe) bool { return r.grey }},
		{"no grey", Augment{}, 0, func(r recipe) bool { return r.grey }},
		{"blur", everything, 0.5, func(r recipe) bool { return r.sigma > 0 }},
		{"strong blur", everything, 0.25, func(r recipe) bool { return r.sigma > 1.05 }},
		{"no blur", Augment{}, 0, func(r recipe) bool { return r.sigma > 0 }},
		{"erase", everything, 0.5, func(r recipe) bool { return r.erase }},
		{"no erase", Augment{}, 0, func(r recipe) bool { return r.erase }},
	} {
		count := 0
		for _, r := range cooked(c.a, n) {
			if c.is(r) {
				count++
			}
		}
		if d := math.Abs(float64(count) - n*c.p); d > 5*math.Sqrt(n*c.p*(1-c.p)) {
			t.Errorf("%s: %d of %d, want %g", c.name, count, n, n*c.p)
		}
	}
}

func TestRecipesStayInTheirRanges(t *testing.T) {
	for _, s := range []float64{0, 0.3, 1} {
		a := Augment{Crop: s, Flip: s, Jitter: s, Grey: s, Blur: s, Erase: s}
		order := map[uint32]int{}
		small, large := 2.0, 0.0
		for i, r := range cooked(a, 5000) {
			order[r.order]++
			b := r.crop
			area, aspect := b.width*b.height, b.width/b.height
			small, large = min(small, area), max(large, area)
			const tiny = 1e-9
			switch limit := math.Pow(4.0/3, s); {
			case b.left < 0 || b.top < 0 || b.left+b.width > 1+tiny || b.top+b.height > 1+tiny:
				t.Fatalf("strength %g: crop %+v leaves the image", s, b)
			case area < 1-0.8*s-tiny || area > 1+tiny || aspect > limit+tiny || aspect < 1/limit-tiny:
				t.Fatalf("strength %g: crop %+v has area %g and aspect %g", s, b, area, aspect)
			case s == 0 && b != box{width: 1, height: 1}:
				t.Fatalf("strength 0 crops %+v", b)
			}
			for _, f := range r.change {
				if math.Abs(float64(f)-1) > 0.4*s+1e-6 {
					t.Fatalf("strength %g changes by %g", s, f)
				}
			}
			if math.Abs(float64(r.hue)) > 0.1*s+1e-6 || r.sigma > 0.1+1.9*s {
				t.Fatalf("strength %g: hue %g, sigma %g", s, r.hue, r.sigma)
			}
			if area := r.eraseW * r.eraseH; area > 0.33*s+tiny || r.eraseX+r.eraseW > 1+tiny || r.eraseY+r.eraseH > 1+tiny || r.eraseX < 0 || r.eraseY < 0 {
				t.Fatalf("strength %g, recipe %d: erases %g of the image at %g, %g", s, i, area, r.eraseX, r.eraseY)
			}
		}
		if len(order) != 24 {
			t.Errorf("%d of 24 orders occur", len(order))
		}
		if small > 1-0.78*s || large < 0.97 {
			t.Errorf("strength %g: areas from %g to %g", s, small, large)
		}
	}
}

// Changing the strength of one operation leaves the dice of the others as they fell.
func TestStrengthsAreIndependent(t *testing.T) {
	all := cooked(everything, 200)
	for name, a := range map[string]Augment{
		"crop":   {Crop: 0.5, Flip: 1, Jitter: 1, Grey: 1, Blur: 1, Erase: 1},
		"flip":   {Crop: 1, Flip: 0, Jitter: 1, Grey: 1, Blur: 1, Erase: 1},
		"jitter": {Crop: 1, Flip: 1, Jitter: 0, Grey: 1, Blur: 1, Erase: 1},
		"grey":   {Crop: 1, Flip: 1, Jitter: 1, Grey: 0, Blur: 1, Erase: 1},
		"blur":   {Crop: 1, Flip: 1, Jitter: 1, Grey: 1, Blur: 0, Erase: 1},
		"erase":  {Crop: 1, Flip: 1, Jitter: 1, Grey: 1, Blur: 1, Erase: 0},
	} {
		for i, got := range cooked(a, len(all)) {
			want := all[i]
			switch name { // take over what may differ
			case "crop":
				got.crop = want.crop
			case "flip":
				got.flip = want.flip
			case "jitter":
				got.jitter, got.change, got.hue = want.jitter, want.change, want.hue
			case "grey":
				got.grey = want.grey
			case "blur":
				got.sigma = want.sigma
			case "erase":
				got.erase, got.eraseX, got.eraseY, got.eraseW, got.eraseH = want.erase, want.eraseX, want.eraseY, want.eraseW, want.eraseH
			}
			if got != want {
				t.Fatalf("%s changes recipe %d:\n%+v\n%+v", name, i, got, want)
			}
		}
	}
}

func TestExp(t *testing.T) {
	for x := -50.0; x <= 5; x += 0.37 {
		if got, want := exp(x), math.Exp(x); math.Abs(got-want) > 1e-12*want {
			t.Errorf("exp(%g) = %g, want %g", x, got, want)
		}
	}
}
