package data

import (
	"math"
	"testing"
)

// hsv and rgb are the textbook conversions (A. R. Smith, SIGGRAPH 1978), h in turns, all else 0..1.
func hsv(r, g, b float64) (h, s, v float64) {
	v = math.Max(r, math.Max(g, b))
	low := math.Min(r, math.Min(g, b))
	if v == low {
		return 0, 0, v
	}
	d := v - low
	switch v {
	case r:
		h = math.Mod((g-b)/d+6, 6)
	case g:
		h = (b-r)/d + 2
	default:
		h = (r-g)/d + 4
	}
	return h / 6, d / v, v
}

func rgb(h, s, v float64) (r, g, b float64) {
	f := func(n float64) float64 {
		k := math.Mod(n+6*h, 6)
		return v - v*s*math.Max(0, math.Min(1, math.Min(k, 4-k)))
	}
	return f(5), f(3), f(1)
}

func TestHueAgainstHSV(t *testing.T) {
	for _, shift := range []float64{-0.5, -0.1, -0.03, 0, 0.07, 0.1, 0.49} {
		src, _ := noise(3 * 1000)
		copy(src, []uint8{0, 0, 0, 255, 255, 255, 7, 7, 7, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0, 0, 255, 255, 255, 0, 255, 9, 8, 8})
		want := make([]float64, len(src))
		for i := 0; i < len(src); i += 3 {
			h, s, v := hsv(float64(src[i])/255, float64(src[i+1])/255, float64(src[i+2])/255)
			want[i], want[i+1], want[i+2] = rgb(math.Mod(h+shift+1, 1), s, v)
			for c := range 3 {
				want[i+c] *= 255
			}
		}
		a := blank(20, 50, 3)
		a.paint(src)
		a.rotateHue(float32(shift))
		near(t, "hue", a.show(), want, 2e-3)
	}
}

func TestBrightnessContrastAndSaturation(t *testing.T) {
	const h, w = 6, 5
	bound := func(v float64) float64 { return math.Max(0, math.Min(255, v)) }
	for _, channels := range []int{1, 3} {
		a := blank(h, w, channels)
		for _, f := range []float64{0, 0.6, 1, 1.4} {
			src, _ := noise(h * w * channels)
			change := func(by func(f float32)) []float32 {
				a.paint(src)
				by(float32(f))
				return a.show()
			}

			lumas, mean := make([]float64, h*w), 0.0
			for i := range lumas {
				lumas[i] = float64(src[i*channels])
				if channels == 3 {
					lumas[i] = 0.2989*float64(src[3*i]) + 0.587*float64(src[3*i+1]) + 0.114*float64(src[3*i+2])
				}
				mean += lumas[i] / (h * w)
			}
			want := [3][]float64{make([]float64, len(src)), make([]float64, len(src)), make([]float64, len(src))}
			for i, v := range src {
				want[0][i] = bound(f * float64(v))
				want[1][i] = bound(mean + f*(float64(v)-mean))
				want[2][i] = bound(lumas[i/channels] + f*(float64(v)-lumas[i/channels]))
			}
			near(t, "brightness", change(a.brighten), want[0], 1e-3)
			near(t, "contrast", change(a.contrast), want[1], 1e-3)
			if channels == 3 {
				near(t, "saturation", change(a.saturate), want[2], 1e-3)
			}
		}
	}
}

// The order matters, and each of the four changes happens exactly once.
func TestJitterFollowsTheOrder(t *testing.T) {
	const h, w = 4, 4
	a := blank(h, w, 3)
	c := recipe{change: [3]float32{1.3, 0.7, 1.2}, hue: 0.08}
	results := map[[h * w * 3]float32]bool{}
	src, _ := noise(h * w * 3)
	for c.order = range 24 {
		a.paint(src)
		a.jitter(&c)
		got := a.show()
		results[[h * w * 3]float32(got)] = true

		a.paint(src)
		left := []int{0, 1, 2, 3}
		for order, n := c.order, uint32(4); n > 0; n-- {
			k := order % n
			order /= n
			switch left[k] {
			case 0:
				a.brighten(1.3)
			case 1:
				a.contrast(0.7)
			case 2:
				a.saturate(1.2)
			case 3:
				a.rotateHue(0.08)
			}
			left[k] = left[n-1]
		}
		want := a.show()
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("order %d: element %d is %g, want %g", c.order, i, got[i], want[i])
			}
		}
	}
	if len(results) < 12 {
		t.Errorf("24 orders give %d results", len(results))
	}
}

// Grey images have neither saturation nor hue.
func TestJitterOfGreyImages(t *testing.T) {
	a := blank(3, 4, 1)
	src, want := noise(12)
	a.paint(src)
	a.jitter(&recipe{change: [3]float32{1, 1, 0}, hue: 0.1})
	a.saturate(0)
	got := a.show()
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-3 {
			t.Fatalf("element %d is %g, want %g", i, got[i], want[i])
		}
	}
}
