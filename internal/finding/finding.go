// Package finding says what has been found in the records of a run: how its outputs
// stand, and at which steps something worth a word has happened. A finding is a result
// and no error. Pages, figures and the script say the same; the script's twin of this
// package is static/src/findings.js, and a shared table tests both.
package finding

import "fmt"

// A Finding is what there is to say of a run's outputs; without a text, nothing.
type Finding struct {
	Title string // "Collapsed."
	Text  string // sentences
}

// Early is the step before which a network has not had time to collapse: what looks
// like it is its beginning.
const Early = 20

// Where a collapse begins. The thresholds separate the two known collapses from
// healthy runs by a wide margin (short runs, two seeds each: healthy std x sqrt(D) 0.72
// to 0.77, collapsed to a point below 0.12; collapsed to a line off-diagonal above 0.95
// and rank below 3 with a std of 0.90).
const (
	pointLevel = 0.8  // collapse level, 1 - sqrt(D) std
	lineOff    = 0.95 // mean size of the off-diagonal correlation
	lineRank   = 3.0  // effective rank
)

// Collapse says that outputs have collapsed to a point or to a line, or nothing. level
// is the collapse level, rank the effective rank and offdiagonal the mean size of the
// off-diagonal correlation of the last step that measured them; rank 0 or NaN means that
// nothing was measured yet.
func Collapse(level, rank, offdiagonal float64) Finding {
	const title = "Collapsed."
	switch {
	case level > pointLevel:
		return Finding{title, fmt.Sprintf("All images have nearly the same output: the channels spread only %.0f\u00a0%% as far as they would if they were independent. "+
			"Alignment looks perfect, and the outputs hardly tell images apart.", 100*(1-level))}
	case rank > 0 && rank < lineRank && offdiagonal > lineOff:
		return Finding{title, fmt.Sprintf("The outputs lie on a line: every channel says the same (off-diagonal correlation %.2f, effective rank %.1f). ", offdiagonal, rank) + blind}
	}
	return Finding{}
}

const blind = "The spread of the channels still looks healthy, which is why one number is not enough."

// Where few directions begin: all three have to be so, in three probes one behind the
// other (held). What tells is the correlation; that the rank is low is what it claims, and
// healthy runs of some methods have a rank as low.
//
// Measured on Fashion-MNIST, 300 steps, a probe each 20, from step 20 on. Barlow Twins
// with lambda=0 (256 wide, three seeds; 64 and 32 wide, one each) and VICReg with nu=0 (two
// seeds): correlation 0.76 to 0.97, and 0.66 once; rank 0.02 to 0.04 of the attainable
// (0.08 to 0.12 at a width of 64, 0.17 to 0.22 at 32); level 0.23 at most. All eight methods
// as they are (two seeds each), SimCLR without a projector, Barlow Twins 64 and 1024 wide:
// correlation 0.39 at most, and 0.37 in three probes; rank from 0.02 (Barlow Twins 1024
// wide) to 0.45; level 0.41 at most. BYOL and SimSiam that collapse to a point come to a correlation
// of 0.60, at levels above 0.5 throughout.
const (
	fewLevel = 0.5  // collapse level below which the channels are spread
	fewShare = 0.25 // of the attainable rank
	fewOff   = 0.6  // mean size of the off-diagonal correlation
)

// few reports whether outputs that are spread use few directions and repeat themselves
// in their channels: dimensional collapse (Jing et al. 2021). attainable is the largest
// rank that there can be; where anything is NaN there is nothing to say.
func few(level, rank, offdiagonal, attainable float64) bool {
	return level < fewLevel && rank > 0 && rank < fewShare*attainable && offdiagonal > fewOff
}

// Directions says so of outputs of which it is true.
func Directions(rank, offdiagonal, attainable float64) Finding {
	return Finding{"Dimensional collapse.", fmt.Sprintf("The outputs use few directions: an effective rank of %.1f where %.0f is attainable, and the channels repeat each other "+
		"(off-diagonal correlation %.2f). ", rank, attainable, offdiagonal) + blind}
}
