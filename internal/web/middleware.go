package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/gorilla/websocket"
)

// policy allows what comes from this server and nothing else: no inline script
// or style, no frame around a page, no form that posts elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// secure sets the headers that every answer carries.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Frame-Options", "DENY") // frame-ancestors for old browsers
		head.Set("Referrer-Policy", "same-origin")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		next.ServeHTTP(w, r)
	})
}

// access writes a line about each request to the log, when it ends.
func (h *Handler) access(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, r)
		status := ww.Status()
		if status == 0 {
			status = http.StatusOK
			if websocket.IsWebSocketUpgrade(r) {
				status = http.StatusSwitchingProtocols // it went out behind our back
			}
		}
		if status < len(h.answers) {
			h.answers[status].Add(1)
		}
		level := slog.LevelInfo
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			level = slog.LevelDebug // a probe asks every few seconds
		}
		h.logger(r).Log(r.Context(), level, "request",
			slog.Int("status", status), slog.Int("bytes", ww.BytesWritten()), slog.Duration("took", time.Since(start)))
	})
}

// logger adds what identifies a request to the lines of its log.
func (h *Handler) logger(r *http.Request) *slog.Logger {
	log := h.log.With(slog.String("method", r.Method), slog.String("path", r.URL.Path))
	if id := chi.URLParam(r, "id"); id != "" {
		log = log.With(slog.String("run", id))
	}
	return log
}

// recoverer turns a panic into an answer with status 500, so that a mistake in
// one page leaves the others standing.
func (h *Handler) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				panic(v) // net/http's own way to cut a connection
			default:
				h.logger(r).Error("panic", slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
				h.fail(w, r, fmt.Errorf("web: panic: %v", v))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// leaving ends requests that wait, sockets above all, once the server drains.
func (h *Handler) leaving(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		defer context.AfterFunc(h.draining, func() { cancel(errDraining) })()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// limit bounds what a request may send, but for uploads, which have a bound of
// their own.
func limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != probePath {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		}
		next.ServeHTTP(w, r)
	})
}
