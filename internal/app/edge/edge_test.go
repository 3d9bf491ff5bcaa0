package edge_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/app/edge"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

const (
	own     = "https://nexus.example.org"
	allowed = "https://app.example.org"
	token   = "good-token"
)

// production is a server behind own that knows one token.
func production() edge.Options {
	person := id.New[id.User]()
	return edge.Options{
		Logger: slog.New(slog.DiscardHandler), Production: true, PublicURL: own, AllowedOrigins: []string{allowed}, Timeout: time.Minute,
		Authenticate: func(_ context.Context, given string) (auth.Actor, error) {
			if given == token {
				return auth.Actor{User: &person}, nil
			}
			return auth.Actor{}, errs.New(errs.CodeUnauthenticated, "Expired.")
		},
	}
}

// behind returns next behind all middlewares of an edge.
func behind(o edge.Options, next http.Handler) http.Handler {
	e := edge.New(o)
	list := append(append(e.Every(), e.API()...), e.Session()...)
	for i := len(list) - 1; i >= 0; i-- {
		next = list[i](next)
	}
	return next
}

// counter is a GraphQL endpoint that counts what it executes.
type counter struct{ queries, mutations atomic.Int64 }

func (c *counter) handler(t *testing.T) http.Handler {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: `type Query { ping: Int } type Mutation { count: Int }`})
	if err != nil {
		t.Fatal(err)
	}
	execute := func(ctx context.Context) graphql.ResponseHandler {
		if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
			c.mutations.Add(1)
		} else {
			c.queries.Add(1)
		}
		return graphql.OneShot(&graphql.Response{Data: json.RawMessage(`{"done":1}`)})
	}
	server := handler.New(&graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema }, ExecFunc: execute})
	for _, each := range transport.New(transport.Options{}) {
		server.AddTransport(each)
	}
	return server
}

// seen is what a request looks like to a handler behind the edge.
type seen struct {
	client auth.Client
	actor  auth.Actor
	called bool
}

// send passes r through the edge and returns the answer and what came through.
func send(o edge.Options, r *http.Request) (*httptest.ResponseRecorder, seen) {
	var got seen
	w := httptest.NewRecorder()
	behind(o, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = seen{auth.ClientOf(r.Context()), auth.ActorOf(r.Context()), true}
	})).ServeHTTP(w, r)
	return w, got
}

// request returns a POST or GET with headers, given as name and value in turns.
func request(t *testing.T, method, target, body string, headers ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}
