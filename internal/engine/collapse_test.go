package engine

import (
	"math"
	"testing"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/probe"
	"gradlab/internal/spec"
)

// story is the setting of both stories.
const story = "data=fashion-mnist encoder=conv encoder.width=16 encoder.depth=4 batch=128 projector.depth=3 projector.width=256 " +
	"lr=0.06 warmup=0 schedule=cosine steps=300 "

// train returns what a network makes of held-out images after some steps: of the
// images as they are, with the statistics of their batch.
func train(t *testing.T, s spec.Spec, steps int) probe.Matrix {
	if testing.Short() {
		t.Skip("trains for seconds")
	}
	v, tr := start(t, s)
	for step := range steps {
		x1, x2 := v.next()
		tr.step(step, due{}, x1, x2)
	}
	set, err := data.Open(s.Data, "")
	if err != nil {
		t.Fatal(err)
	}
	const n = 500
	x := make([]float32, n*set.H*set.W*set.C)
	set.Normalized(set.Test, 0, n, x)
	images := tr.arena.New(n*set.H*set.W, set.C)
	tr.arena.Upload(images, x)
	var pass nn.Pass
	tr.online.Forward(tr.arena, &pass, images)
	return tr.download(pass.Z)
}

// spread is the channel std in units of an isotropic one.
func spread(z probe.Matrix) float64 { return math.Sqrt(float64(z.Cols)) * probe.ChannelStd(z) }

func within(t *testing.T, what string, got, least, most float64) {
	t.Helper()
	if t.Logf("%s %.3f", what, got); !(got >= least && got <= most) {
		t.Errorf("%s is %.3f, want %g to %g", what, got, least, most)
	}
}

// Without a predictor, and with targets that carry gradient, BYOL has nothing that
// keeps outputs apart: they collapse to a point.
func TestBYOLWithoutPredictorCollapsesToAPoint(t *testing.T) {
	z := train(t, parse(t, story+"method=byol predictor=none target=shared"), 100)
	within(t, "channel std x sqrt(D)", spread(z), 0, 0.12)
}

// With both it does not.
func TestBYOLAsPublishedDoesNotCollapse(t *testing.T) {
	z := train(t, parse(t, story+"method=byol"), 50)
	within(t, "channel std x sqrt(D)", spread(z), 0.6, 1)
}

// Without its negative term Barlow Twins lets all channels say the same: outputs
// collapse to a line, and the channel std does not see it.
func TestBarlowWithoutNegativesCollapsesToALine(t *testing.T) {
	z := train(t, parse(t, story+"method=barlow lambda=0"), 150)
	within(t, "off-diagonal correlation", probe.Correlation(z, z, probe.Channels(z.Cols, z.Cols)).OffDiagonal(), 0.95, 1)
	within(t, "effective rank", probe.EffectiveRank(z), 1, 3)
	within(t, "channel std x sqrt(D)", spread(z), 0.8, 1)
}
