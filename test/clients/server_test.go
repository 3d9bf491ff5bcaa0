package clients

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

const schemaText = `
type Query { who: String running: Int }
type Mutation { add: String }
type Subscription { count(to: Int!): Int forever: Int broken: Int halfBroken: Int restarted: String }
`

// server serves schemaText and can be restarted.
type server struct {
	schema *ast.Schema
	// running counts subscriptions that have not ended.
	running atomic.Int32
	now     atomic.Pointer[generation]
}

// generation is what lives from one start to the next.
type generation struct {
	http.Handler
	registry *stream.Registry
	word     string
}

func startServer(t *testing.T) (url string) {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: schemaText})
	if err != nil {
		t.Fatal(err)
	}
	s := &server{schema: schema}
	s.now.Store(s.start("before"))
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := s.now.Load()
		if r.URL.Path != "/graphql/restart" {
			now.ServeHTTP(w, r)
			return
		}
		s.now.Store(s.start(r.URL.Query().Get("word")))
		if err := now.registry.Close(r.Context()); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(func() {
		if err := s.now.Load().registry.Close(context.Background()); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return web.URL + "/graphql"
}

func (s *server) start(word string) *generation {
	g := &generation{registry: stream.NewRegistry(20, 50), word: word}
	endpoint := handler.New(&graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return s.schema },
		ExecFunc:   func(ctx context.Context) graphql.ResponseHandler { return s.execute(ctx, g) },
	})
	person, session := id.New[id.User](), id.New[id.Session]()
	actor := auth.Actor{User: &person, Session: &session}
	brief := actor
	brief.Admin = true // by which it is told from the other
	authenticate := func(_ context.Context, token string) (auth.Actor, error) {
		switch token {
		case "good":
			return actor, nil
		case "brief":
			return brief, nil
		default:
			return auth.Actor{}, errs.New(errs.CodeUnauthenticated, "No.")
		}
	}
	for _, each := range stream.New(stream.Options{
		Registry: g.registry, Logger: slog.New(slog.DiscardHandler), Pace: stream.Pace{Renew: 100 * time.Millisecond}, Authenticate: authenticate,
		Renew: func(_ context.Context, a auth.Actor) (auth.Actor, error) {
			if a.Admin {
				return a, errs.New(errs.CodeUnauthenticated, "No.")
			}
			return a, nil
		},
	}) {
		endpoint.AddTransport(each)
	}
	endpoint.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		if known := errs.As(err); known != nil {
			shown.Extensions = map[string]any{"code": string(known.Code)}
		}
		return shown
	})
	g.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token, ok := auth.BearerToken(r.Header.Get("Authorization")); ok && token == "good" {
			r = r.WithContext(auth.WithActor(r.Context(), actor))
		}
		endpoint.ServeHTTP(w, r)
	})
	return g
}

// execute runs the one field of an operation.
func (s *server) execute(ctx context.Context, g *generation) graphql.ResponseHandler {
	o := graphql.GetOperationContext(ctx)
	root := map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation", ast.Subscription: "Subscription"}[o.Operation.Operation]
	field := graphql.CollectFields(o, o.Operation.SelectionSet, []string{root})[0]
	answer := func(value any) *graphql.Response {
		text, _ := json.Marshal(map[string]any{field.Alias: value})
		return &graphql.Response{Data: text}
	}
	switch field.Name {
	case "who":
		if auth.ActorOf(ctx).User != nil {
			return graphql.OneShot(answer("user"))
		}
		return graphql.OneShot(answer("visitor"))
	case "running":
		return graphql.OneShot(answer(s.running.Load()))
	case "add":
		return graphql.OneShot(answer("added"))
	case "broken":
		graphql.AddError(ctx, errs.New(errs.CodeForbidden, "Not you."))
		return nil
	}
	s.running.Add(1)
	context.AfterFunc(ctx, func() { s.running.Add(-1) })
	n := 0
	return func(ctx context.Context) *graphql.Response {
		n++
		switch {
		case field.Name == "count":
			to, _ := strconv.Atoi(field.Arguments.ForName("to").Value.Raw)
			if n > to {
				return nil
			}
		case field.Name == "halfBroken" && n == 2:
			graphql.AddError(ctx, errs.New(errs.CodeForbidden, "Not you."))
			return answer(nil)
		case field.Name == "halfBroken" && n > 3:
			return nil
		case field.Name == "restarted" && n == 1:
			return answer(g.word)
		case field.Name == "restarted" && g.word == "after":
			return nil
		case field.Name == "restarted":
			<-ctx.Done()
			return nil
		case field.Name == "forever":
			time.Sleep(time.Millisecond)
		}
		return answer(n)
	}
}
