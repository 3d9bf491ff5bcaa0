package graph_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/limit/rate"
)

// ticking is a schema with one subscription, of numbers that are sent by hand.
func ticking(t *testing.T, events <-chan int) graphql.ExecutableSchema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: `
		type Query { none: Int } type Mutation { none: Int }
		type Subscription { ticks: Tick } type Tick { a: Name b: Name slow: Name } type Name { text: String }`})
	if err != nil {
		t.Fatal(err)
	}
	same := func(object string, field graphql.CollectedField) func(context.Context, graphql.CollectedField) (*graphql.FieldContext, error) {
		return func(context.Context, graphql.CollectedField) (*graphql.FieldContext, error) {
			return &graphql.FieldContext{Object: object, Field: field, IsResolver: true}, nil
		}
	}
	return &graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return schema },
		ExecFunc: func(ctx context.Context) graphql.ResponseHandler {
			o := graphql.GetOperationContext(ctx)
			root := graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Subscription"})[0]
			next := graphql.ResolveFieldStream(ctx, o, root, same("Subscription", root),
				func(context.Context) (any, error) { return events, nil }, nil,
				func(ctx context.Context, set ast.SelectionSet, n int) graphql.Marshaler {
					return graphql.WriterFunc(func(w io.Writer) {
						separator := "{"
						for _, field := range graphql.CollectFields(o, set, []string{"Tick"}) {
							value := graphql.ResolveField(ctx, o, field, same("Tick", field),
								func(ctx context.Context) (any, error) {
									if field.Name == "slow" {
										<-ctx.Done()
										return nil, ctx.Err()
									}
									return graph.NameOfTick(ctx, n)
								}, nil,
								func(_ context.Context, _ ast.SelectionSet, name string) graphql.Marshaler {
									return graphql.MarshalString(name)
								}, true, false)
							fmt.Fprintf(w, "%s%q:", separator, field.Alias)
							value.MarshalGQL(w)
							separator = ","
						}
						fmt.Fprint(w, "}")
					})
				}, true, false)
			return func(ctx context.Context) *graphql.Response {
				data := next(ctx)
				if data == nil {
					return nil
				}
				var text bytes.Buffer
				data.MarshalGQL(&text)
				return &graphql.Response{Data: text.Bytes()}
			}
		},
	}
}

// listen subscribes by an event stream and returns a function that reads the next
// event.
func listen(t *testing.T, o graph.Options, events <-chan int, fetch func(context.Context, []int) (map[int]string, error), query string) (next func() string) {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	o.Streams = stream.NewRegistry(10, 10)
	handler := graph.NewHandlerOf(ticking(t, events), o, fetch)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(auth.WithClient(r.Context(), auth.Client{})))
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader(`{"query":"`+query+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	return func() string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
			if lines.Text() == "event: complete" {
				return "complete"
			}
		}
		return "end"
	}
}

func nameOf(_ context.Context, keys []int) (map[int]string, error) {
	names := map[int]string{}
	for _, key := range keys {
		names[key] = fmt.Sprint("name ", key)
	}
	return names, nil
}

// Siblings of one event share a batch, and the next event sees what is true then.
func TestEachEventHasLoadersOfItsOwn(t *testing.T) {
	t.Parallel()
	events, batches := make(chan int), atomic.Int32{}
	fetch := func(_ context.Context, keys []int) (map[int]string, error) {
		return map[int]string{keys[0]: fmt.Sprint("batch ", batches.Add(1))}, nil
	}
	next := listen(t, graph.Options{}, events, fetch, `subscription { ticks { a { text } b { text } } }`)
	for i := 1; i <= 3; i++ {
		events <- 7
		if got, want := next(), fmt.Sprintf(`{"data":{"ticks":{"a":"batch %[1]d","b":"batch %[1]d"}}}`, i); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// A subscription pays for its start and for each event, which has a cost of its own;
// nothing is given back again and again.
func TestEventsArePaidFor(t *testing.T) {
	t.Parallel()
	events := make(chan int, 10)
	limiter := rate.NewMemory(time.Now)
	budget := rate.Limit{Cost: 14, Period: 1000 * time.Hour}
	o := graph.Options{ReportCost: true, Budgets: graph.Budgets{Limiter: limiter, Visitor: budget, User: budget}}
	next := listen(t, o, events, nameOf, `subscription { ticks { a { text } b { text } } }`)
	// The start: 1 for the operation, 1 for the tick, 2 for its names. An event: 2
	// names; the tick itself is the start's.
	for left := 8; left >= 0; left -= 2 {
		events <- 1
		want := fmt.Sprintf(`{"data":{"ticks":{"a":"name 1","b":"name 1"}},"extensions":{"cost":{"requested":4,"actual":2,"remaining":%d,`, left)
		if got := next(); !strings.HasPrefix(got, want) {
			t.Fatalf("got  %s\nwant %s…", got, want)
		}
	}
	events <- 1
	if got := next(); !strings.Contains(got, `"code":"RATE_LIMITED"`) || strings.Contains(got, `"data"`) {
		t.Errorf("without a budget: %s", got)
	}
	if got := next(); got != "complete" {
		t.Errorf("then: %s", got)
	}
}

// A deadline of an event is TIMEOUT, although its context says cancelled.
func TestEventPastItsDeadline(t *testing.T) {
	t.Parallel()
	events := make(chan int, 1)
	next := listen(t, graph.Options{Timeout: 50 * time.Millisecond}, events, nameOf, `subscription { ticks { slow { text } a { text } } }`)
	for range 2 {
		events <- 1
		got := next()
		if strings.Count(got, `"code":"TIMEOUT"`) != 2 || !strings.Contains(got, `"path":["ticks","slow"]`) || !strings.Contains(got, `"ticks":{"slow":null,"a":null}`) {
			t.Errorf("got %s", got)
		}
	}
}
