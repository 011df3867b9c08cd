package web

import (
	"net/http"
	"strings"

	"gradlab/templates"
)

// framed is the policy of the one page that other sites may put into a frame.
// Everything else about it is as strict as elsewhere.
var framed = strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors *", 1)

// embed answers with the lab without the bars around it, for a frame of another page.
func (h *Handler) embed(w http.ResponseWriter, r *http.Request) error {
	v, e, notes := readLink(r.URL.RawQuery)
	v.Embed = true
	lab, err := h.labView(r, v, e, notes, nil)
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Security-Policy", framed)
	head.Del("X-Frame-Options")
	head.Set("Cross-Origin-Resource-Policy", "cross-origin") // for pages that ask it of their frames
	h.page(w, r, http.StatusOK, templates.EmbedPage(lab))
	return nil
}
