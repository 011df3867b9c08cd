package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"gradlab/internal/lab"
)

// A visitor is known by a cookie that holds nothing but a random number and its
// signature. The key is the lab's, so that the cookie outlives a restart and is good
// in every process of a cluster.
const (
	cookieName = "gradlab"
	cookieTime = 365 * 24 * time.Hour
	cookieSize = 16 // bytes of the random number
	nameSize   = 9  // bytes of the digest by which the lab knows a visitor
)

// sign returns the HMAC-SHA256 of what is said, under a purpose of its own.
func (h *Handler) sign(purpose, said string) []byte {
	m := hmac.New(sha256.New, h.secret)
	m.Write([]byte(purpose + ":" + said))
	return m.Sum(nil)
}

// digest is a short name for what must not be told: the lab stores it.
func (h *Handler) digest(purpose, said string) string {
	return base64.RawURLEncoding.EncodeToString(h.sign(purpose, said)[:nameSize])
}

// visitor returns the number in the request's cookie; "" where there is none, or one
// that this lab has not signed.
func (h *Handler) visitor(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	number, signature, _ := strings.Cut(c.Value, ".")
	given, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	if err != nil || !hmac.Equal(given, h.sign("cookie", number)) {
		return ""
	}
	return number
}

// greet gives who comes without a cookie one, for the next time.
func (h *Handler) greet(w http.ResponseWriter, r *http.Request) {
	if h.visitor(r) != "" {
		return
	}
	b := make([]byte, cookieSize)
	rand.Read(b) // never fails
	number := base64.RawURLEncoding.EncodeToString(b)
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: number + "." + base64.RawURLEncoding.EncodeToString(h.sign("cookie", number)),
		Path: "/", MaxAge: int(cookieTime.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: isSecure(r),
	})
	w.Header().Set("Cache-Control", "no-store") // what names one visitor is for nobody else
}

// submission says who sends a request. Without a cookie it is whoever comes from the
// address.
func (h *Handler) submission(r *http.Request) lab.Submission {
	s := lab.Submission{Address: h.digest("address", address(r))}
	if number := h.visitor(r); number != "" {
		s.Visitor = h.digest("visitor", number)
	}
	return s
}

// isSecure says whether the visitor's side of the connection is encrypted. A proxy
// is believed: a client that lies hurts its own cookie alone.
func isSecure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// address is the network that a request comes from: an IPv4 address, or the 64 bits
// of an IPv6 one that are given out together. A proxy on this machine is believed
// about whom it speaks for, nobody else is.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if told := r.Header.Values("X-Forwarded-For"); at.IsLoopback() && len(told) > 0 {
		list := strings.Split(told[len(told)-1], ",") // the last one is the proxy's own word
		if a, err := netip.ParseAddr(strings.TrimSpace(list[len(list)-1])); err == nil {
			at = a
		}
	}
	at = at.Unmap().WithZone("")
	if at.Is6() {
		if p, err := at.Prefix(64); err == nil {
			return p.String()
		}
	}
	return at.String()
}
