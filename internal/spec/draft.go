package spec

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
)

// A draft is a Spec in the making: every knob, bound to its place in the Spec.
// Which options some of them offer depends on the method.
type draft struct {
	Spec
	knobs    knob.Set
	method   string
	negative string // a target, or asPositive
	own      []string
}

// MostSteps is how many steps a run takes at most.
const MostSteps = 100000

// asPositive is the value of target.negative that follows target, whatever that is.
const asPositive = "same"

// The groups of the form, in its order.
const (
	GroupMethod      = "method"
	GroupGradient    = "gradient"
	GroupData        = "data"
	GroupNetwork     = "network"
	GroupTraining    = "training"
	GroupMeasurement = "measurement"
)

// Groups returns the headings of the form in its order.
func Groups() []string {
	return []string{GroupMethod, GroupGradient, GroupData, GroupNetwork, GroupTraining, GroupMeasurement}
}

// newDraft declares all knobs for the method of h and sets them to their defaults.
func newDraft(h heads) *draft {
	h, layers := h.resolve()
	usual, _ := heads{v: h.v, data: h.data}.resolve()
	d := &draft{}
	d.Method = h.method
	s := &d.knobs

	group := func(name string, declare func()) {
		n := len(s.All())
		declare()
		for _, k := range s.All()[n:] {
			k.Under(name)
		}
	}
	group(GroupMethod, func() {
		s.Choice(&d.method, "method", usual.method.Name, methods(),
			"What makes two views of an image alike and keeps images apart.").Titled("Method")
		n := len(s.All())
		h.method.New(s)
		for _, k := range s.All()[n:] {
			d.own = append(d.own, k.Name)
		}
	})
	group(GroupGradient, func() { d.declareGradient(h.method) })
	group(GroupData, func() {
		s.Choice(&d.Data, "data", versions[h.v-1].shared["data"], data.Names(), "The images.").Titled("Images").FromPaper("ImageNet")
		s.Int(&d.Batch, "batch", 128, 2, 4096,
			"Images of a step, each in two views. At least two, because batch normalisation and every negative need another sample.").Titled("Batch").In("images").Logarithmic().FromPaper("256")
		d.Augment.Declare(s)
	})
	group(GroupNetwork, func() {
		d.Encoder.Declare(s)
		d.Projector.Declare(s)
		d.Predictor.Declare(s)
		p := s.Lookup("predictor").Only(predictors(h.method)...).Changeable()
		p.DefaultTo(p.Options[0].Value) // the paper's
	})
	group(GroupTraining, func() {
		s.Int(&d.Steps, "steps", 300, 1, MostSteps, "Steps of training, over which the schedules go; a run that goes on behind them (then.steps) holds their last values.").
			Titled("Steps").In("steps").Logarithmic().Changeable().FromPaper("100 epochs")
		d.Optim.Declare(s)
		d.EMA.Declare(s)
		s.Seed(&d.Seed, "seed", 1,
			"Decides the initial weights, the order of the images and how views are cut. Runs with one seed see the same batches, whatever their method.").Titled("Seed")
		s.Int(&d.At, "at", 0, 0, MostSteps,
			"Step from which the settings under then. are in force; 0 is never.").Titled("Change at step").In("steps")
		s.Choice(&d.Device, "device", "cpu", []knob.Option{
			{Value: "cpu", Title: "CPU", Doc: "float32, the fast kernels."},
			{Value: "reference", Title: "Reference", Doc: "float64, plain loops: about a hundred times slower, for checking."},
		}, "Where and how precisely the network is computed.").Titled("Device")
	})
	group(GroupMeasurement, func() {
		d.Probe.Declare(s)
		s.Int(&d.V, "v", len(versions), 1, len(versions), "The numbered set of defaults that a link refers to.").Titled("Set of defaults")
	})

	for _, l := range layers {
		for key, text := range l {
			if k := s.Lookup(key); k != nil && !slices.Contains(headKeys, key) {
				k.DefaultTo(text)
			}
		}
	}
	s.Lookup("encoder").DefaultTo(usual.encoder)
	d.mustSet("method", h.method.Name)
	d.mustSet("data", h.data)
	d.mustSet("encoder", h.encoder)
	d.mustSet("v", strconv.Itoa(h.v))
	return d
}

// declareGradient declares what drives training, with the options of the method.
func (d *draft) declareGradient(m *method.Method) {
	var gradients []knob.Option
	for _, g := range m.Gradients {
		gradients = append(gradients, knob.Option{Value: g.Name, Title: g.Title, Doc: g.Doc})
	}
	d.knobs.Choice(&d.Gradient, "gradient", m.Gradients[0].Name, gradients,
		"What drives training: the gradient of the loss, a closed form, a simplification, or a mistake.").Titled("Gradient").Changeable()

	d.knobs.Choice((*string)(&d.Target), "target", string(method.Shared), targets(),
		"Which network makes the other view's output, towards which an output is pulled.").
		Titled("Target").Changeable().Only(texts(m.Targets)...).DefaultTo(string(m.Targets[0]))

	same := knob.Option{Value: asPositive, Title: "As the positive", Doc: "From the same branch as the positive."}
	d.knobs.Choice(&d.negative, "target.negative", asPositive, append([]knob.Option{same}, targets()...),
		"Which network makes the outputs of other samples, from which an output is pushed away.").
		Titled("Target of the negatives").Changeable().Only(append([]string{asPositive}, texts(m.Negatives)...)...)
}

// spec returns the Spec that the knobs say. Knobs without effect must be at
// their defaults already.
func (d *draft) spec() Spec {
	s := d.Spec
	s.Negative = d.negativeTarget()
	s.Own = make([]Setting, len(d.own))
	for i, name := range d.own {
		s.Own[i] = Setting{name, d.knobs.Lookup(name).Value()}
	}
	return s
}

func (d *draft) negativeTarget() method.Target {
	if d.negative == asPositive {
		return d.Target
	}
	return method.Target(d.negative)
}

// value returns the canonical text of a setting; the target of the negatives is
// never "same" here.
func (d *draft) value(key string) string {
	if key == "target.negative" {
		return string(d.negativeTarget())
	}
	return d.knobs.Lookup(key).Value()
}

// mustSet sets what is known to be valid.
func (d *draft) mustSet(key, text string) {
	if err := trySet(d, key, text); err != nil {
		panic(fmt.Sprintf("spec: a valid spec holds a bad setting: %v", err))
	}
}

// isDefault reports whether leaving k out of a link gives the value that it has.
func (d *draft) isDefault(k *knob.Knob) bool {
	if k.Name == "target.negative" {
		return d.negativeTarget() == d.Target
	}
	return k.Value() == k.Default
}

func predictors(m *method.Method) []string {
	if len(m.Predictors) == 0 {
		return []string{string(method.NoPredictor)}
	}
	return texts(m.Predictors)
}

// methods are the options of the knob `method`.
var methods = sync.OnceValue(func() []knob.Option {
	var out []knob.Option
	for _, m := range method.All() {
		out = append(out, knob.Option{Value: m.Name, Title: m.Title, Doc: m.FirstSentence()})
	}
	return out
})

func targets() []knob.Option {
	return []knob.Option{
		{Value: string(method.Shared), Title: "No stop-gradient", Doc: "The same network, and the gradient flows back through it."},
		{Value: string(method.Stopped), Title: "Stop-gradient", Doc: "The same network, taken as constant."},
		{Value: string(method.Momentum), Title: "Slow copy (EMA)", Doc: "A slow copy of the network, taken as constant."},
	}
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
