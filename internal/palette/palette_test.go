package palette

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestSignalsAreSeenOnBothPapers(t *testing.T) {
	for _, theme := range []Theme{Light, Dark} {
		for _, s := range Signals() {
			if c := Contrast(s.Color, theme.Paper); c < 3 {
				t.Errorf("%s on %s paper: contrast %.2f, want 3 at least", s.Name, theme.Name, c)
			}
			text := theme.Text(s.Color)
			if c := Contrast(text, theme.Paper); c < 4.5 {
				t.Errorf("%s as text on %s paper: contrast %.2f, want 4.5 at least", s.Name, theme.Name, c)
			}
			if a, b := toLab(s.Color), toLab(text); math.Abs(math.Atan2(a.B, a.A)-math.Atan2(b.B, b.A)) > 0.1 {
				t.Errorf("%s as text on %s paper has another hue: %s", s.Name, theme.Name, text.Hex())
			}
		}
		for name, want := range map[RGB]float64{theme.Ink: 7, theme.Muted: 4.5, theme.Mark: 3} {
			if c := Contrast(name, theme.Paper); c < want {
				t.Errorf("%s on %s paper: contrast %.2f, want %g at least", name.Hex(), theme.Name, c, want)
			}
		}
	}
}

func TestContrastOfKnownPairs(t *testing.T) {
	for _, c := range []struct {
		a, b RGB
		want float64
	}{
		{RGB{}, RGB{255, 255, 255}, 21},
		{RGB{1, 2, 3}, RGB{1, 2, 3}, 1},
		{RGB{0x76, 0x76, 0x76}, RGB{255, 255, 255}, 4.54}, // the lightest grey that passes as text
	} {
		if got := Contrast(c.a, c.b); math.Abs(got-c.want) > 0.01 {
			t.Errorf("Contrast(%s, %s) = %.3f, want %.2f", c.a.Hex(), c.b.Hex(), got, c.want)
		}
	}
}

func TestLabRoundTrip(t *testing.T) {
	if l := toLab(RGB{255, 255, 255}); math.Abs(l.L-100) > 0.01 || math.Hypot(l.A, l.B) > 0.02 {
		t.Errorf("white is %v", l)
	}
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 15 {
			for b := 0; b < 256; b += 15 {
				c := RGB{uint8(r), uint8(g), uint8(b)}
				if got := toLab(c).rgb(); got != c {
					t.Fatalf("%v came back as %v", c, got)
				}
			}
		}
	}
}

func TestDivergingIsMonotoneAndSymmetric(t *testing.T) {
	zero := toLab(Diverging[128])
	if zero.L < 95 || math.Hypot(zero.A, zero.B) > 3 {
		t.Errorf("zero is %s, want near white", Diverging[128].Hex())
	}
	for k := range 127 {
		inner, outer := toLab(Diverging[128+k]), toLab(Diverging[129+k])
		if outer.L >= inner.L {
			t.Errorf("entry %d (L %.2f) is not darker than %d (L %.2f)", 129+k, outer.L, 128+k, inner.L)
		}
		red, blue := outer, toLab(Diverging[127-k])
		if math.Abs(red.L-blue.L) > 0.6 { // half a step of 8 bits
			t.Errorf("entries %d and %d differ in lightness: %.2f and %.2f", 129+k, 127-k, red.L, blue.L)
		}
		if k > 0 && red.A <= blue.A { // the innermost pair is a single grey level from zero
			t.Errorf("entry %d is not redder than %d", 129+k, 127-k)
		}
	}
	if Diverging[0] != Diverging[1] {
		t.Error("entry 0 differs from entry 1")
	}
}

func TestSequentialIsMonotone(t *testing.T) {
	l := func(i int) float64 { return toLab(Sequential[i]).L }
	for i := range 254 { // neighbours may round to the same grey level, entries two apart may not
		if l(i+1) < l(i) || l(i+2) <= l(i) {
			t.Errorf("entries %d to %d do not get lighter: %.2f, %.2f, %.2f", i, i+2, l(i), l(i+1), l(i+2))
		}
	}
}

func TestSequentialColor(t *testing.T) {
	for v, want := range map[float64]int{0: 0, 1: 255, -3: 0, 3: 255, 0.5: 128, 1.0 / 255: 1} {
		if got := SequentialColor(v); got != Sequential[want] {
			t.Errorf("%g has %s, want entry %d, %s", v, got.Hex(), want, Sequential[want].Hex())
		}
	}
	if got := SequentialColor(math.NaN()); got != Sequential[0] {
		t.Errorf("NaN has %s", got.Hex())
	}
}

func TestDivergingAt(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want int
	}{
		{0, 128}, {1, 255}, {-1, 1}, {7, 255}, {math.Inf(-1), 1}, {math.NaN(), 128},
		{0.5 / 127, 129}, {-0.5 / 127, 128}, {-0.51 / 127, 127}, {1.0 / 127, 129}, {-64.0 / 127, 64},
	} {
		if got := DivergingAt(c.v); got != c.want {
			t.Errorf("DivergingAt(%g) = %d, want %d", c.v, got, c.want)
		}
	}
}

func TestCommittedFilesAreFresh(t *testing.T) {
	for name, want := range map[string][]byte{JavaScriptFile: JavaScript(), CSSFile: CSS()} {
		got, err := os.ReadFile(filepath.Join("..", "..", "static", "src", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("static/src/%s is stale: run go generate ./internal/palette", name)
		}
	}
}
