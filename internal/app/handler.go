package app

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/klauspost/compress/gzhttp"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/app/edge"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/limit"
	"github.com/project-nexus/nexus/internal/playground"
)

const (
	// readyTimeout bounds the question whether the database answers.
	readyTimeout = time.Second

	graphqlPath = "/graphql"
	schemaPath  = "/schema.graphql"
)

func (a *App) newHandler() http.Handler {
	gate := edge.New(edge.Options{
		Logger:         a.log,
		Production:     a.cfg.Production(),
		PublicURL:      a.cfg.PublicURL,
		AllowedOrigins: a.cfg.AllowedOrigins,
		TrustedProxies: a.cfg.TrustedNetworks(),
		Authenticate:   a.authenticate,
		Timeout:        a.cfg.OperationTimeout,
	})
	router := chi.NewRouter()
	router.Use(gate.Every()...)
	router.Use(gzipped)
	router.Group(func(api chi.Router) {
		api.Use(gate.API()...)
		api.With(gate.Session()...).Handle(graphqlPath, a.newGraph())
		api.Get(schemaPath, a.serveSchema(graph.SDL()))
	})
	page := playground.New(playground.Options{Endpoint: graphqlPath, Schema: schemaPath})
	router.Handle("/", page)
	router.Handle("/playground/*", page)
	router.Get("/healthz", serveText("text/plain; charset=utf-8", "ok\n"))
	router.Get("/readyz", a.serveReady)
	if a.jwks != nil {
		router.Method(http.MethodGet, "/.well-known/jwks.json", a.jwks)
	}
	return router
}

func (a *App) newGraph() http.Handler {
	return graph.NewHandler(a.services, graph.Options{
		Logger:        a.log,
		Introspection: a.mayReadSchema,
		Timeout:       a.cfg.OperationTimeout,
		LoaderWait:    a.loaderWait,
		MaxBody:       a.cfg.MaxBody,
		Uploads:       request.Uploads{File: a.cfg.MaxUpload, Files: a.cfg.MaxUploadFiles, Request: a.cfg.MaxUploadRequest},
		Limits: limit.Limits{
			Tokens: a.cfg.MaxTokens, Depth: a.cfg.MaxDepth, Aliases: a.cfg.MaxAliases, RootFields: a.cfg.MaxRootFields,
			Directives: a.cfg.MaxDirectives, Selections: a.cfg.MaxSelections, Cost: a.cfg.MaxCost,
		},
		Budgets:      a.budgets,
		ReportCost:   true,
		Idempotency:  a.answers,
		Streams:      a.streams,
		Authenticate: a.authenticate,
		Renew:        a.services.Accounts.Renew,
	})
}

// mayReadSchema is the rule of NEXUS_INTROSPECTION.
func (a *App) mayReadSchema(actor auth.Actor) bool {
	switch a.cfg.Introspection {
	case config.Everybody:
		return true
	case config.Users:
		return actor.Is(auth.PrincipalUser)
	case config.Admins:
		return actor.Is(auth.PrincipalAdmin)
	default:
		return false
	}
}

// serveSchema answers with the schema whom introspection answers as well.
func (a *App) serveSchema(text string) http.HandlerFunc {
	serve := serveText("application/graphql; charset=utf-8", text)
	return func(w http.ResponseWriter, r *http.Request) {
		actor := auth.ActorOf(r.Context())
		if !a.mayReadSchema(actor) {
			transport.Refuse(w, r, graph.RefuseSchema(actor))
			return
		}
		serve(w, r)
	}
}

// serveText answers with a fixed text.
func serveText(contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "private, no-cache")
		if auth.ActorOf(r.Context()).User != nil {
			w.Header().Set("Cache-Control", "private, no-store")
		}
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
		a.log.WarnContext(ctx, "not ready: the database does not answer")
		a.log.DebugContext(ctx, "why the database does not answer", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "the database does not answer\n")
		return
	}
	_, _ = io.WriteString(w, "ready\n")
}

// gzipped compresses answers for clients that take it, except streams: what is
// compressed waits for more.
func gzipped(next http.Handler) http.Handler {
	compressed := gzhttp.GzipHandler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if transport.Streams(r) {
			next.ServeHTTP(w, r)
			return
		}
		compressed.ServeHTTP(w, r)
	})
}
