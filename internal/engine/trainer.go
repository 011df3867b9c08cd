package engine

import (
	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/engine/nn"
	"gradlab/internal/engine/optim"
	"gradlab/internal/engine/tensor"
	"gradlab/internal/knob"
	"gradlab/internal/spec"
)

// A trainer is what a run remembers from step to step, and the memory that it
// uses again.
type trainer struct {
	spec      spec.Spec // in force
	arena     *tensor.Arena
	online    *nn.Model
	slow      *nn.Model // the momentum target, without predictor; nil where nobody asks for one
	descent   *optim.Descent
	follower  *optim.Follower // of slow
	knobs     *knob.Set       // the method's own
	objective method.Objective
	gradient  *method.Gradient

	borrowed tensor.Tensor // the views of the step, where the device takes them in place

	pass    nn.Pass // of both views through the online branch, one above the other
	aside   nn.Pass // likewise through the slow one, whose way back nobody goes
	meter   meter
	ways    wayMeter
	layers  []string      // of the network, as the record names them
	labels  []uint8       // of the step's images, for pictures
	axes    tensor.Tensor // of the picture of the outputs, 3 x D
	axed    bool          // axes are known: the first probe finds them
	fields  []field       // of the record
	length  int           // steps of the whole run
	reading reading
}

// newTrainer returns the trainer of s on d with all weights zero.
func newTrainer(d tensor.Device, s spec.Spec) *trainer {
	h, w, c := data.Shape(s.Data)
	t := &trainer{spec: s, arena: tensor.NewArena(d), pass: nn.NewPass(2), aside: nn.NewPass(2)}
	t.online = nn.Build(d, s.Encoder, s.Projector, s.Predictor, h, w, c)
	t.descent = optim.NewDescent(d, weights(t.online))
	if s.Target == method.Momentum || s.Negative == method.Momentum {
		t.slow = nn.Build(d, s.Encoder, s.Projector, nn.Predictor{Kind: nn.NoPredictor}, h, w, c)
		t.follower = optim.NewFollower(weights(t.slow), weights(t.online))
	}
	t.knobs = new(knob.Set)
	t.objective = s.Method.New(t.knobs)
	t.setKnobs(s)
	if t.objective.Build != nil {
		t.objective.Build(d, width(s))
	}
	t.gradient, _ = s.Method.Gradient(s.Gradient)
	t.meter = newMeter(d, s.Method)
	t.axes = d.New(min(width(s), sphereAxes), width(s))
	t.says(s)
	t.reading.terms = make([]float64, len(s.Method.Terms))
	return t
}

// says gives t's records the fields of a run of s, and its length: behind a branch,
// of the whole run.
func (t *trainer) says(s spec.Spec) {
	t.layers, t.fields, t.length = layers(s), fields(s), s.Length()
	t.ways = newWayMeter(t.arena.Device, t.online, t.layers)
}

// init draws the initial weights, and the method's state where that is random. The
// slow copy starts where the network starts.
func (t *trainer) init() {
	t.online.Init(t.arena, t.spec.Seed)
	if t.slow != nil {
		t.slow.CopyFrom(t.arena, t.online)
	}
	if t.objective.Init != nil {
		t.objective.Init(t.arena.Device, t.spec.Seed)
	}
}

// branch returns the trainer of s that goes on where t stands: weights,
// velocities and the slow copy are taken over by name, and so is the state of the
// method; what is new starts fresh.
func (t *trainer) branch(s spec.Spec) *trainer {
	d := t.arena.Device
	b := newTrainer(d, s)
	b.arena, b.reading = t.arena, t.reading
	b.fields, b.layers = t.fields, t.layers // the record goes on with the same fields
	b.length = t.length
	b.axes, b.axed = t.axes, t.axed // and the picture with the same axes
	b.ways = newWayMeter(d, b.online, b.layers)
	b.online.Init(d, s.Seed)
	b.online.CopyFrom(d, t.online)
	b.descent.CopyFrom(d, t.descent)
	if b.slow != nil {
		b.slow.CopyFrom(d, b.online)
		if t.slow != nil {
			b.slow.CopyFrom(d, t.slow)
		}
	}
	if s.Method == t.spec.Method {
		b.knobs, b.objective = t.knobs, t.objective
		b.setKnobs(s)
	} else if b.objective.Init != nil {
		b.objective.Init(d, s.Seed)
	}
	return b
}

// setKnobs sets the method's own knobs; the objective reads them when it is called.
func (t *trainer) setKnobs(s spec.Spec) {
	for _, own := range s.Own {
		if err := t.knobs.Set(own.Key, own.Value); err != nil {
			panic("engine: a valid spec holds a bad setting: " + err.Error())
		}
	}
}

// weights returns a model's weights as the optimizer sees them.
func weights(m *nn.Model) []optim.Weight {
	var ws []optim.Weight
	for _, p := range m.Params() {
		ws = append(ws, optim.Weight{Name: p.Name, W: p.W, G: p.G, Decay: p.Decay})
	}
	return ws
}

// width returns D, the width of the projector's output.
func width(s spec.Spec) int { return s.Projector.Out(s.Encoder.Out()) }

// upload brings the views to the device as one batch, (2N*H*W) x C: x1 above x2. A
// device in host memory takes them where they are, if they lie so.
func (t *trainer) upload(x1, x2 []float32) tensor.Tensor {
	h, w, c := data.Shape(t.spec.Data)
	rows := 2 * t.spec.Batch * h * w
	if x, ok := together(x1, x2); ok && tensor.Borrow(t.arena, &t.borrowed, x, rows, c) {
		return t.borrowed
	}
	images := t.arena.New(rows, c)
	t.arena.Upload(images.Part(0, 2), x1)
	t.arena.Upload(images.Part(1, 2), x2)
	return images
}

// together returns x1 and x2 as one slice, and whether they lie so in memory.
func together(x1, x2 []float32) ([]float32, bool) {
	n := len(x1)
	if n == 0 || len(x2) != n {
		return nil, n == len(x2)
	}
	if cap(x1) < 2*n || &x1[:n+1][n] != &x2[0] {
		return nil, false
	}
	return x1[:2*n], true
}

// byView returns the views that lie in x one above the other.
func byView(x tensor.Tensor) [2]tensor.Tensor {
	return [2]tensor.Tensor{x.Part(0, 2), x.Part(1, 2)}
}

// pair returns what the method sees of a step whose outputs z are there: they, the
// targets, and the predictor's outputs. The method prepares its step in between,
// since a spectral predictor is made of the targets.
func (t *trainer) pair(images tensor.Tensor) method.Pair {
	z := byView(t.pass.Z)
	p := method.Pair{Z: z, P: z, N: z, Positive: t.spec.Target, Negative: t.spec.Negative, W: t.online.Predictor.Matrix()}
	if t.slow != nil {
		slow := byView(t.slowly(images))
		if p.Positive == method.Momentum {
			p.P = slow
		}
		if p.Negative == method.Momentum {
			p.N = slow
		}
	}
	if t.objective.Prepare != nil {
		t.objective.Prepare(t.arena, p.N)
	}
	if t.objective.Predictor != nil {
		t.objective.Predictor(t.arena, p.W)
	}
	t.online.Predict(t.arena, &t.pass)
	p.X = byView(t.pass.P)
	return p
}

// slowly returns the slow copy's output for both views; what it took to compute it
// is given back.
func (t *trainer) slowly(images tensor.Tensor) tensor.Tensor {
	a := t.arena
	out := a.New(2*t.spec.Batch, width(t.spec))
	defer a.Release(a.Mark())
	t.slow.Forward(a, &t.aside, images)
	a.Copy(out, t.aside.Z)
	return out
}
