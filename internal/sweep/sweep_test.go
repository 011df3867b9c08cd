package sweep

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gradlab/internal/engine"
	"gradlab/internal/grid"
	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/internal/spec"
	"gradlab/internal/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// toy is a run that is over at once.
var toy = []string{"data=shapes", "encoder=mlp", "encoder.width=16", "encoder.depth=1", "projector.width=16", "batch=16", "steps=12", "probe.knn=0"}

// A house is a lab with its server on loopback, which can be closed and opened again.
type house struct {
	t      *testing.T
	dir    string
	lab    *lab.Lab
	server *httptest.Server
	face   *web.Handler
	at     atomic.Pointer[url.URL] // where the server is; nil while it is closed
	before func(w http.ResponseWriter, r *http.Request) bool
	client *Client
}

func open(t *testing.T) *house {
	h := &house{t: t, dir: t.TempDir(), before: func(http.ResponseWriter, *http.Request) bool { return false }}
	transport := &http.Transport{}
	h.client = &Client{Base: "http://lab", HTTP: &http.Client{Transport: elsewhere(func(r *http.Request) (*http.Response, error) {
		at := h.at.Load()
		if at == nil {
			return nil, errors.New("connection refused")
		}
		r = r.Clone(r.Context())
		r.URL.Host, r.Host = at.Host, at.Host
		return transport.RoundTrip(r)
	})}}
	h.start()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		h.stop()
	})
	return h
}

type elsewhere func(*http.Request) (*http.Response, error)

func (f elsewhere) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (h *house) start() {
	var err error
	if h.lab, err = lab.Open(lab.Options{Dir: h.dir, Workers: 1, Threads: 1}); err != nil {
		h.t.Fatal(err)
	}
	h.face = web.New(h.lab, web.Options{Log: slog.New(slog.DiscardHandler)})
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.before(w, r) {
			h.face.ServeHTTP(w, r)
		}
	}))
	at, err := url.Parse(h.server.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	h.at.Store(at)
}

func (h *house) stop() {
	h.at.Store(nil)
	h.face.Drain()
	h.server.Close()
	if err := h.lab.Close(context.Background()); err != nil {
		h.t.Error(err)
	}
}

// grid returns a sweep of toys.
func (h *house) grid(columns []string, more ...string) *Sweep {
	h.t.Helper()
	preset, err := spec.ParseArgs(toy)
	if err != nil {
		h.t.Fatal(err)
	}
	g, err := grid.Parse(preset, more)
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := New(g, h.client, columns)
	if err != nil {
		h.t.Fatal(err)
	}
	s.Pause = 10 * time.Millisecond
	return s
}

func quiet(Progress) {}

// expect computes a column without any server.
func expect(t *testing.T, r *Run, column string) float64 {
	t.Helper()
	var last record.Step
	if err := engine.Run(t.Context(), r.Spec, engine.Options{Threads: 1}, func(s record.Step) error { last = s; return nil }); err != nil {
		t.Fatal(err)
	}
	return float64(last.Values[engine.Schema(r.Spec).Index(column)])
}

// What a sweep tells is what its runs say, in a row for each point; another sweep finds
// the runs and computes nothing.
func TestSweep(t *testing.T) {
	h := open(t)
	s := h.grid([]string{"loss", "effective_rank", "terms.positive"}, "method=barlow", "projector.depth=1,2", "seed=1..3")
	var seen []Progress
	if err := s.Run(t.Context(), func(p Progress) { seen = append(seen, p) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Lost(); err != nil {
		t.Error(err)
	}
	if last := seen[len(seen)-1]; last.Runs != 6 || last.Ended != 6 || last.Share != 1 || last.Left != 0 {
		t.Errorf("at the end: %+v", last)
	}
	told := 0
	for i, p := range seen {
		if told += len(p.Just); p.Ended != told || i > 0 && p.Share < seen[i-1].Share {
			t.Errorf("round %d: %+v", i, p)
		}
	}
	var table, rows, lines strings.Builder
	if err := errors.Join(s.Table(&table), s.CSV(&rows), s.JSON(&lines)); err != nil {
		t.Fatal(err)
	}
	text := strings.Split(table.String(), "\n")
	if f := strings.Fields(text[0]); !slices.Equal(f, []string{"projector.depth", "seeds", "loss", "effective_rank", "terms.positive"}) || len(text) != 4 {
		t.Errorf("the table is\n%s", table.String())
	}
	for i, p := range s.Grid.Points {
		var losses []float64
		for _, r := range s.of(p) {
			losses = append(losses, expect(t, r, "loss"))
		}
		mean, deviation := Mean(losses)
		want := fmt.Sprintf("%.4g ± %.2g", mean, deviation)
		if !strings.Contains(text[i+1], want) || !strings.HasPrefix(text[i+1], p.Values[0]) || !strings.Contains(text[i+1], " 3 ") {
			t.Errorf("row %q, want 3 seeds and %s", text[i+1], want)
		}
	}
	records, err := csv.NewReader(strings.NewReader(rows.String())).ReadAll()
	if err != nil || len(records) != 7 {
		t.Fatalf("%d rows of CSV, %v", len(records), err)
	}
	r := s.of(s.Grid.Points[1])[2]
	want := []string{"2", "3", r.ID, "finished", "12", r.Hash, strconv.FormatFloat(expect(t, r, "loss"), 'g', -1, 32)}
	if !slices.Equal(records[6][:7], want) {
		t.Errorf("the last row is %v, want %v", records[6], want)
	}
	var l line
	if err := json.NewDecoder(strings.NewReader(lines.String())).Decode(&l); err != nil || l.Seed != "1" || l.Point["projector.depth"] != "1" || *l.Values["loss"] != *s.runs[0].Values["loss"] {
		t.Errorf("the first line is %+v, %v", l, err)
	}

	again := h.grid(nil, "method=barlow", "projector.depth=1,2", "seed=1..4")
	if err := again.Run(t.Context(), quiet); err != nil {
		t.Fatal(err)
	}
	if n := len(h.lab.Runs()); n != 8 {
		t.Errorf("after a sweep of two runs more there are %d", n)
	}
	for _, m := range h.lab.Runs() {
		if m.Attempt != 1 || !m.Keep {
			t.Errorf("run %s has attempt %d, keep %v", m.ID, m.Attempt, m.Keep)
		}
	}
}

// A server that is closed in the middle and opened again goes on, and so does the sweep.
func TestServerIsRestarted(t *testing.T) {
	h := open(t)
	s := h.grid(nil, "seed=1..6", "steps=40")
	closed, away := false, false
	err := s.Run(t.Context(), func(p Progress) {
		switch {
		case p.Ended > 0 && !closed:
			closed = true
			h.stop()
		case p.Away != "" && !away:
			away = true
			h.start()
		}
	})
	if err != nil || !closed || !away {
		t.Fatalf("closed %v, away %v: %v", closed, away, err)
	}
	for _, r := range s.Runs() {
		if r.State != "finished" || float32(*r.Values["loss"]) != float32(expect(t, r, "loss")) { // JSON has the shortest decimal
			t.Errorf("%s is %s", r.Name, r.State)
		}
	}
}

// A server that is full is asked again; one that refuses a run computes the others; one that has
// forgotten a run gets it again.
func TestServerSaysNo(t *testing.T) {
	h := open(t)
	asked := 0
	lost := ""
	h.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			switch asked++; asked {
			case 2:
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusTooManyRequests)
				return true
			case 4:
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			case 6:
				w.WriteHeader(http.StatusUnprocessableEntity)
				fmt.Fprint(w, `{"errors":[{"message":"too dear"}]}`)
				return true
			}
			return false
		}
		if lost == "" {
			lost = r.URL.Path
			w.WriteHeader(http.StatusNotFound)
			return true
		}
		return false
	}
	s := h.grid(nil, "seed=1..4")
	if err := s.Run(t.Context(), quiet); err != nil {
		t.Fatal(err)
	}
	finished, refused := 0, 0
	for _, r := range s.Runs() {
		switch r.State {
		case "finished":
			finished++
		case "refused":
			refused++
		}
	}
	if finished != 3 || refused != 1 || lost == "" {
		t.Errorf("%d finished and %d refused, of %d submissions", finished, refused, asked)
	}
	if err := s.Lost(); err == nil || !strings.Contains(err.Error(), "too dear") {
		t.Errorf("the error is %v", err)
	}
	var table strings.Builder
	if err := s.Table(&table); err != nil || !strings.Contains(table.String(), "3 of 4, 1 refused") {
		t.Errorf("the table is\n%s", table.String())
	}
}

// A run that diverges is a result: it is counted, and its numbers are in no mean.
func TestDivergedRunsAreCounted(t *testing.T) {
	h := open(t)
	s := h.grid([]string{"loss"}, "lr=100", "weight_decay=1", "steps=400", "schedule=constant", "seed=1,2")
	if err := s.Run(t.Context(), quiet); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Runs() {
		if r.State != "diverged" {
			t.Errorf("%s is %s", r.Name, r.State)
		}
	}
	var table strings.Builder
	if err := errors.Join(s.Table(&table), s.Lost()); err != nil || !strings.Contains(table.String(), "0 of 2, 2 diverged  -") {
		t.Errorf("the table is\n%s%v", table.String(), err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	h := open(t)
	h.stop()
	err := h.grid(nil, "seed=1").Run(t.Context(), func(Progress) { t.Error("there is progress") })
	if err == nil || !strings.Contains(err.Error(), "no lab answers") {
		t.Errorf("the error is %v", err)
	}
	h.start()
}

func TestUnknownColumns(t *testing.T) {
	g, err := grid.Parse(nil, toy)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(g, &Client{}, []string{"loss", "los", "knn_accuracy"}); err == nil || !strings.Contains(err.Error(), `columns: "los" is nothing that these runs measure; the nearest is loss`) || !strings.Contains(err.Error(), "knn_accuracy") {
		t.Errorf("the error is %v", err)
	}
	if s, err := New(g, &Client{}, nil); err != nil || slices.Contains(s.Columns, "knn_accuracy") || !slices.Contains(s.Columns, "loss") {
		t.Errorf("columns %v, %v", s.Columns, err)
	}
}
