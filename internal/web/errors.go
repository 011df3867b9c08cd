package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"gradlab/internal/knob"
	"gradlab/internal/lab"
	"gradlab/internal/report"
	"gradlab/templates"
)

// A problem is an error with its status and its words for a person.
type problem struct {
	status  int
	title   string // "No such run"
	message string // what happened and what to do
}

func (p *problem) Error() string { return p.message }

// notFound says that something does not exist; message tells what to do.
func notFound(title, format string, args ...any) error {
	return &problem{http.StatusNotFound, title, fmt.Sprintf(format, args...)}
}

// badRequest says what is wrong with a request.
func badRequest(format string, args ...any) error {
	return &problem{http.StatusBadRequest, "This request cannot be read", fmt.Sprintf(format, args...)}
}

// asProblem is the one place where errors get their status.
func asProblem(err error) *problem {
	var p *problem
	var settings knob.Errors
	var setting *knob.Error
	var large *http.MaxBytesError
	var files faults
	var refused *lab.Refused
	var spent *overdraft
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &spent):
		return spent.problem()
	case errors.As(err, &refused) && refused.Full:
		return &problem{http.StatusServiceUnavailable, "The server is full", sentence(refused) + outlook(refused)}
	case errors.As(err, &refused):
		return &problem{http.StatusTooManyRequests, "Too many at once", sentence(refused)}
	case errors.As(err, &files):
		return &problem{http.StatusUnprocessableEntity, "These embeddings cannot be measured", err.Error()}
	case errors.As(err, &settings), errors.As(err, &setting):
		return &problem{http.StatusUnprocessableEntity, "These settings do not work", err.Error()}
	case shortProblem(err) != nil:
		return shortProblem(err)
	case errors.Is(err, lab.ErrUnknown):
		return &problem{http.StatusNotFound, "No such run",
			"This server does not know the run. It may have been run elsewhere: the link of its settings runs it here."}
	case errors.Is(err, lab.ErrEnded):
		return &problem{http.StatusConflict, "The run has ended", sentence(err)}
	case errors.Is(err, lab.ErrAway):
		return &problem{http.StatusServiceUnavailable, "The run's worker does not answer", sentence(err)}
	case leaves(err):
		return &problem{http.StatusServiceUnavailable, "The server is going away", "It is being stopped or restarted. Try again in a moment."}
	case errors.Is(err, report.ErrUnknown):
		return &problem{http.StatusNotFound, "No such figure", "Figures are " + strings.Join(figureNames(), ", ") + ", each as .svg, .png, .csv and .json."}
	case errors.Is(err, os.ErrDeadlineExceeded): // of the connection, while a body is read
		return &problem{http.StatusRequestTimeout, "Too slow", fmt.Sprintf("The request did not arrive within %v.", readTime)}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &problem{http.StatusBadRequest, "This request cannot be read", "It broke off."}
	case errors.As(err, &large):
		return &problem{http.StatusRequestEntityTooLarge, "Too much text", fmt.Sprintf("The settings of an experiment fit into %d bytes.", large.Limit)}
	default:
		return &problem{http.StatusInternalServerError, "Something broke here",
			"That is a fault of the server, not of the request. It is in the server's log."}
	}
}

// outlook says how far back a submission would have been, and when to come again.
func outlook(r *lab.Refused) string {
	text := " "
	if r.Position > 0 {
		text += fmt.Sprintf("This one would be number %d in the queue. ", r.Position)
	}
	if r.Wait > 0 {
		return text + "As things stand there is room in about " + templates.Duration(r.Wait.Seconds()) + "."
	}
	return text + "Nobody can say yet when there is room; try again in a minute."
}

// sentence makes an error's text one.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

func figureNames() []string {
	var names []string
	for _, f := range report.Figures() {
		names = append(names, f.Name)
	}
	return names
}

// An apiError is one error in the answer to a program: a setting's, with all
// that knob.Error knows, or another one with its message alone.
type apiError struct {
	*knob.Error
	Message  string  `json:"message"`
	Position int     `json:"position,omitempty"` // that it would have in the queue, where the server is full
	Wait     float64 `json:"wait,omitempty"`     // seconds until there is room, where that is known
}

func apiErrors(err error) []apiError {
	var settings knob.Errors
	var setting *knob.Error
	var files faults
	var refused *lab.Refused
	switch {
	case errors.As(err, &files):
		return files
	case errors.As(err, &refused):
		return []apiError{{Message: asProblem(err).message, Position: refused.Position, Wait: refused.Wait.Round(time.Second).Seconds()}}
	case errors.As(err, &settings):
		list := make([]apiError, len(settings))
		for i, e := range settings {
			list[i] = apiError{Error: e, Message: e.Error()}
		}
		return list
	case errors.As(err, &setting):
		return []apiError{{Error: setting, Message: setting.Error()}}
	default:
		return []apiError{{Message: asProblem(err).message}}
	}
}

// gone says whether nobody waits for the answer any more. A server that drains ends
// requests too, and says so.
func gone(r *http.Request) bool { return context.Cause(r.Context()) == context.Canceled }

// fail answers with an error: a page for browsers, JSON for everybody else. An
// answer that has begun cannot be taken back; it ends where it is.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := asProblem(err)
	if gone(r) {
		return
	}
	var refused *lab.Refused
	if !errors.As(err, &refused) && p.status >= 500 {
		h.logger(r).Error("request failed", slog.Any("error", err))
	}
	w.Header().Del("ETag")
	w.Header().Set("Cache-Control", "no-store")
	var spent *overdraft
	switch {
	case errors.As(err, &spent):
		w.Header().Set("Retry-After", strconv.Itoa(int(spent.wait.Seconds())+1))
	case p.status == http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter(refused))
	}
	if !wantsPage(r) {
		answer := map[string]any{"errors": apiErrors(err)}
		if refused != nil {
			answer["later"] = p.title // the same may be submitted again
		}
		h.json(w, r, p.status, answer)
		return
	}
	h.page(w, r, p.status, templates.ErrorPage(h.errorView(p)))
}

func (h *Handler) errorView(p *problem) templates.Error {
	return templates.Error{
		Page:    templates.Page{Title: p.title, Assets: h.assets.links},
		Status:  p.status,
		Title:   p.title,
		Message: p.message,
		Links:   []templates.Link{{Title: "Experiments", URL: "/experiments"}, {Title: "The lab", URL: "/lab"}},
	}
}

// retryAfter is in how many seconds a server that cannot take a request may.
func retryAfter(refused *lab.Refused) string {
	switch {
	case refused == nil:
		return "5" // it is restarted
	case refused.Wait <= 0:
		return "60"
	}
	return strconv.Itoa(int(refused.Wait.Seconds()) + 1)
}
