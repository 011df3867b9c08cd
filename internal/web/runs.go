package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gradlab/internal/knob"
	"gradlab/internal/lab"
	"gradlab/internal/spec"
)

// actWait is how long an order may take to show; it stands even where it takes longer.
const actWait = 5 * time.Second

// submitted answers a program that started an experiment. The first three are
// the first lane's; lanes has them all.
type submitted struct {
	ID    string         `json:"id"`
	URL   string         `json:"url"`
	State lab.State      `json:"state"`
	Page  string         `json:"page"` // canonical address of the lab with these settings
	Lanes []startedLane  `json:"lanes"`
	Notes []settingsNote `json:"notices,omitempty"`
}

type startedLane struct {
	Lane     string    `json:"lane"` // prefix of its keys: "", "b", "c"
	ID       string    `json:"id"`
	URL      string    `json:"url"`
	State    lab.State `json:"state"`
	Position int       `json:"position,omitempty"` // in the queue
	Wait     float64   `json:"wait,omitempty"`     // seconds
	Spec     string    `json:"spec"`               // canonical query of this lane alone
}

// A settingsNote is a remark about settings that were accepted.
type settingsNote struct {
	Key     string `json:"key"`
	Message string `json:"message"`
}

// submit starts the runs of an experiment, one for each lane, or finds those
// that are there already. Its keys may stand in the body, as a form sends them,
// and in the query.
func (h *Handler) submit(w http.ResponseWriter, r *http.Request) error {
	settings, err := posted(r)
	if err != nil {
		return err
	}
	keep, settings, err := takeKeep(settings)
	if err != nil {
		return err
	}
	view, settings, bad := takeView(settings) // a form in a lesson sends it along, so that the page that follows is one too
	e, notices, err := spec.ParseExperiment(settings)
	if err == nil {
		err = h.plan(e)
	}
	if err == nil && len(bad) > 0 {
		err = bad
	}
	if err != nil {
		if wantsPage(r) && asProblem(err).status == http.StatusUnprocessableEntity {
			return h.redraw(w, r, view, settings, err)
		}
		return err
	}
	err = h.launch(w, r, e, view, keep, notices)
	var refused *lab.Refused
	if errors.As(err, &refused) && wantsPage(r) {
		return h.redraw(w, r, view, settings, err) // whoever is one too many keeps what he has set
	}
	return err
}

// posted returns the settings of a request's query and body.
func posted(r *http.Request) ([]spec.Setting, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	text := r.URL.RawQuery
	if text != "" && len(body) > 0 {
		text += "&"
	}
	return spec.ParseQuery(text + string(body))
}

// launch starts the runs of an experiment that has been planned, and answers.
func (h *Handler) launch(w http.ResponseWriter, r *http.Request, e spec.Experiment, view view, keep bool, notices []spec.Notice) error {
	asked := h.submission(r)
	asked.Keep = keep
	runs, err := h.lab.Compare(r.Context(), e.Lanes, asked)
	if err != nil {
		return err
	}
	h.greet(w, r)
	answer := submitted{Page: view.place(e)}
	for i, m := range runs {
		answer.Lanes = append(answer.Lanes, startedLane{strings.TrimSuffix(spec.LanePrefix(i), "."), m.ID, runURL(m.ID), m.State, m.Position, m.Wait, m.Spec})
	}
	for _, n := range notices {
		answer.Notes = append(answer.Notes, settingsNote{n.Key, n.Text})
	}
	first := answer.Lanes[0]
	answer.ID, answer.URL, answer.State = first.ID, first.URL, first.State

	to := view.onRun(first.ID)
	if len(e.Lanes) > 1 || view.Embed {
		to = answer.Page
	}
	w.Header().Set("Cache-Control", "no-store")
	if !wantsJSON(r) {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	w.Header().Set("Location", to)
	h.json(w, r, http.StatusOK, answer)
	return nil
}

// plan checks that every lane can run here, before the first one is started.
func (h *Handler) plan(e spec.Experiment) error {
	var all knob.Errors
	for i, s := range e.Lanes {
		cost, err := h.lab.Plan(s)
		if err == nil {
			err = h.tooLong(s, cost)
		}
		var errs knob.Errors
		switch {
		case err == nil:
		case errors.As(err, &errs):
			for _, k := range errs {
				of := *k
				of.Key = spec.LanePrefix(i) + k.Key
				all = append(all, &of)
			}
		default:
			return err
		}
	}
	if len(all) > 0 {
		return all
	}
	return nil
}

// takeKeep takes the one key out of a submission that is not a setting: keep=1
// lets runs go on without viewers.
func takeKeep(settings []spec.Setting) (bool, []spec.Setting, error) {
	keep := false
	rest := slices.DeleteFunc(slices.Clone(settings), func(s spec.Setting) bool { return s.Key == "keep" })
	for _, s := range settings {
		switch {
		case s.Key != "keep":
		case s.Value == "1" || s.Value == "0":
			keep = s.Value == "1"
		default:
			return false, nil, knob.Errors{{Key: "keep", Value: s.Value, Problem: "is not one of", Range: "0 or 1", Nearest: "1"}}
		}
	}
	return keep, rest, nil
}

// act makes a handler of an order to a run.
func (h *Handler) act(order func(*lab.Lab, context.Context, string) error) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := chi.URLParam(r, "id")
		ctx, cancel := context.WithTimeout(r.Context(), actWait)
		defer cancel()
		if err := order(h.lab, ctx, id); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		w.Header().Set("Cache-Control", "no-store")
		if wantsJSON(r) {
			m, err := h.found(r)
			if err != nil {
				return err
			}
			h.json(w, r, http.StatusOK, m)
			return nil
		}
		http.Redirect(w, r, runURL(id), http.StatusSeeOther)
		return nil
	}
}

// stop ends a run, or lets a visitor leave one that others want too.
func (h *Handler) stop(w http.ResponseWriter, r *http.Request) error {
	who := h.submission(r)
	return h.act(func(l *lab.Lab, ctx context.Context, id string) error { return l.Leave(ctx, id, who) })(w, r)
}

// pin keeps a run's records whatever room others need. A visitor pins only so many.
func (h *Handler) pin(w http.ResponseWriter, r *http.Request) error {
	m, err := h.found(r)
	if err == nil && !m.Pinned {
		err = h.pins.take(h.submission(r), m.ID, time.Now())
	}
	if err != nil {
		return err
	}
	return h.act((*lab.Lab).Pin)(w, r)
}

// run answers with a run's page, or with its manifest.
func (h *Handler) run(w http.ResponseWriter, r *http.Request) error {
	m, err := h.found(r)
	if err != nil {
		return err
	}
	if wantsJSON(r) {
		w.Header().Set("Cache-Control", "no-cache")
		h.json(w, r, http.StatusOK, m)
		return nil
	}
	return h.runPage(w, r, m)
}
