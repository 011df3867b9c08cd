package palette

import "math"

// Contrast is the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
func Contrast(a, b RGB) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is the relative luminance, 0 to 1 (WCAG 2.2, "relative luminance").
func luminance(c RGB) float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// linear undoes the transfer curve of sRGB (IEC 61966-2-1).
func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

// companded is the inverse of linear, unrounded: 0 to 255, and beyond for
// colours that sRGB cannot show.
func companded(x float64) float64 {
	if x <= 0.0031308 {
		return 255 * 12.92 * x
	}
	return 255 * (1.055*math.Pow(x, 1/2.4) - 0.055)
}

// A lab is a colour in CIELAB under D65: L is lightness as seen, 0 to 100.
type lab struct{ L, A, B float64 }

// The white point D65, and the two constants of CIE 15 that split cube root from straight line.
const (
	whiteX, whiteZ = 0.95047, 1.08883
	labEpsilon     = 216.0 / 24389
	labKappa       = 24389.0 / 27
)

func toLab(c RGB) lab {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	f := func(t float64) float64 {
		if t > labEpsilon {
			return math.Cbrt(t)
		}
		return (labKappa*t + 16) / 116
	}
	x := f((0.4124564*r + 0.3575761*g + 0.1804375*b) / whiteX)
	y := f(0.2126729*r + 0.7151522*g + 0.0721750*b)
	z := f((0.0193339*r + 0.1191920*g + 0.9503041*b) / whiteZ)
	return lab{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// rgb returns the colour in sRGB. Where sRGB cannot show it, lightness and hue
// stay and chroma gives way.
func (c lab) rgb() RGB {
	f := func(t float64) float64 {
		if t*t*t > labEpsilon {
			return t * t * t
		}
		return (116*t - 16) / labKappa
	}
	for ; ; c.A, c.B = 0.99*c.A, 0.99*c.B {
		fy := (c.L + 16) / 116
		x, y, z := whiteX*f(fy+c.A/500), f(fy), whiteZ*f(fy-c.B/200)
		r := companded(3.2404542*x - 1.5371385*y - 0.4985314*z)
		g := companded(-0.9692660*x + 1.8760108*y + 0.0415560*z)
		b := companded(0.0556434*x - 0.2040259*y + 1.0572252*z)
		if grey := math.Abs(c.A)+math.Abs(c.B) < 0.1; grey || min(r, g, b) > -0.5 && max(r, g, b) < 255.5 {
			return RGB{channel(r), channel(g), channel(b)}
		}
	}
}

func channel(v float64) uint8 { return uint8(math.Round(max(0, min(255, v)))) }
