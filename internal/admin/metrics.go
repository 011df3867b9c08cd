package admin

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"gradlab/internal/lab"
	"gradlab/internal/web"
)

// Metrics are what a lab says of itself, in the names of Prometheus. What has a state
// is read when somebody asks; what happens is counted as it happens. Safe for any
// number of goroutines.
type Metrics struct {
	registry *prometheus.Registry
	steps    prometheus.Counter
	store    prometheus.Histogram
}

// NewMetrics returns the metrics of a process, the Go runtime's among them.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		steps: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "gradlab_steps_computed_total", Help: "Training steps that were computed here and are stored.",
		}),
		store: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "gradlab_store_seconds", Help: "Time from handing records to the store until it has acknowledged them.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14), // 1 ms to 8 s; after ten the store is broken
		}),
	}
	m.registry.MustRegister(m.steps, m.store, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Stored counts a message of so many steps that the store took; it is lab.Options.Stored.
func (m *Metrics) Stored(steps int, took time.Duration) {
	m.steps.Add(float64(steps))
	m.store.Observe(took.Seconds())
}

// Watch adds what a lab and its HTTP face, where it has one, have to say. Once for each Metrics.
func (m *Metrics) Watch(l *lab.Lab, h *web.Handler) { m.registry.MustRegister(watched{l, h}) }

// watched reads a lab and its face when it is asked.
type watched struct {
	lab  *lab.Lab
	face *web.Handler // nil where nobody is served
}

var (
	runs    = prometheus.NewDesc("gradlab_runs", "Runs that the store knows, by state.", []string{"state"}, nil)
	queue   = prometheus.NewDesc("gradlab_queue_length", "Runs that wait for a place.", nil, nil)
	viewers = prometheus.NewDesc("gradlab_viewers", "Who follows a run just now, by way.", []string{"way"}, nil)
	answers = prometheus.NewDesc("gradlab_answers_total", "Answers by HTTP status; 101 is a socket that has ended.", []string{"code"}, nil)
	refused = prometheus.NewDesc("gradlab_refused_total", "Requests that were refused for where they come from, for their size, or for want of room: 403, 413, 429, 431 and 503.", nil, nil)
)

var states = []lab.State{lab.Queued, lab.Running, lab.Paused, lab.Finished, lab.Diverged, lab.Cancelled, lab.Failed, lab.Forgotten}

// Describe implements prometheus.Collector.
func (w watched) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{runs, queue, viewers, answers, refused} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (w watched) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v int, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	count := map[lab.State]int{}
	for _, m := range w.lab.Runs() {
		count[m.State]++
	}
	for _, s := range states {
		gauge(runs, count[s], string(s))
	}
	gauge(queue, count[lab.Queued])

	if w.face == nil {
		return
	}
	t := w.face.Traffic()
	gauge(viewers, t.Sockets, "socket")
	gauge(viewers, t.Events, "events")
	gauge(viewers, t.Lines, "records")
	no := 0
	for code, n := range t.Answers {
		out <- prometheus.MustNewConstMetric(answers, prometheus.CounterValue, float64(n), strconv.Itoa(code))
		switch code {
		case 403, 413, 429, 431, 503:
			no += n
		}
	}
	out <- prometheus.MustNewConstMetric(refused, prometheus.CounterValue, float64(no))
}
