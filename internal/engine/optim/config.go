package optim

import "gradlab/internal/knob"

// The schedules of the learning rate and of the moving average.
const (
	Constant = "constant"
	Cosine   = "cosine"
)

// SGD is stochastic gradient descent with momentum, the optimizer of the papers' common setting.
const SGD = "sgd"

// A Config says how gradients move the weights.
type Config struct {
	Optimizer   string  // SGD
	LR          float64 // learning rate after warm-up
	Schedule    string  // of the learning rate: Constant or Cosine
	Warmup      int     // steps over which the learning rate rises linearly from 0
	WeightDecay float64
	Momentum    float64 // of stochastic gradient descent
}

// Published returns the learning rate of the papers' common setting for a batch of so many images.
func Published(batch int) float64 { return 0.05 * float64(batch) / 256 }

// Declare declares the optimizer's knobs.
func (c *Config) Declare(s *knob.Set) {
	s.Choice(&c.Optimizer, "optimizer", SGD, []knob.Option{
		{Value: SGD, Title: "SGD with momentum", Doc: "Stochastic gradient descent, as in the papers' common setting."},
	}, "The rule by which gradients move the weights.").Titled("Optimizer").FromPaper(SGD)
	s.Float(&c.LR, "lr", 0.06, 0, 100, "Learning rate: how far a step goes. The papers scale it with the batch: 0.05 x batch / 256.").
		Titled("Learning rate").Logarithmic().Changeable().FromPaper("0.05 x batch / 256")
	s.Choice(&c.Schedule, "schedule", Cosine, []knob.Option{
		{Value: Cosine, Title: "Cosine", Doc: "Falls to zero over the run along half a cosine."},
		{Value: Constant, Title: "Constant", Doc: "Stays as it is after the warm-up."},
	}, "How the learning rate goes over the run.").Titled("Schedule").Changeable().FromPaper(Cosine)
	s.Int(&c.Warmup, "warmup", 0, 0, 100000, "Steps over which the learning rate rises linearly to its value.").
		Titled("Warm-up").In("steps").FromPaper("5 epochs")
	s.Float(&c.WeightDecay, "weight_decay", 0.0001, 0, 1, "Pull of the weights towards zero; biases and batch norm have none.").
		Titled("Weight decay").Logarithmic().Changeable().FromPaper("0.0001")
	s.Float(&c.Momentum, "optimizer.momentum", 0.9, 0, 0.9999, "Share of the last step's movement of the weights that the next step keeps.").
		Titled("SGD momentum").Changeable().FromPaper("0.9")
}

// EMA says how slowly the target branch follows (exponential moving average).
type EMA struct {
	Momentum float64 // share of the old target weights that a step keeps
	Schedule string  // Constant, or Cosine: rises to 1 over the run
}

// Declare declares the moving average's knobs.
func (e *EMA) Declare(s *knob.Set) {
	s.Float(&e.Momentum, "momentum", 0.99, 0, 1,
		"How slowly a momentum target follows: the share of its old weights that a step keeps. 0 copies the network each step, 1 never.").
		Titled("Target momentum").Changeable().FromPaper("0.996")
	s.Choice(&e.Schedule, "momentum.schedule", Cosine, []knob.Option{
		{Value: Cosine, Title: "Cosine to 1", Doc: "The target slows down until it stands still at the end of the run."},
		{Value: Constant, Title: "Constant", Doc: "The same at every step."},
	}, "How the target's momentum goes over the run.").Titled("Momentum schedule").Changeable().FromPaper(Cosine)
}
