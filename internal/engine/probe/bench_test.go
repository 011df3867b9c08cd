package probe

import (
	"fmt"
	"testing"
)

// BenchmarkMeasure is what the metrics of one probe step cost, at two batches.
//
//	go test -run '^$' -bench . ./internal/engine/probe
func BenchmarkMeasure(b *testing.B) {
	for _, n := range []int{128, 256} {
		z1, z2 := normal(n, 256, "1"), normal(n, 256, "2")
		b.Run(fmt.Sprintf("%dx256", n), func(b *testing.B) {
			for b.Loop() {
				Measure(z1, z2)
			}
		})
	}
}

// BenchmarkMetric is what the dearer ones cost alone, at batch 128, width 256.
func BenchmarkMetric(b *testing.B) {
	const n, d = 128, 256
	z1, z2, both := normal(n, d, "1"), normal(n, d, "2"), normal(2*n, d, "both")
	for _, metric := range []struct {
		name string
		take func()
	}{
		{"EffectiveRank", func() { EffectiveRank(both) }},
		{"RankMe", func() { RankMe(both) }},
		{"LiDAR", func() { LiDAR(z1, z2) }},
		{"Uniformity", func() { Uniformity(z1); Uniformity(z2) }},
		{"Correlation", func() { Correlation(z1, z2, Channels(d, CorrelationChannels)) }},
		{"NegativeCosine", func() { NegativeCosine(z1, z2) }},
		{"CKA", func() { CKA(z1, z2) }},
		{"NeighbourOverlap", func() { NeighbourOverlap(z1, z2, OverlapK) }},
	} {
		b.Run(metric.name, func(b *testing.B) {
			for b.Loop() {
				metric.take()
			}
		})
	}
}

// BenchmarkAccuracy is the kNN accuracy and the linear probe at the sizes of a run.
func BenchmarkAccuracy(b *testing.B) {
	bank, queries := normal(Bank, 128, "bank"), normal(Queries, 128, "queries")
	bankLabels, labels := make([]uint8, Bank), make([]uint8, Queries)
	for i := range bankLabels {
		bankLabels[i] = uint8(i % 10)
	}
	b.Run("KNN", func(b *testing.B) {
		for b.Loop() {
			KNN(bank, bankLabels, queries, labels, 10)
		}
	})
	b.Run("LinearProbe", func(b *testing.B) {
		for b.Loop() {
			LinearProbe(bank, bankLabels, queries, labels, 10)
		}
	})
}
