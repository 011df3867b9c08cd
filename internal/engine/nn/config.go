package nn

import "gradlab/internal/knob"

// The kinds of encoders.
const (
	ConvEncoder = "conv"
	MLPEncoder  = "mlp"
)

// An Encoder turns images into features.
type Encoder struct {
	Kind  string // ConvEncoder or MLPEncoder
	Width int    // channels of the first convolution, or units of each linear layer
	Depth int    // layers
}

// Declare declares the encoder's knobs.
func (e *Encoder) Declare(s *knob.Set) {
	s.Choice(&e.Kind, "encoder", ConvEncoder, []knob.Option{
		{Value: ConvEncoder, Title: "Convolutional", Doc: "3x3 convolutions that double the channels and halve the picture, then the mean over the picture."},
		{Value: MLPEncoder, Title: "Multi-layer perceptron", Doc: "Linear layers on all pixels."},
	}, "The network that turns an image into features.").Titled("Encoder").FromPaper("ResNet-50")
	s.Int(&e.Width, "encoder.width", 16, 1, 1024,
		"Channels of the first convolution, doubled by each further one; for a perceptron, the units of each layer.").
		Titled("Encoder width").In("channels").Logarithmic()
	s.Int(&e.Depth, "encoder.depth", 4, 1, 6, "Layers of the encoder.").Titled("Encoder depth").In("layers")
}

// A Projector maps features to the outputs z that the loss sees. Depth 0 is no projector.
type Projector struct {
	Depth int // linear layers; batch norm and ReLU after all but the last
	Width int // of each of them, the last included
}

// Declare declares the projector's knobs.
func (p *Projector) Declare(s *knob.Set) {
	s.Int(&p.Depth, "projector.depth", 3, 0, 8,
		"Linear layers between the features and the loss, with batch norm and ReLU after all but the last; 0 is no projector.").
		Titled("Projector depth").In("layers").FromPaper("3")
	s.Int(&p.Width, "projector.width", 256, 3, 16384, "Width of each layer of the projector, the last included: the width D of the embedding. With 3 the sphere shows all of it.").
		Titled("Projector width").In("channels").Logarithmic().FromPaper("2048")
}

// The kinds of predictors.
const (
	NoPredictor       = "none"
	LinearPredictor   = "linear"
	MLPPredictor      = "mlp"
	SpectralPredictor = "spectral"
)

// A Predictor is a head behind the projector, on the online branch alone.
type Predictor struct {
	Kind  string // NoPredictor, LinearPredictor, MLPPredictor or SpectralPredictor
	Width int    // of the hidden layer of MLPPredictor
}

// Declare declares the predictor's knobs.
func (p *Predictor) Declare(s *knob.Set) {
	s.Choice(&p.Kind, "predictor", NoPredictor, []knob.Option{
		{Value: NoPredictor, Title: "None", Doc: "The projector's output is compared with the target directly."},
		{Value: LinearPredictor, Title: "Linear", Doc: "One matrix W without bias: p = W z."},
		{Value: MLPPredictor, Title: "Two layers", Doc: "Linear, batch norm, ReLU, linear."},
		{Value: SpectralPredictor, Title: "Spectral", Doc: "One matrix W that is not trained: the method makes it of the outputs' correlation at every step."},
	}, "A small network behind the projector, on the online branch alone, which guesses the target's output.").Titled("Predictor")
	s.Int(&p.Width, "predictor.width", 64, 1, 16384, "Width of the hidden layer of a predictor of two layers.").
		Titled("Predictor width").In("channels").Logarithmic().FromPaper("512")
}
