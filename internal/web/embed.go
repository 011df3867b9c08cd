package web

import (
	"net/http"
	"strings"

	"gradlab/templates"
)

// framePolicy is the policy of the one page that other sites may put into a frame.
// Everything else about it is as strict as elsewhere.
var framePolicy = strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors *", 1)

// embed answers with the lab without the bars around it, for a frame of another page.
func (h *Handler) embed(w http.ResponseWriter, r *http.Request) error {
	v, e, notes := readLink(r.URL.RawQuery)
	v.Embed = true
	lab, err := h.labView(r, v, e, notes, nil)
	if err != nil {
		return err
	}
	h.framed(w, r, http.StatusOK, lab)
	return nil
}

// framed answers with a page that other sites may put into a frame.
func (h *Handler) framed(w http.ResponseWriter, r *http.Request, status int, v templates.Lab) {
	head := w.Header()
	head.Set("Content-Security-Policy", framePolicy)
	head.Del("X-Frame-Options")
	head.Set("Cross-Origin-Resource-Policy", "cross-origin") // for pages that ask it of their frames
	h.page(w, r, status, templates.EmbedPage(v))
}
