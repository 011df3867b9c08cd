package engine

import (
	"strings"

	"gradlab/internal/engine/method"
	"gradlab/internal/spec"
)

// A Job is one of the trainings by which the engine's speed is followed and
// compared with others'. It is nothing but settings; `lab run` takes the same.
type Job struct {
	Name, Doc string
	settings  string
	own       map[string]string // what a method has of its own, in place of its default
}

// Jobs returns the reference jobs: a perceptron and a convolutional network at a
// batch of 256 images of 32 x 32 x 3, and a toy whose operations are so short that
// all that surrounds them shows.
func Jobs() []Job {
	const (
		// A learning rate at which nothing diverges however long one measures, and no
		// schedule, which would make late steps smaller.
		common = "data=shapes augment.crop=1 lr=0.001 schedule=constant momentum.schedule=constant probe.knn=0 projector.depth=3 "
		mlp    = "encoder=mlp encoder.depth=2 "
		conv   = "encoder=conv encoder.depth=4 encoder.width=32 "
	)
	heads := map[string]string{"moco": "bank=16384", "byol": "predictor.width=512", "simsiam": "predictor.width=128"}
	small := map[string]string{"moco": "bank=1024", "byol": "predictor.width=128", "simsiam": "predictor.width=32"}
	return []Job{
		{"mlp", "3072-512-512, projector 3 x 512, batch 256", common + mlp + "encoder.width=512 projector.width=512 batch=256", heads},
		{"conv", "3-32-64-128-256, projector 3 x 512, batch 256", common + conv + "projector.width=512 batch=256", heads},
		{"toy", "3072-128-128, projector 3 x 128, batch 32", common + mlp + "encoder.width=128 projector.width=128 batch=32", small},
	}
}

// JobMethods returns the methods that the comparison with others is about; a job
// takes all methods.
func JobMethods() []string { return []string{"simclr", "moco", "byol", "simsiam", "barlow"} }

// LookupJob returns the job of that name, and whether there is one.
func LookupJob(name string) (Job, bool) {
	for _, j := range Jobs() {
		if j.Name == name {
			return j, true
		}
	}
	return Job{}, false
}

// Settings returns the job's settings for a method.
func (j Job) Settings(m *method.Method) []spec.Setting {
	settings, err := spec.ParseArgs(strings.Fields(j.settings + " method=" + m.Name + " " + j.own[m.Name]))
	if err != nil {
		panic("engine: a job's settings: " + err.Error())
	}
	return settings
}

// Spec returns the job as a run of a method.
func (j Job) Spec(m *method.Method) spec.Spec {
	s, err := spec.Parse(j.Settings(m))
	if err != nil {
		panic("engine: a job's settings: " + err.Error())
	}
	return s
}
