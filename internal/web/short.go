package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"rsc.io/qr"

	"gradlab/experiments"
	"gradlab/internal/lab"
	"gradlab/internal/spec"
	"gradlab/templates"
)

// A shortened answers a program that asked for a short link.
type shortened struct {
	Code string `json:"code"`
	URL  string `json:"url"` // the short link, whole
	Page string `json:"page"`
	QR   string `json:"qr"`   // address of a picture of it
	Link string `json:"link"` // what it stands for, in its canonical form
}

// shorten stores a short link for an address of this server. The same state
// has the same short link, since what is stored is its canonical form.
func (h *Handler) shorten(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badRequest("link: %v.", err)
	}
	link, err := h.canonical(r, r.PostForm.Get("link"))
	if err != nil {
		return err
	}
	if err := h.links.take(h.submission(r), link, time.Now()); err != nil {
		return err
	}
	code, err := h.lab.Shorten(r.Context(), link)
	if err != nil {
		return err
	}
	answer := shortened{Code: code, URL: absolute(r, "/s/"+code), Page: "/s/" + code + "/qr", QR: "/s/" + code + "/qr.svg", Link: link}
	w.Header().Set("Cache-Control", "no-store")
	if wantsPage(r) {
		http.Redirect(w, r, answer.Page, http.StatusSeeOther)
		return nil
	}
	h.json(w, r, http.StatusOK, answer)
	return nil
}

// canonical reads a link to a page that has something to share, and writes it as
// this server would: path, query and fragment.
func (h *Handler) canonical(r *http.Request, link string) (string, error) {
	u, err := url.Parse(link)
	switch {
	case link == "" || err != nil || len(link) > spec.MaxQuery:
		return "", badRequest("link: %.60q is not an address of at most %d characters, such as /lab?method=byol.", link, spec.MaxQuery)
	case u.Host != "" && u.Host != r.Host || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || u.User != nil:
		return "", badRequest("link: %.60q is not an address of this server; short links lead to its own pages.", link)
	}
	fragment, err := canonicalFragment(u.EscapedFragment())
	if err != nil {
		return "", err
	}
	settings, err := spec.ParseQuery(u.RawQuery)
	if err != nil {
		return "", err
	}
	v, settings, errs := takeView(settings)
	if len(errs) > 0 {
		return "", errs
	}
	slug, isExperiment := strings.CutPrefix(u.Path, "/experiments/")
	id, isRun := strings.CutPrefix(u.Path, "/runs/")
	switch {
	case u.Path == "/lab" || u.Path == "/embed":
		e, _, err := spec.ParseExperiment(settings)
		if err != nil {
			return "", err
		}
		v.Embed = u.Path == "/embed"
		return v.place(e) + fragment, nil
	case isExperiment:
		if _, ok := experiments.Lookup(slug); ok {
			return u.Path + fragment, nil
		}
	case isRun:
		if _, ok := h.lab.Run(id); ok {
			return v.onRun(id) + fragment, nil
		}
	}
	return "", badRequest("link: there is nothing to share at %.60q; short links lead to /lab, /embed, a run or an experiment.", u.Path)
}

// fragmentKeys are what of a view stands in the fragment (static/src/view.js).
var fragmentKeys = []string{"step", "anchor", "turn", "arrows", "pairs", "open", "stage", "order", "seeds", "images", "near", "pace", "zoom"}

// canonicalFragment returns the view in a fragment with its keys in order, with
// its number sign; empty where there is none.
func canonicalFragment(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	values := map[string]string{}
	for part := range strings.SplitSeq(text, "&") {
		key, value, _ := strings.Cut(part, "=")
		if !slices.Contains(fragmentKeys, key) || value == "" || len(value) > 1000 || strings.Trim(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,_:-") != "" {
			return "", badRequest("link: %.60q behind the # is not one of %s with a value of letters, digits and .,_:-", part, strings.Join(fragmentKeys, ", "))
		}
		values[key] = value
	}
	var parts []string
	for _, key := range fragmentKeys {
		if v, ok := values[key]; ok {
			parts = append(parts, key+"="+v)
		}
	}
	return "#" + strings.Join(parts, "&"), nil
}

// expand leads a short link to what it stands for, its fragment included.
func (h *Handler) expand(w http.ResponseWriter, r *http.Request) error {
	link, err := h.lab.Expand(r.Context(), chi.URLParam(r, "code"))
	if err != nil {
		return err
	}
	w.Header().Set("Location", link) // http.Redirect would do too, with a body that nobody reads
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusFound)
	return nil
}

// shortPage shows a short link in type that a room can read, with its QR code.
func (h *Handler) shortPage(w http.ResponseWriter, r *http.Request) error {
	code := chi.URLParam(r, "code")
	link, err := h.lab.Expand(r.Context(), code)
	if err != nil {
		return err
	}
	h.page(w, r, http.StatusOK, templates.ShortPage(templates.Short{
		Page: templates.Page{Title: "Short link " + code, Assets: h.assets.links},
		Link: absolute(r, "/s/"+code), Host: r.Host, Path: "/s/" + code, QR: "/s/" + code + "/qr.svg", Target: link,
	}))
	return nil
}

// qrCode draws a short link.
func (h *Handler) qrCode(w http.ResponseWriter, r *http.Request) error {
	code := chi.URLParam(r, "code")
	if _, err := h.lab.Expand(r.Context(), code); err != nil {
		return err
	}
	svg, err := qrSVG(absolute(r, "/s/"+code))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", figurePolicy)
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "no-cache") // the host is the visitor's, and part of it
	w.Write(svg)
	return nil
}

// quiet is the white margin that a reader of QR codes needs, in modules.
const quiet = 4

// qrSVG draws a text as a QR code: black modules on white, whatever the page's
// paper is, since readers want it so. A row of black modules is one piece of the path.
func qrSVG(text string) ([]byte, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("web: a QR code of %d characters: %w", len(text), err)
	}
	side := code.Size + 2*quiet
	title := xmlText("QR code of " + text)
	b := fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t d" shape-rendering="crispEdges">`, side, side, 8*side, 8*side)
	b = fmt.Appendf(b, `<title id="t">%s</title><desc id="d">Point a phone's camera at it to open %s</desc>`, title, xmlText(text))
	b = fmt.Appendf(b, `<path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, side, side)
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			n := 0
			for code.Black(x+n, y) {
				n++
			}
			if n > 0 {
				b = fmt.Appendf(b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, n, n)
				x += n
			}
		}
	}
	return append(b, `"/></svg>`...), nil
}

func xmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// shortProblem gives the errors of short links their status.
func shortProblem(err error) *problem {
	switch {
	case errors.Is(err, lab.ErrNoLink):
		return &problem{http.StatusNotFound, "No such short link", "Nobody has made this short link on this server. Check the letters: there is no i, l, o or u in them."}
	case errors.Is(err, lab.ErrFull):
		return &problem{http.StatusInsufficientStorage, "No room for another short link", "The ones there are go on working. The long link works without any."}
	}
	return nil
}
