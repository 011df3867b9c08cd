package templates

import "fmt"

// The thresholds of Collapse. They separate the two known collapses from healthy
// runs by a wide margin (shared notes on short runs, two seeds each: healthy std
// x sqrt(D) 0.72 to 0.77, collapsed to a point below 0.12; collapsed to a line
// off-diagonal above 0.95 and rank below 3 with a std of 0.90).
const (
	pointLevel = 0.8  // collapse level, 1 - sqrt(D) std
	lineOff    = 0.95 // mean size of the off-diagonal correlation
	lineRank   = 3.0  // effective rank
)

// Collapse says in words that a run's outputs have collapsed, or returns "".
// level is the collapse level, rank the effective rank and offdiagonal the mean
// size of the off-diagonal correlation of the last step that measured them; rank
// 0 means that nothing was measured yet. A collapse is a result, not an error.
// Its browser twin is collapse in static/src/words.js; a shared table tests both.
func Collapse(level, rank, offdiagonal float64) string {
	switch {
	case level > pointLevel:
		return fmt.Sprintf("All images have nearly the same output: the channels spread only %.0f\u00a0%% as far as they would if they were independent. "+
			"Alignment looks perfect, and nothing is learnt.", 100*(1-level))
	case rank > 0 && rank < lineRank && offdiagonal > lineOff:
		return fmt.Sprintf("The outputs lie on a line: every channel says the same (off-diagonal correlation %.2f, effective rank %.1f). "+
			"The spread of the channels still looks healthy, which is why one number is not enough.", offdiagonal, rank)
	}
	return ""
}
