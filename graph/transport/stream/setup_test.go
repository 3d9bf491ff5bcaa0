package stream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

const schemaText = `
type Query { echo(text: String!): String who: String wait: String crash: String }
type Mutation { add(text: String!): String }
type Subscription { ticks: Tick broken: Tick stuck: Tick }
type Tick { text: String who: String slow: String fail: String }
`

// hub is a server over schemaText, whose events are pushed by hand.
type hub struct {
	*httptest.Server
	registry *stream.Registry

	mu      sync.Mutex
	sources map[*source]struct{}
	changed chan struct{}

	responses atomic.Int32
	// waiting is who a response was waited for, and gate holds the event "gate".
	waiting atomic.Pointer[string]
	gate    chan struct{}
	// patience is the server's own deadline for requests; 0: it has none.
	patience time.Duration
	// renew is what Options.Renew does, and who is what Options.Authenticate knows.
	renew func(context.Context, auth.Actor) (auth.Actor, error)
	who   sync.Map
}

// source feeds one subscription.
type source struct {
	events chan string
	ctx    context.Context //nolint:containedctx // what the resolver was called with
	abort  error
}

// start serves a hub; change may adapt the options.
func start(t *testing.T, change ...func(*hub, *stream.Options)) *hub {
	t.Helper()
	h := &hub{registry: stream.NewRegistry(20, 50), sources: map[*source]struct{}{}, changed: make(chan struct{}), gate: make(chan struct{})}
	o := stream.Options{Logger: slog.New(slog.DiscardHandler), Authenticate: h.authenticate}
	for _, each := range change {
		each(h, &o)
	}
	o.Registry = h.registry
	if h.renew != nil {
		o.Renew = h.renew
	}
	server := handler.New(h.schema(t))
	for _, each := range append(stream.New(o), transport.New(transport.Options{})...) {
		server.AddTransport(each)
	}
	server.SetErrorPresenter(present)
	server.SetRecoverFunc(func(_ context.Context, cause any) error { return fmt.Errorf("panic: %v", cause) })
	server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		if o := graphql.GetOperationContext(ctx); o.OperationName == "Boom" {
			panic("the secret reason")
		}
		waiting := who(ctx)
		h.waiting.Store(&waiting)
		response := next(ctx)
		if response != nil {
			h.responses.Add(1)
		}
		return response
	})
	h.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token, ok := auth.BearerToken(r.Header.Get("Authorization")); ok {
			actor, err := h.authenticate(r.Context(), token)
			if err == nil {
				r = r.WithContext(auth.WithActor(r.Context(), actor))
			}
		}
		server.ServeHTTP(w, r)
	}))
	h.Config.ReadTimeout, h.Config.WriteTimeout = h.patience, h.patience
	h.Start()
	t.Cleanup(func() {
		if err := h.registry.Close(context.Background()); err != nil {
			t.Error(err)
		}
		h.Close()
	})
	return h
}

// signIn makes a token good.
func (h *hub) signIn(token string) {
	person, session := id.New[id.User](), id.New[id.Session]()
	h.who.Store(token, auth.Actor{User: &person, Session: &session, Scope: auth.ScopeAccount})
}

func (h *hub) authenticate(_ context.Context, token string) (auth.Actor, error) {
	if token == "nobody-knows" {
		return auth.Actor{}, errs.New(errs.CodeUnavailable, "The database does not answer.")
	}
	if token == "fault" {
		return auth.Actor{}, errors.New("the secret reason")
	}
	actor, ok := h.who.Load(token)
	if !ok {
		return auth.Actor{}, errs.New(errs.CodeUnauthenticated, "No.")
	}
	return actor.(auth.Actor), nil //nolint:errcheck // signIn stores nothing else
}

// wait returns when n subscriptions have a source, and these.
func (h *hub) wait(t *testing.T, n int) []*source {
	t.Helper()
	for {
		h.mu.Lock()
		var all []*source
		for s := range h.sources {
			all = append(all, s)
		}
		changed := h.changed
		h.mu.Unlock()
		if len(all) == n {
			return all
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatalf("%d sources, want %d", len(all), n)
		}
	}
}

func (h *hub) change(do func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	do()
	close(h.changed)
	h.changed = make(chan struct{})
}

// subscribe is the resolver of Subscription.ticks.
func (h *hub) subscribe(ctx context.Context) <-chan string {
	s := &source{events: make(chan string), ctx: ctx}
	h.change(func() { h.sources[s] = struct{}{} })
	events := make(chan string)
	go func() {
		defer h.change(func() { delete(h.sources, s) })
		defer close(events)
		for {
			select {
			case <-ctx.Done():
				return
			case event, ok := <-s.events:
				if !ok {
					if s.abort != nil {
						stream.Abort(ctx, s.abort)
					}
					return
				}
				select {
				case events <- event:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return events
}

func who(ctx context.Context) string {
	actor := auth.ActorOf(ctx)
	switch {
	case actor.User == nil:
		return "visitor"
	case actor.Admin:
		return "admin"
	default:
		return "user"
	}
}

// schema is what gqlgen would generate from schemaText.
func (h *hub) schema(t *testing.T) graphql.ExecutableSchema {
	t.Helper()
	parsed, err := gqlparser.LoadSchema(&ast.Source{Input: schemaText})
	if err != nil {
		t.Fatal(err)
	}
	return &graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return parsed },
		ExecFunc: func(ctx context.Context) graphql.ResponseHandler {
			o := graphql.GetOperationContext(ctx)
			if o.Operation.Operation == ast.Subscription {
				return h.stream(ctx, o)
			}
			root := map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation"}[o.Operation.Operation]
			done := false
			return func(ctx context.Context) *graphql.Response {
				if done {
					return nil
				}
				done = true
				return respond(h.object(graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: root}), o, root, o.Operation.SelectionSet, ""))
			}
		},
	}
}

func respond(data graphql.Marshaler) *graphql.Response {
	var text bytes.Buffer
	data.MarshalGQL(&text)
	return &graphql.Response{Data: text.Bytes()}
}

func (h *hub) stream(ctx context.Context, o *graphql.OperationContext) graphql.ResponseHandler {
	field := graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Subscription"})[0]
	next := graphql.ResolveFieldStream(graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Subscription"}), o, field,
		func(context.Context, graphql.CollectedField) (*graphql.FieldContext, error) {
			return &graphql.FieldContext{Object: "Subscription", Field: field, IsResolver: true}, nil
		},
		func(ctx context.Context) (any, error) {
			switch field.Name {
			case "broken":
				return nil, errs.New(errs.CodeForbidden, "Not you.")
			case "stuck":
				<-ctx.Done()
				return nil, ctx.Err()
			default:
				return h.subscribe(ctx), nil
			}
		}, nil,
		func(ctx context.Context, set ast.SelectionSet, event string) graphql.Marshaler {
			return h.object(ctx, o, "Tick", set, event)
		}, true, false)
	if next == nil {
		return nil
	}
	return func(ctx context.Context) *graphql.Response {
		data := next(ctx)
		if data == nil {
			return nil
		}
		return respond(data)
	}
}

// object resolves the fields of an object, one after the other.
func (h *hub) object(ctx context.Context, o *graphql.OperationContext, name string, set ast.SelectionSet, event string) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		separator := "{"
		for _, field := range graphql.CollectFields(o, set, []string{name}) {
			value := graphql.ResolveField(ctx, o, field,
				func(context.Context, graphql.CollectedField) (*graphql.FieldContext, error) {
					return &graphql.FieldContext{Object: name, Field: field, IsResolver: true}, nil
				},
				func(ctx context.Context) (any, error) { return h.resolve(ctx, o, field, event) }, nil,
				func(_ context.Context, _ ast.SelectionSet, text string) graphql.Marshaler {
					return graphql.MarshalString(text)
				},
				true, false)
			fmt.Fprintf(w, "%s%q:", separator, field.Alias)
			value.MarshalGQL(w)
			separator = ","
		}
		fmt.Fprint(w, "}")
	})
}

func (h *hub) resolve(ctx context.Context, o *graphql.OperationContext, field graphql.CollectedField, event string) (any, error) {
	switch field.Name {
	case "echo", "add":
		return field.ArgumentMap(o.Variables)["text"], nil
	case "text":
		return event, nil
	case "who":
		return who(ctx), nil
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
	case "slow":
		switch event {
		case "slow":
		case "gate":
			h.gate <- struct{}{}
			<-h.gate
			fallthrough
		default:
			return "quick", nil
		}
		<-ctx.Done()
		return nil, ctx.Err()
	case "crash":
		panic("the secret reason")
	default:
		return nil, errs.New(errs.CodeForbidden, "Not you.")
	}
}

func present(ctx context.Context, err error) *gqlerror.Error {
	presented := graphql.DefaultErrorPresenter(ctx, err)
	if known := errs.As(err); known != nil {
		presented.Message, presented.Locations = known.Message, nil
		presented.Extensions = map[string]any{"code": string(known.Code)}
	}
	switch {
	case presented.Extensions["code"] != nil:
		return presented
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		presented.Message, presented.Extensions = "Too late.", map[string]any{"code": string(errs.CodeTimeout)}
	default:
		presented.Message, presented.Extensions = "Internal error.", map[string]any{"code": string(errs.CodeInternal)}
	}
	presented.Locations = nil
	return presented
}
