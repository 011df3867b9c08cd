package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/gorilla/websocket"

	"gradlab/internal/lab"
)

// Limits of a request and of a connection, each with its reason.
const (
	maxBody    = 64 << 10         // settings of six lanes are a few kilobytes
	maxHeader  = 32 << 10         // a link of settings fits, a flood does not
	headerTime = 5 * time.Second  // a client that needs longer for its headers holds a connection for nothing
	readTime   = 15 * time.Second // a small form over a bad telephone line
	writeTime  = 30 * time.Second // a page or a figure likewise; streams set their own deadline with each piece
	idleTime   = 2 * time.Minute  // browsers come back to an open connection
)

var errDraining = errors.New("web: the server is going away")

// Options are the choices of who starts a server.
type Options struct {
	Log *slog.Logger // nil: slog.Default()
}

// A Handler is the lab's whole HTTP face.
type Handler struct {
	lab      *lab.Lab
	secret   []byte // by which visitors are known
	log      *slog.Logger
	routes   http.Handler
	assets   *assets
	sockets  websocket.Upgrader
	started  int64 // nanoseconds; figures of another program may differ
	pace     pace
	prober   prober
	links    ration         // short links
	pins     ration         // pinned runs
	cards    *shelf[[]byte] // previews, by their tags
	sweeps   *shelf[sweepView]
	drawing  chan struct{} // as many tokens as figures may be drawn at a time
	framing  chan struct{} // and answers with frames be made
	casts    broadcasts
	exhibits exhibits
	audience audience
	answers  [600]atomic.Int64 // by status
	draining context.Context
	drain    context.CancelFunc
}

// New returns the face of a lab.
func New(l *lab.Lab, o Options) *Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	h := &Handler{
		lab:     l,
		secret:  l.Secret(),
		log:     o.Log,
		assets:  newAssets(),
		sockets: newUpgrader(),
		started: time.Now().UnixNano(),
		prober:  newProber(),
		links:   linkRation(),
		pins:    pinRation(),
		cards:   newShelf[[]byte](shelvedCards),
		sweeps:  newShelf[sweepView](shelvedSweeps),
		drawing: make(chan struct{}, runtime.GOMAXPROCS(0)),
		framing: make(chan struct{}, frameRequests),
		casts:   broadcasts{all: map[attempt]*broadcast{}},
	}
	h.draining, h.drain = context.WithCancel(context.Background())
	h.routes = h.router()
	return h
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.routes.ServeHTTP(w, r) }

// Drain says that the server is about to stop: it is not ready any more, waiting
// requests end, and sockets are told to come back later. http.Server.Shutdown
// does not reach sockets, so call Drain first.
func (h *Handler) Drain() { h.drain() }

// NewServer returns a server for the handler with every timeout and limit set.
func NewServer(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ConnContext:       withConn,
	}
}

func (h *Handler) router() http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(h.handle(func(http.ResponseWriter, *http.Request) error {
		return &problem{http.StatusForbidden, "This request comes from another site", "A run is started from the lab's own pages, or by a program."}
	}))

	r := chi.NewRouter()
	r.Use(secure, middleware.GetHead, h.leaving, crossOrigin.Handler, limit)
	r.NotFound(h.handle(func(_ http.ResponseWriter, r *http.Request) error {
		return notFound("No such page", "There is nothing at %.100s. The experiments are at /experiments, the lab is at /lab.", r.URL.Path)
	}))
	r.MethodNotAllowed(h.handle(func(_ http.ResponseWriter, r *http.Request) error {
		return &problem{http.StatusMethodNotAllowed, "Not like this", r.Method + " does not work here. A GET never starts anything; runs are started by POST /runs."}
	}))
	get := func(r chi.Router, path string, f handlerFunc) { r.Get(path, h.handle(f)) }
	post := func(r chi.Router, path string, f handlerFunc) { r.Post(path, h.handle(f)) }

	// Texts compress well; streams and sockets must not wait in a compressor.
	texts := r.With(middleware.Compress(5, "text/html", "application/json", "image/svg+xml", "text/csv", "application/x-ndjson"))
	get(texts, "/", h.home)
	get(texts, "/lab", h.labPage)
	get(texts, "/embed", h.embed)
	get(r, "/preview.png", h.labPreview)
	get(texts, "/experiments", h.experiments)
	get(texts, "/experiments/{slug}", h.experiment)
	get(r, "/experiments/{slug}/preview.png", h.experimentPreview)
	get(texts, "/recorded/{run}/records", h.recorded)
	get(texts, "/recorded/{run}/figures/{name}.{format}", h.recordedFigure)
	get(texts, "/sweep", h.sweep)
	post(texts, "/sweep", h.runSweep)
	get(texts, "/sweep/figure.{format}", h.sweepFigure)
	get(texts, probePath, h.probePage)
	post(texts, probePath, h.probe)
	get(texts, "/credits", h.credits)
	get(texts, "/api/methods", h.methods)
	get(texts, galleryPath, h.gallery)
	get(texts, galleryPath+"/runs/{id}", h.cannedRun)
	get(r, galleryPath+"/runs/{id}/steps", h.cannedSteps)
	get(r, galleryPath+"/runs/{id}/frames", h.cannedFrames)
	get(texts, galleryPath+"/runs/{id}/figures/{name}.{format}", h.cannedFigure)
	get(texts, galleryPath+"/runs/{id}/views.{format}", h.cannedViews)
	get(texts, galleryPath+"/runs/{id}/heldout.{format}", h.cannedHeldOut)
	post(texts, "/s", h.shorten)
	get(r, "/s/{code}", h.expand)
	get(texts, "/s/{code}/qr", h.shortPage)
	get(texts, "/s/{code}/qr.svg", h.qrCode)
	post(texts, "/runs", h.submit)
	get(texts, "/runs/{id}", h.run)
	get(texts, "/runs/{id}/records.csv", h.csv)
	get(texts, "/runs/{id}/figures/{name}.{format}", h.figure)
	get(r, "/runs/{id}/preview.png", h.runPreview)
	get(texts, "/runs/{id}/compare/{other}", h.compare)

	post(r, "/runs/{id}/pause", h.act((*lab.Lab).Pause))
	post(r, "/runs/{id}/resume", h.act((*lab.Lab).Resume))
	post(r, "/runs/{id}/step", h.act((*lab.Lab).Step))
	post(r, "/runs/{id}/stop", h.stop)
	post(r, "/runs/{id}/pin", h.pin)
	post(r, "/runs/{id}/unpin", h.act((*lab.Lab).Unpin))
	post(texts, "/runs/{id}/extend", h.extend)
	get(r, "/runs/{id}/records", h.records)
	get(r, "/runs/{id}/frames", h.frames)
	get(r, "/runs/{id}/socket", h.socket)
	get(r, "/runs/{id}/events", h.events)
	get(texts, "/runs/{id}/views.{format}", h.views)
	get(texts, "/runs/{id}/heldout.{format}", h.heldOut)

	get(r, "/healthz", h.healthy)
	get(r, "/readyz", h.ready)
	get(r, "/static/*", h.static)
	return r
}

// A handlerFunc is a handler that returns its error instead of writing it.
type handlerFunc func(w http.ResponseWriter, r *http.Request) error

// handle makes a handler of f. The log's line is written here and not around
// the router, because only here the route's {id} is known; panics end beneath it, so that
// they are in the log and counted like every other answer.
func (h *Handler) handle(f handlerFunc) http.HandlerFunc {
	return h.access(h.recoverer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := f(w, r); err != nil {
			h.fail(w, r, err)
		}
	}))).ServeHTTP
}

// healthy says that the process answers.
func (h *Handler) healthy(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte("ok\n"))
	return nil
}

// ready says that the process wants requests.
func (h *Handler) ready(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if h.draining.Err() != nil {
		return lab.ErrClosed
	}
	if err := h.lab.Health(r.Context()); err != nil {
		return &problem{http.StatusServiceUnavailable, "Not ready", sentence(err)}
	}
	w.Write([]byte("ready\n"))
	return nil
}
