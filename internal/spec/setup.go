package spec

import (
	"fmt"
	"strconv"
	"strings"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/nn"
	"gradlab/internal/knob"
)

// setup is what a measurement depends on whatever it compares: words with a place for what a run has there.
var setup = []struct {
	words string
	of    func(s Spec) string
}{
	{"%s", func(s Spec) string {
		info, _ := data.Lookup(s.Data)
		return fmt.Sprintf("%s (%d x %d pixels)", info.Title, info.H, info.W)
	}},
	{"%s", func(s Spec) string {
		kind := "convolutional encoder"
		if s.Encoder.Kind == nn.MLPEncoder {
			kind = "perceptron as encoder"
		}
		return fmt.Sprintf("%s of %s, width %d", kind, layers(s.Encoder.Depth), s.Encoder.Width)
	}},
	{"projector %s", func(s Spec) string {
		if s.Projector.Depth == 0 {
			return "none"
		}
		return fmt.Sprintf("of %s, width %d", layers(s.Projector.Depth), s.Projector.Width)
	}},
	{"batches of %s images", func(s Spec) string { return strconv.Itoa(s.Batch) }},
	{"%s steps", func(s Spec) string { return strconv.Itoa(s.Length()) }},
	{"learning rate %s", func(s Spec) string { return knob.FormatFloat(s.Optim.LR) }},
}

// Setup says in words on what the lanes run: images, network, batch, steps and learning rate. What another
// lane than the first has there instead stands behind its letter: "learning rate 0.06 (B: 0.02)".
func (e Experiment) Setup() string {
	parts := make([]string, len(setup))
	for i, p := range setup {
		first := p.of(e.Lanes[0])
		parts[i] = fmt.Sprintf(p.words, first)
		var others []string
		for j, s := range e.Lanes[1:] {
			if other := p.of(s); other != first {
				others = append(others, string(rune('B'+j))+": "+other)
			}
		}
		if others != nil {
			parts[i] += " (" + strings.Join(others, "; ") + ")"
		}
	}
	return strings.Join(parts, "; ")
}

func layers(n int) string {
	if n == 1 {
		return "1 layer"
	}
	return strconv.Itoa(n) + " layers"
}
