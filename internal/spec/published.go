package spec

import (
	"gradlab/internal/engine/optim"
	"gradlab/internal/knob"
)

// comparison is the source of what was published for all methods alike, unless something else is said:
// the common setting in which they were put on equal footing, with a ResNet-50 on ImageNet.
const comparison = "for all methods in Tao et al., 2022"

// A publication is a published setting and whose it is.
type publication struct{ value, whose string }

// publications are those of shared settings that are not of the comparison; a method's name is
// first, or nothing where they are said beside every method.
var publications = map[string]map[string]publication{
	"": {
		"batch":           {"256", "to which the learning rate of 0.05 belongs " + comparison},
		"predictor.width": {"512", "SimSiam"},
	},
	"moco": {"momentum": {"0.99", "MoCo v2+ in solo-learn, on CIFAR"}},
}

// owners say whose the published values of methods' own settings are, where it is not the method alone; nobody
// where its source is not on record.
var owners = map[string]map[string]string{
	"moco":       {"tau": "MoCo v2+ in solo-learn, on CIFAR", "bank": ""},
	"simclr":     {"tau": "SimCLR in Tao et al., 2022"},
	"byol":       {"unit_lambda": "UniGrad, at D = 2048"},
	"simsiam":    {"unit_lambda": "UniGrad, at D = 2048"},
	"directpred": {"unit_lambda": "UniGrad, at D = 2048"},
	"barlow":     {"lambda": "Barlow Twins, at D = 8192", "unit_lambda": "Barlow Twins in Tao et al., 2022, at D = 2048"},
	"vicreg":     {"unit_lambda": "Barlow Twins in Tao et al., 2022, at D = 2048"},
	"unigrad":    {"lambda": "UniGrad, at D = 2048", "rho": "UniGrad, at D = 2048"},
}

// attribute says of every published setting whose it is, and puts those of the method where they are others
// than all methods'. The learning rate goes with the batch.
func (d *draft) attribute() {
	for _, k := range d.knobs.All() {
		if k.Paper != "" {
			k.By(comparison)
		}
	}
	mark := func(key string, p publication) { d.knobs.Lookup(key).FromPaper(p.value).By(p.whose) }
	for _, method := range []string{"", d.Method.Name} {
		for key, p := range publications[method] {
			mark(key, p)
		}
	}
	for _, key := range d.own {
		k := d.knobs.Lookup(key)
		whose, others := owners[d.Method.Name][key]
		if !others {
			whose = d.Method.Title
		}
		if k.Paper != "" {
			k.By(whose)
		}
	}
	mark("target", publication{string(d.Method.Targets[0]), d.Method.Title})
	mark("predictor", publication{predictors(d.Method)[0], d.Method.Title})
	mark("lr", publication{knob.FormatFloat(optim.Published(d.Batch)), "0.05 x batch / 256 " + comparison})
}
