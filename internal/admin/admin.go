// Package admin is the back door of a lab: metrics for Prometheus and profiles, for
// who runs it. It shows what is in memory, so it belongs on an address that
// strangers do not reach.
package admin

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Limits of a request. A profile is recorded while its request waits, for as long as it asks.
const (
	readTime  = 5 * time.Second
	writeTime = 5 * time.Minute
	maxHeader = 8 << 10
)

// NewServer returns a server of the metrics, at /metrics, and of profiles, at
// /debug/pprof/. Where local is set it answers only who calls it by a name of this
// machine: a page in a browser that has its own name point here is refused.
func NewServer(m *Metrics, local bool) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "/metrics\n/debug/pprof/")
	})
	var h http.Handler = mux
	if local {
		h = onlyLocal(mux)
	}
	return &http.Server{Handler: h, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: time.Minute, MaxHeaderBytes: maxHeader}
}

func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !Loopback(host) {
			http.Error(w, "This address is for the machine itself.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Loopback says whether a host is one that only this machine reaches.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
