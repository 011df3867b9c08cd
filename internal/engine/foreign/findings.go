package foreign

import (
	"fmt"
	"math"
	"slices"

	"gradlab/internal/engine/probe"
)

// Where a finding begins. Runs of this lab that had collapsed to a point stood at
// levels from 0.89, one that had collapsed into a line at a rank of 1.7 and a
// correlation of 0.998; runs that went well stood at levels below 0.3.
const (
	nearlyCollapsed = 0.8
	fewDirections   = 1. / 20
	repeated        = 0.9     // mean correlation of different channels
	noNearer        = 1. / 50 // how much nearer the views of one image are, of how near they could be
)

// A Collapse says in one word whether, and how, embeddings have collapsed.
type Collapse string

// The ways to collapse; None is the absence of a sign, and no promise.
const (
	None       Collapse = "none"
	Point      Collapse = "point"      // all images have one embedding, up to rounding
	Nearly     Collapse = "nearly"     // all embeddings point in almost one direction
	Directions Collapse = "directions" // they differ in few directions
)

func (m measurement) collapse() Collapse {
	b := m.both
	switch {
	case b.Collapsed:
		return Point
	case b.CollapseLevel >= nearlyCollapsed:
		return Nearly
	case m.d > 1 && b.EffectiveRank < fewDirections*float64(probe.MaxRank(2*m.n, m.d)):
		return Directions
	}
	return None
}

// findings says in sentences what looks wrong. An empty list is no promise.
func (m measurement) findings(in Input) []string {
	out := []string{}
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	b := m.both
	largest := probe.MaxRank(2*m.n, m.d)

	switch m.collapse() {
	case Point:
		say("Collapsed to a point: all %d rows of both views are one vector up to rounding. Alignment reads a perfect %.2g and positive similarity %.3g for that reason, and so does every loss that only compares the two views.", 2*m.n, b.Alignment, b.PositiveCosine)
	case Nearly:
		say("Nearly collapsed to a point: the rows of all images point in almost one direction (channel std %.3g where evenly spread rows have %.3g). Ranks describe what little is left; do not trust them here.", b.ChannelStd, 1/math.Sqrt(float64(m.d)))
	case Directions:
		say("Few directions: the effective rank is %.3g of at most %d, although the channel std looks healthy. This is dimensional collapse.", b.EffectiveRank, largest)
	}
	either := m.each[0].Collapsed || m.each[1].Collapsed
	if !either && m.d > 1 && b.OffDiagonal > repeated {
		say("The channels repeat each other: different channels correlate by %.2g on average; unrelated ones would by %.2g.", b.OffDiagonal, probe.NoiseFloor(m.n))
	}
	for i, s := range m.each {
		if s.Collapsed && !b.Collapsed {
			say("View %d alone has collapsed to a point.", i+1)
		}
	}
	if gap := b.PositiveCosine - b.NegativeCosine; !b.Collapsed && gap < noNearer*(1-b.NegativeCosine) {
		say("The two views of an image are no nearer to each other (cosine %.3g) than views of different images (%.3g). Are the rows of both files in the same order?", b.PositiveCosine, b.NegativeCosine)
	}
	if slices.Equal(in.X[0].Data, in.X[1].Data) {
		say("Both views are the same numbers. If they are one file given twice, whatever compares views says nothing.")
	}
	if 2*m.n <= m.d {
		say("%d images in %d dimensions: no rank can be above %d, and correlations below %.2g are noise. More rows say more.", m.n, m.d, largest, probe.NoiseFloor(m.n))
	}
	return out
}
