package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
)

// fresh gives an answer the tag of its version, so that a client asks each time whether there
// is a newer one, and reports whether it has answered that there is none.
func fresh(w http.ResponseWriter, r *http.Request, version ...any) (tag string, answered bool) {
	sum := sha256.Sum256(fmt.Append(nil, version...))
	tag = `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") != tag {
		return tag, false
	}
	w.WriteHeader(http.StatusNotModified)
	return tag, true
}
