package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/a-h/templ"
)

// wantsPage says whether the client reads pages: it names HTML, and before any data.
func wantsPage(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	page, data := strings.Index(accept, "text/html"), firstOf(accept, "application/json", "application/x-ndjson")
	return page >= 0 && (data < 0 || page < data)
}

// wantsJSON says whether the client asks for JSON rather than for a page.
func wantsJSON(r *http.Request) bool {
	return !wantsPage(r) && strings.Contains(r.Header.Get("Accept"), "application/json")
}

// firstOf returns the position of whichever word comes first in s, or -1.
func firstOf(s string, words ...string) int {
	at := -1
	for _, w := range words {
		if i := strings.Index(s, w); i >= 0 && (at < 0 || i < at) {
			at = i
		}
	}
	return at
}

// json answers with a value as JSON.
func (h *Handler) json(w http.ResponseWriter, r *http.Request, status int, v any) {
	b := marshal(v)
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b) // a client that has gone is no error of ours
}

// marshal writes a value as a line of JSON, with links in it as people read
// them: an & stays an &, since nobody takes these answers for HTML. The values are
// ours, so a failure is a mistake in the program.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("web: " + err.Error())
	}
	return b.Bytes()
}

// page answers with a component. It is drawn whole before the first byte goes
// out, so a page that cannot be drawn is an error and not half a page.
func (h *Handler) page(w http.ResponseWriter, r *http.Request, status int, c templ.Component) {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		if gone(r) {
			return
		}
		h.logger(r).Error("drawing the page", "error", err)
		http.Error(w, "The page could not be drawn. It is in the server's log.", http.StatusInternalServerError)
		return
	}
	h.greet(w, r)
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-cache") // a run moves on
	}
	w.WriteHeader(status)
	w.Write(b.Bytes())
}
