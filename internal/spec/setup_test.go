package spec

import "testing"

func TestSetup(t *testing.T) {
	for in, want := range map[string]string{
		"": "Fashion-MNIST (28 x 28 pixels); convolutional encoder of 4 layers, width 16; projector of 3 layers, width 256; batches of 128 images; 300 steps; learning rate 0.06",
		"data=shapes&encoder=mlp&encoder.depth=1&batch=16&projector.depth=0&b.projector.depth=1&then.steps=400&c.lr=0.1&b.lr=0.2": "Coloured shapes (32 x 32 pixels); perceptron as encoder of 1 layer, width 256; " +
			"projector none (B: of 1 layer, width 256); batches of 16 images; 400 steps; learning rate 0.06 (B: 0.2; C: 0.1)",
	} {
		settings, err := ParseQuery(in)
		if err != nil {
			t.Fatal(err)
		}
		e, _, err := ParseExperiment(settings)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Setup(); got != want {
			t.Errorf("%s:\n%s, want\n%s", in, got, want)
		}
	}
}
