package app

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"
)

const requestIDHeader = "X-Request-Id"

// withRequestID names every request, by the id that a proxy gave it or by a new
// one, for the logs and for errors whose cause is not shown. chi's own would
// tell strangers the host's name.
func withRequestID(next http.Handler) http.Handler {
	usable := regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requestID := r.Header.Get(requestIDHeader)
		if !usable.MatchString(requestID) {
			requestID = uuid.NewString()
		}
		w.Header().Set(requestIDHeader, requestID)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), middleware.RequestIDKey, requestID)))
	})
}

// logRequests writes one line a request: at level debug, as a proxy usually
// keeps the access log; failures of the server at level error.
func (a *App) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		seen := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(seen, r)
		a.log.DebugContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path,
			"status", seen.Status(), "bytes", seen.BytesWritten(),
			"took", time.Since(begin).Round(time.Microsecond).String(), "request", middleware.GetReqID(r.Context()))
	})
}

// recoverPanics answers a panic outside of the GraphQL endpoint, which answers
// its own.
func (a *App) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // a sentinel that is compared, as net/http does
				panic(cause)
			}
			a.log.ErrorContext(r.Context(), "a request panicked", "request", middleware.GetReqID(r.Context()),
				"cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			http.Error(w, "internal error", http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}
