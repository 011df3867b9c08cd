package palette

import "math"

// Diverging is the map of correlations, fixed to -1..1: blue, near-white at
// zero, red. Entry 128 is zero and entries 128-k and 128+k are equally light,
// so neither sign looks larger. Entry 0 repeats entry 1: there are as many steps
// on either side. [DivergingAt] finds the entry of a value.
//
// Hue and chroma are those of RdBu (Cynthia Brewer, colorbrewer2.org,
// Apache-2.0); its lightness is averaged over both halves.
var Diverging = diverging()

// SequentialColor returns the colour of Sequential for a share, 0 to 1; beyond these the first
// or the last one, and for NaN the first.
func SequentialColor(share float64) RGB {
	if math.IsNaN(share) {
		return Sequential[0]
	}
	return Sequential[int(math.Floor(255*max(0, min(1, share))+0.5))]
}

// Sequential is cividis, from dark blue to yellow, for values without a sign.
// Its ten anchors are from Nuñez, Anderton and Renslow (PLoS ONE 2018); between
// them it is straight in CIELAB.
var Sequential = sequential()

// DivergingAt returns the entry of Diverging for a value; beyond -1..1 the last
// one, and for NaN that of zero. Its browser twin is in the generated module.
func DivergingAt(v float64) int {
	if math.IsNaN(v) {
		return 128
	}
	return 128 + int(math.Floor(127*max(-1, min(1, v))+0.5))
}

// DivergingColor returns the colour of a value.
func DivergingColor(v float64) RGB { return Diverging[DivergingAt(v)] }

// Entries in the order from zero outwards, as colorbrewer2.org prints them.
var (
	brewerReds  = [6]RGB{{0xF7, 0xF7, 0xF7}, {0xFD, 0xDB, 0xC7}, {0xF4, 0xA5, 0x82}, {0xD6, 0x60, 0x4D}, {0xB2, 0x18, 0x2B}, {0x67, 0x00, 0x1F}}
	brewerBlues = [6]RGB{{0xF7, 0xF7, 0xF7}, {0xD1, 0xE5, 0xF0}, {0x92, 0xC5, 0xDE}, {0x43, 0x93, 0xC3}, {0x21, 0x66, 0xAC}, {0x05, 0x30, 0x61}}
)

func diverging() (table [256]RGB) {
	var reds, blues [6]lab
	for i := range reds {
		reds[i], blues[i] = toLab(brewerReds[i]), toLab(brewerBlues[i])
		l := (reds[i].L + blues[i].L) / 2
		reds[i].L, blues[i].L = l, l
	}
	for k := range 128 {
		t := float64(k) / 127
		table[128-k] = between(blues[:], t).rgb()
		table[min(128+k, 255)] = between(reds[:], t).rgb()
	}
	table[0] = table[1]
	return table
}

func sequential() (table [256]RGB) {
	anchors := []RGB{
		{0x00, 0x22, 0x4E}, {0x12, 0x35, 0x70}, {0x3B, 0x49, 0x6C}, {0x57, 0x5D, 0x6D}, {0x70, 0x71, 0x73},
		{0x8A, 0x86, 0x78}, {0xA5, 0x9C, 0x74}, {0xC3, 0xB3, 0x69}, {0xE1, 0xCC, 0x55}, {0xFE, 0xE8, 0x38},
	}
	labs := make([]lab, len(anchors))
	for i, a := range anchors {
		labs[i] = toLab(a)
	}
	for i := range table {
		table[i] = between(labs, float64(i)/255).rgb()
	}
	return table
}

// between returns the colour at t, 0 to 1, of the straight pieces between anchors.
func between(anchors []lab, t float64) lab {
	x := t * float64(len(anchors)-1)
	i := min(int(x), len(anchors)-2)
	a, b, w := anchors[i], anchors[i+1], x-float64(i)
	return lab{a.L + w*(b.L-a.L), a.A + w*(b.A-a.A), a.B + w*(b.B-a.B)}
}
