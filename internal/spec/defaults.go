package spec

import (
	"gradlab/internal/engine/data"
	"gradlab/internal/engine/method"
)

// A defaults is one numbered set of defaults. A set that has been published
// never changes, or old links would change their meaning: write a new one and
// append it. A test holds every resolved default of every set.
type defaults struct {
	shared  map[string]string            // of every method, image set and encoder
	encoder map[string]map[string]string // kind -> what differs with it
}

// versions are the numbered sets: versions[0] is v=1.
var versions = []defaults{
	{
		shared: map[string]string{
			"method": "simclr", "data": "fashion-mnist", "batch": "128", "steps": "300", "seed": "1", "device": "cpu",
			"encoder": "conv", "encoder.width": "16", "encoder.depth": "4",
			"projector.depth": "3", "projector.width": "256", "predictor.width": "64",
			"momentum": "0.99", "momentum.schedule": "cosine",
			"optimizer": "sgd", "optimizer.momentum": "0.9", "weight_decay": "0.0001",
			"lr": "0.06", "schedule": "cosine", "warmup": "0",
			"augment.crop": "1", "augment.flip": "1", "augment.jitter": "1", "augment.grey": "1",
			"augment.blur": "0", "augment.erase": "0",
			"probe.every": "20", "probe.knn": "100",
		},
		encoder: map[string]map[string]string{
			"mlp": {"encoder.width": "256", "encoder.depth": "2"},
		},
	},
}

// heads are the settings that other defaults depend on. Zero values are not
// chosen yet and take their default.
type heads struct {
	v       int
	data    string
	encoder string
	method  *method.Method
}

// resolve fills in what is not chosen yet and returns the layers of defaults, in
// the order in which they apply.
func (h heads) resolve() (heads, []map[string]string) {
	if h.v == 0 {
		h.v = len(versions)
	}
	set := versions[h.v-1]
	layers := []map[string]string{set.shared}
	if h.data == "" {
		h.data = set.shared["data"]
	}
	info, _ := data.Lookup(h.data)
	layers = append(layers, info.Defaults)
	if h.encoder == "" {
		h.encoder = last(layers, "encoder")
	}
	layers = append(layers, set.encoder[h.encoder])
	if h.method == nil {
		h.method, _ = method.Lookup(last(layers, "method"))
	}
	return h, append(layers, h.method.Defaults)
}

// last returns the key's value in the last layer that has it.
func last(layers []map[string]string, key string) string {
	v := ""
	for _, l := range layers {
		if s, ok := l[key]; ok {
			v = s
		}
	}
	return v
}
