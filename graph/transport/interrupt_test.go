package transport_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport"
)

func TestOperationsEndAtTheirDeadline(t *testing.T) {
	t.Parallel()
	var late atomic.Int32
	fields := resolvers()
	fields["echo"] = func(context.Context, map[string]any) (any, error) { late.Add(1); return "late", nil }
	server := httptest.NewServer(newHandler(t, transport.Options{Timeout: 20 * time.Millisecond}, fields))
	defer server.Close()

	response, body := exchange{body: operation(`{ wait echo }`)}.send(t, server)
	if response.StatusCode != http.StatusOK || !strings.Contains(body, `"path":["echo"],"extensions":{"code":"TIMEOUT"}`) {
		t.Errorf("status %d, body %s\nwant 200 and TIMEOUT for the field that was not started", response.StatusCode, body)
	}
	if late.Load() != 0 {
		t.Error("a resolver was started after the deadline")
	}
}

func TestDeadlineBeforeTheExecution(t *testing.T) {
	t.Parallel()
	for _, media := range []string{"application/json", "application/graphql-response+json"} {
		exchange{
			body: operation(`{ echo }`), options: transport.Options{Timeout: time.Nanosecond}, header: header("Accept", media),
			status: http.StatusGatewayTimeout, media: media,
			want: `{"errors":[{"message":"The operation took longer than its deadline.","extensions":{"code":"TIMEOUT"}}]}`,
		}.run(t)
	}
}

func TestWorkStopsWhenTheClientHangsUp(t *testing.T) {
	t.Parallel()
	var later atomic.Int32
	started, served := make(chan struct{}), make(chan struct{})
	fields := resolvers()
	wait := fields["wait"]
	fields["wait"] = func(ctx context.Context, args map[string]any) (any, error) {
		close(started)
		return wait(ctx, args)
	}
	fields["echo"] = func(context.Context, map[string]any) (any, error) { later.Add(1); return "later", nil }
	handler := newHandler(t, transport.Options{}, fields)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(served)
		handler.ServeHTTP(w, r)
	}))
	defer server.Close()

	ctx, hangUp := context.WithCancel(t.Context())
	go func() {
		<-started
		hangUp()
	}()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader(operation(`{ wait echo }`)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if response, err := server.Client().Do(request); err == nil {
		response.Body.Close()
		t.Fatal("the request was answered although its client had hung up")
	}
	<-served
	if later.Load() != 0 {
		t.Error("a resolver was started after the client had hung up")
	}
}

func TestPanicsOutsideResolversAreAnswered(t *testing.T) {
	t.Parallel()
	for _, media := range []string{"application/json", "application/graphql-response+json"} {
		handler := newHandler(t, transport.Options{}, resolvers())
		handler.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler {
			panic("the secret reason")
		})
		server := httptest.NewServer(handler)
		response, body := exchange{body: operation(`{ echo }`), header: header("Accept", media)}.send(t, server)
		server.Close()
		want := `{"errors":[{"message":"Internal error.","extensions":{"code":"INTERNAL"}}]}`
		if response.StatusCode != http.StatusInternalServerError || body != want {
			t.Errorf("%s: status %d, body %s\nwant 500, %s", media, response.StatusCode, body, want)
		}
	}
}

func TestPanicsThatThePresenterDoesNotShape(t *testing.T) {
	t.Parallel()
	handler := newHandler(t, transport.Options{}, resolvers())
	handler.SetErrorPresenter(graphql.DefaultErrorPresenter)
	handler.AroundResponses(func(context.Context, graphql.ResponseHandler) *graphql.Response {
		panic("the secret reason")
	})
	server := httptest.NewServer(handler)
	defer server.Close()
	response, body := exchange{body: operation(`{ echo }`)}.send(t, server)
	want := `{"errors":[{"message":"The server failed.","extensions":{"code":"INTERNAL"}}]}`
	if response.StatusCode != http.StatusInternalServerError || body != want {
		t.Errorf("status %d, body %s\nwant 500, %s", response.StatusCode, body, want)
	}
}
