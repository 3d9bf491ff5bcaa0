package graph

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/project-nexus/nexus/graph/generated"
	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/idempotency"
	"github.com/project-nexus/nexus/internal/limit"
)

// parsedDocuments is how many parsed and validated documents are remembered.
const parsedDocuments = 1000

// Options configures the endpoint; the zero value is right for production.
type Options struct {
	// Logger gets faults of the server; nil takes slog.Default.
	Logger *slog.Logger
	// Introspection tells who may read the schema and gets suggestions for names
	// that it lacks; nil: nobody.
	Introspection func(auth.Actor) bool
	// Timeout ends an operation; 0 leaves the request's own deadline.
	Timeout time.Duration
	// LoaderWait is how long a loader collects keys; 0 means 1 ms.
	LoaderWait time.Duration
	// MaxBody limits a request without files in bytes; 0 means transport.DefaultMaxBody.
	MaxBody int64
	// Uploads bounds multipart requests; zero fields have their defaults.
	Uploads request.Uploads
	// Limits bound documents, pages and cost; zero fields have their defaults.
	Limits limit.Limits
	// Budgets bound what a caller may spend; the zero value bounds nothing.
	Budgets Budgets
	// Idempotency keeps the answers of mutations that have an Idempotency-Key; nil:
	// the header is ignored.
	Idempotency *idempotency.Store
	// Streams counts and ends WebSockets and event streams; nil: none are served.
	Streams *stream.Registry
	// Authenticate and Renew are those of stream.Options.
	Authenticate func(ctx context.Context, token string) (auth.Actor, error)
	Renew        func(ctx context.Context, actor auth.Actor) (auth.Actor, error)
	// ReportCost puts the cost of each operation into extensions.cost.
	ReportCost bool
	// fanout is for tests that look into it; nil: a new one.
	fanout *fanout
}

// NewHandler returns the GraphQL endpoint over the services.
func NewHandler(s Services, o Options) http.Handler {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.LoaderWait <= 0 {
		o.LoaderWait = defaultLoaderWait
	}
	root := &Resolver{services: s, budgets: o.Budgets}
	return newHandler(generated.NewExecutableSchema(generated.Config{Resolvers: root}), root.relations(), o)
}

func newHandler(executable graphql.ExecutableSchema, table map[string]relation, o Options) http.Handler {
	server, schema := handler.New(executable), executable.Schema()
	if o.Introspection == nil {
		o.Introspection = func(auth.Actor) bool { return false }
	}
	for _, t := range o.transports() {
		server.AddTransport(t)
	}
	server.SetErrorPresenter(present(o.Logger))
	server.SetRecoverFunc(recovered(o.Logger))
	documents := lru.New[*ast.QueryDocument](parsedDocuments)
	server.SetQueryCache(documents)
	server.SetValidationRulesFn(validationRules)
	server.Use(introspection{o.Introspection})
	server.Use(strictVariables{schema: schema})
	server.Use(toll{o.Budgets, documents})
	server.Use(limits{o.Limits.WithDefaults(), limit.NewCosts(schema), documents, o.ReportCost})
	server.Use(o.Budgets)
	server.Use(newRepeatable(o.Idempotency, schema))
	server.Use(o.newFanout())
	server.AroundFields(readPermissions(schema).guard)
	server.AroundFields(newMutations(schema).answer)
	server.AroundFields(resolveInTurn)
	server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return withFewErrors(next(withLoaders(ctx, table, o.LoaderWait)))
	})
	return withHeader(server)
}

func (o Options) transports() []graphql.Transport {
	suggestions := func(ctx context.Context) bool { return o.Introspection(auth.ActorOf(ctx)) }
	plain := transport.New(transport.Options{MaxBody: o.MaxBody, Uploads: o.Uploads, Timeout: o.Timeout, Suggestions: suggestions})
	if o.Streams == nil {
		return plain
	}
	return append(stream.New(stream.Options{
		Registry: o.Streams, Logger: o.Logger, MaxBody: o.MaxBody, Timeout: o.Timeout, Suggestions: suggestions,
		Authenticate: o.Authenticate, Renew: o.Renew,
	}), plain...)
}

// SDL returns the schema in GraphQL's schema language.
func SDL() string {
	var text strings.Builder
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(Schema())
	return text.String()
}

// Schema returns the parsed schema.
func Schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}
