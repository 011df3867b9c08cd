package probe

import "gradlab/internal/knob"

// Config says how often a run is measured.
type Config struct {
	Every int // steps between two probes
	KNN   int // steps between two kNN accuracies; 0 is never
}

// Declare declares the two intervals.
func (c *Config) Declare(s *knob.Set) {
	s.Int(&c.Every, "probe.every", 20, 1, 1000,
		"Steps between two probes: residuals, effective rank, alignment, uniformity and the correlation matrix.").In("steps").Titled("Probe every").Logarithmic()
	s.Int(&c.KNN, "probe.knn", 100, 0, 100000,
		"Steps between two measurements of the kNN accuracy, the share of held-out images whose class their nearest neighbours guess right; 0 is never.").In("steps").Titled("kNN every")
}
