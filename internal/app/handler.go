package app

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/klauspost/compress/gzhttp"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/playground"
)

// readyTimeout bounds the question whether the database answers.
const readyTimeout = time.Second

func (a *App) newHandler() http.Handler {
	router := chi.NewRouter()
	router.Use(withRequestID, a.logRequests, a.recoverPanics, gzipped)
	router.Handle("/graphql", graph.NewHandler(a.services, graph.Options{
		Logger:      a.log,
		Development: !a.cfg.Production(),
		Timeout:     a.cfg.RequestTimeout,
		LoaderWait:  a.loaderWait,
	}))
	page := playground.New(playground.Options{})
	router.Handle("/", page)
	router.Handle("/playground/*", page)
	router.Get("/schema.graphql", serveText("application/graphql; charset=utf-8", graph.SDL()))
	router.Get("/healthz", serveText("text/plain; charset=utf-8", "ok\n"))
	router.Get("/readyz", a.serveReady)
	return router
}

// serveText answers with a fixed text.
func serveText(contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = io.WriteString(w, text) // a client that has gone needs no answer
	}
}

// serveReady tells a load balancer whether requests can be answered.
func (a *App) serveReady(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := a.database.Ping(ctx); err != nil {
		a.log.WarnContext(ctx, "not ready: the database does not answer", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "the database does not answer\n")
		return
	}
	_, _ = io.WriteString(w, "ready\n")
}

// gzipped compresses answers for clients that take it.
func gzipped(next http.Handler) http.Handler {
	return gzhttp.GzipHandler(next)
}
