package spec

import (
	"slices"
	"strconv"
	"testing"

	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
)

// What is marked as published says whose it is, and is something that the setting can have, or words.
func TestPublished(t *testing.T) {
	const all = "for all methods in Tao et al., 2022"
	for query, want := range map[string]map[string]publication{
		"method=simclr": {
			"tau": {"0.2", "SimCLR in Tao et al., 2022"}, "target": {"shared", "SimCLR"}, "predictor": {"none", "SimCLR"},
			"lr": {"0.025", "0.05 x batch / 256 " + all}, "batch": {"256", "to which the learning rate of 0.05 belongs " + all},
			"warmup": {"5 epochs", all}, "encoder": {"ResNet-50", all}, "data": {"ImageNet", all}, "steps": {"100 epochs", all},
			"projector.width": {"2048", all}, "momentum": {"0.996", all}, "schedule": {"cosine", all}, "seed": {"", ""},
		},
		"method=byol&batch=512":        {"predictor": {"mlp", "BYOL"}, "predictor.width": {"512", "SimSiam"}, "target": {"momentum", "BYOL"}, "lr": {"0.1", "0.05 x batch / 256 " + all}},
		"method=simsiam":               {"predictor": {"mlp", "SimSiam"}, "predictor.width": {"512", "SimSiam"}, "target": {"stopped", "SimSiam"}},
		"method=directpred":            {"predictor": {"spectral", "DirectPred"}, "rho": {"0.3", "DirectPred"}, "eps": {"0.01", "DirectPred"}},
		"method=moco":                  {"momentum": {"0.99", "MoCo v2+ in solo-learn, on CIFAR"}, "tau": {"0.2", "MoCo v2+ in solo-learn, on CIFAR"}, "bank": {"65536", ""}},
		"method=barlow&lambda=0.3":     {"lambda": {"0.0051", "Barlow Twins, at D = 8192"}, "unit_lambda": {"50", "Barlow Twins in Tao et al., 2022, at D = 2048"}},
		"method=vicreg":                {"lambda": {"25", "VICReg"}, "mu": {"25", "VICReg"}, "nu": {"1", "VICReg"}},
		"method=unigrad":               {"lambda": {"100", "UniGrad, at D = 2048"}, "rho": {"0.99", "UniGrad, at D = 2048"}},
		"method=byol&predictor=none":   {"predictor": {"mlp", "BYOL"}},
		"method=simsiam&target=shared": {"target": {"stopped", "SimSiam"}},
	} {
		knobs := parsed(t, query).Knobs()
		for key, p := range want {
			if k := knobs.Lookup(key); k.Paper != p.value || k.Whose != p.whose {
				t.Errorf("%s: %s was published as %q of %q, want %q of %q", query, key, k.Paper, k.Whose, p.value, p.whose)
			}
		}
	}

	words := []string{"ResNet-50", "ImageNet", "100 epochs", "5 epochs"} // which have no place on a slider or in a list here
	for _, m := range method.All() {
		s := parsed(t, "method="+m.Name)
		for _, k := range s.Knobs().All() {
			if k.Paper == "" || slices.Contains(words, k.Paper) {
				continue
			}
			if k.Whose == "" && k.Name != "bank" {
				t.Errorf("%s: nobody published %s=%s", m.Name, k.Name, k.Paper)
			}
			if v, err := strconv.ParseFloat(k.Paper, 64); k.Kind != knob.Choice && (err != nil || v < k.Min || v > k.Max) {
				t.Errorf("%s: %s=%s cannot be set", m.Name, k.Name, k.Paper)
			}
			if k.Kind == knob.Choice && !slices.ContainsFunc(k.Options, func(o knob.Option) bool { return o.Value == k.Paper }) {
				t.Errorf("%s: %s=%s is no choice", m.Name, k.Name, k.Paper)
			}
		}
	}
	for name := range publications {
		if _, known := method.Lookup(name); name != "" && !known {
			t.Errorf("%s publishes something", name)
		}
	}
	for name, keys := range owners {
		for key := range keys {
			if k := parsed(t, "method="+name).Knobs().Lookup(key); k == nil || k.Paper == "" {
				t.Errorf("%s=%s was not published", name, key)
			}
		}
	}
}
