package edge

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/errs"
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

// logRequests writes one line a request at level debug, as a proxy usually keeps
// the access log.
func (e *Edge) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		seen := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(seen, r)
		e.log.DebugContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path,
			"status", seen.Status(), "bytes", seen.BytesWritten(),
			"took", time.Since(begin).Round(time.Microsecond).String(), "request", middleware.GetReqID(r.Context()))
	})
}

// recoverPanics answers a panic outside of the GraphQL endpoint, which answers
// its own. An answer that has begun is cut off instead.
func (e *Edge) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // a sentinel that is compared, as net/http does
				panic(cause)
			}
			e.logFault(r, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
			if seen.Status() != 0 {
				panic(http.ErrAbortHandler)
			}
			transport.Refuse(w, r, internal())
		}()
		next.ServeHTTP(seen, r)
	})
}

// logFault tells of a fault of the server by the request's id, and at level debug
// of its cause.
func (e *Edge) logFault(r *http.Request, cause error) {
	requestID := middleware.GetReqID(r.Context())
	e.log.ErrorContext(r.Context(), "a request failed", "request", requestID, "code", string(errs.CodeInternal))
	e.log.DebugContext(r.Context(), "why a request failed", "request", requestID, "error", cause)
}

func internal() *errs.Error {
	return errs.New(errs.CodeInternal, "The server failed; report the request id.")
}
