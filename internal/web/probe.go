package web

import (
	"errors"
	"net/http"
	"runtime"
	"time"

	"gradlab/internal/engine/foreign"
	"gradlab/templates"
)

const probePath = "/probe"

// Limits of what is measured for visitors. `lab probe` on their own machine takes
// more (foreign.MaxRows, foreign.MaxNumbers), and as long as it needs.
const (
	probeRows    = 2048
	probeNumbers = 1 << 19                  // of one array; a few seconds of a processor
	probeBody    = 4*8*probeNumbers + 1<<16 // four arrays of float64 with what is around them
	probeFields  = 32                       // settings of one upload
	probeText    = 256                      // bytes of one setting's value
	probeUploads = 8                        // that are read at a time, in memory
	uploadTime   = time.Minute              // for an upload over a bad line
	probeWait    = 30 * time.Second         // for a turn to be measured
)

// probeFiles are the form's files, in its order.
var probeFiles = []templates.ProbeFile{
	{Name: "x1", Title: "First view", Doc: "x1.npy: the embeddings of one view, a row for each image.", Needed: true},
	{Name: "x2", Title: "Second view", Doc: "x2.npy: the same images in the same order, the other view.", Needed: true},
	{Name: "t1", Title: "Target of the first view", Doc: "t1.npy: what a momentum branch says of the first view. Without it the other view is the target."},
	{Name: "t2", Title: "Target of the second view", Doc: "t2.npy: likewise; both or neither."},
}

// A prober measures embeddings for visitors, a few at a time. It keeps nothing.
type prober struct {
	uploads, turns chan struct{}
}

func newProber() prober {
	return prober{uploads: make(chan struct{}, probeUploads), turns: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
}

// probePage answers with the empty form.
func (h *Handler) probePage(w http.ResponseWriter, r *http.Request) error {
	h.page(w, r, http.StatusOK, templates.ProbePage(h.probeView(nil, nil)))
	return nil
}

// probe measures what was uploaded. The answer is all that remains of it.
func (h *Handler) probe(w http.ResponseWriter, r *http.Request) error {
	select {
	case h.prober.uploads <- struct{}{}:
		defer func() { <-h.prober.uploads }()
	default:
		return &problem{http.StatusServiceUnavailable, "Too many at once", "The server is reading the embeddings of others. Try again in a few seconds."}
	}
	out := http.NewResponseController(w)
	out.SetReadDeadline(time.Now().Add(uploadTime)) // a form of settings has less, see readTime

	in, o, err := readUpload(w, r)
	renew(w)
	var faulty faults
	if errors.As(err, &faulty) && wantsPage(r) {
		w.Header().Set("Cache-Control", "no-store")
		h.page(w, r, http.StatusUnprocessableEntity, templates.ProbePage(h.probeView(o.Method, faulty)))
		return nil
	}
	if err != nil {
		return err
	}
	out.SetReadDeadline(time.Time{}) // it is read; the deadline must not end the measurement

	result, err := h.prober.measure(w, r, in, o)
	renew(w)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	if !wantsPage(r) {
		h.json(w, r, http.StatusOK, result)
		return nil
	}
	v := h.probeView(o.Method, nil)
	v.Result = probeResult(in, result)
	h.page(w, r, http.StatusOK, templates.ProbePage(v))
	return nil
}

// measure waits for a turn and measures.
func (p prober) measure(w http.ResponseWriter, r *http.Request, in foreign.Input, o foreign.Options) (foreign.Report, error) {
	leave, err := wait(w, r, p.turns, probeWait, "The server is measuring the embeddings of others. Try again in a minute, or with fewer rows.")
	if err != nil {
		return foreign.Report{}, err
	}
	defer leave()
	return foreign.Measure(r.Context(), in, o)
}
