package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"gradlab/static"
	"gradlab/templates"
)

// assets are the built files, compressed once when the server starts.
type assets struct {
	files map[string]asset
	links templates.Assets
}

// An asset is one file, ready to be sent.
type asset struct {
	plain, zipped []byte // zipped is nil where compressing gains nothing
	kind, tag     string
	address       string // with the version of the content
}

// newAssets reads and compresses the built files. They are embedded, so a
// failure is a mistake in the program.
func newAssets() *assets {
	a := &assets{
		files: map[string]asset{},
		links: templates.Assets{
			Typeface: static.URL(static.Typeface),
			Style:    static.URL("style.css"), Theme: static.URL("theme.js"), Home: static.URL("home.js"), Lab: static.URL("lab.js"), Probe: static.URL("probe.js"),
			Inside: static.URL("inside.js"), Share: static.URL("share.js"), Sweep: static.URL("sweep.js"), Gallery: static.URL("gallery.js"),
		},
	}
	entries, err := fs.ReadDir(static.Files, ".")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		plain, err := fs.ReadFile(static.Files, e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(plain)
		f := asset{plain: plain, kind: contentType(e.Name()), tag: `"` + hex.EncodeToString(sum[:8]) + `"`, address: static.URL(e.Name())}
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
		z.Write(plain)                                        // into memory, which does not fail
		z.Close()
		if b.Len() < len(plain)*9/10 {
			f.zipped = b.Bytes()
		}
		a.files[e.Name()] = f
	}
	return a
}

// contentType goes by a table of our own where systems disagree.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".ndjson":
		return "application/x-ndjson"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// static answers with a built file. An address with the version of the content
// may be kept for ever; one without is asked about again each time.
func (h *Handler) static(w http.ResponseWriter, r *http.Request) error {
	f, ok := h.assets.files[strings.TrimPrefix(r.URL.Path, static.Prefix)]
	if !ok {
		return notFound("No such file", "There is no built file %.100s.", r.URL.Path)
	}
	head := w.Header()
	head.Set("Cache-Control", "no-cache")
	if r.URL.RequestURI() == f.address {
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	head.Set("Content-Type", f.kind)
	head.Set("ETag", f.tag)
	head.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := f.plain
	if f.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		head.Set("Content-Encoding", "gzip")
		body = f.zipped
	}
	w.Write(body)
	return nil
}
