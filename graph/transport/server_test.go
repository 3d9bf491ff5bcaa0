package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/errs"
)

const schemaText = `
type Query {
  echo(text: String! = "hello"): String
  find(search: Search!): String
  fail(code: String!): String
  must(code: String!): String!
  crash: String
  wait: String
}
input Search { text: String! kind: Kind limit: Int }
enum Kind { BOOK PAPER }
type Mutation {
  add(text: String!): String
  store(file: Upload, files: [Upload], input: Attachment): String
}
scalar Upload
input Attachment { file: Upload! also: [Attachment!] }
type Subscription { ticks: Int! }
`

// resolver answers one root field of schemaText.
type resolver func(ctx context.Context, args map[string]any) (any, error)

// resolvers returns the fields of schemaText that hold no state of a test.
func resolvers() map[string]resolver {
	return map[string]resolver{
		"echo": func(_ context.Context, args map[string]any) (any, error) { return args["text"], nil },
		"add":  func(_ context.Context, args map[string]any) (any, error) { return args["text"], nil },
		"find": func(_ context.Context, args map[string]any) (any, error) { return fmt.Sprint(args["search"]), nil },
		"fail": failWith,
		"must": failWith,
		"crash": func(context.Context, map[string]any) (any, error) {
			panic("the secret reason")
		},
		"wait": func(ctx context.Context, _ map[string]any) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}
}

func failWith(_ context.Context, args map[string]any) (any, error) {
	return nil, errs.New(errs.Code(fmt.Sprint(args["code"])), "Failed as asked.")
}

// execute is a hand-made executable schema: it runs root fields one after the
// other through the same hooks as generated code does.
func execute(schema *ast.Schema, fields map[string]resolver) func(context.Context) graphql.ResponseHandler {
	return func(context.Context) graphql.ResponseHandler {
		return func(ctx context.Context) *graphql.Response {
			operation := graphql.GetOperationContext(ctx)
			root := schema.Query
			if operation.Operation.Operation == ast.Mutation {
				root = schema.Mutation
			}
			var members []string
			for _, field := range graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{root.Name}) {
				value, ok := executeField(ctx, operation, root, field, fields)
				if !ok && field.Definition.Type.NonNull {
					return &graphql.Response{Data: json.RawMessage("null")}
				}
				text, _ := json.Marshal(value)
				members = append(members, fmt.Sprintf("%q:%s", field.Alias, text))
			}
			return &graphql.Response{Data: json.RawMessage("{" + strings.Join(members, ",") + "}")}
		}
	}
}

// executeField is not ok when the field failed; its error is in the response.
func executeField(
	ctx context.Context, operation *graphql.OperationContext, root *ast.Definition, field graphql.CollectedField,
	fields map[string]resolver,
) (value any, ok bool) {
	if field.Name == "__typename" {
		return root.Name, true
	}
	args := field.ArgumentMap(operation.Variables)
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: root.Name, Field: field, Args: args, IsResolver: true})
	defer func() {
		if cause := recover(); cause != nil {
			graphql.AddError(ctx, operation.Recover(ctx, cause))
		}
	}()
	value, err := operation.ResolverMiddleware(ctx, func(ctx context.Context) (any, error) {
		return fields[field.Name](ctx, args)
	})
	if err != nil {
		graphql.AddError(ctx, err)
	}
	return value, err == nil
}

// newHandler returns a gqlgen server over schemaText with the transports of o.
func newHandler(t *testing.T, o transport.Options, fields map[string]resolver) *handler.Server {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: schemaText})
	if err != nil {
		t.Fatal(err)
	}
	server := handler.New(&graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return schema },
		ExecFunc:   execute(schema, fields),
	})
	for _, each := range transport.New(o) {
		server.AddTransport(each)
	}
	server.SetErrorPresenter(present)
	server.SetRecoverFunc(func(_ context.Context, cause any) error { return fmt.Errorf("panic: %v", cause) })
	return server
}

// present gives every error a code, and one of no known kind no text of its own.
func present(ctx context.Context, err error) *gqlerror.Error {
	presented := graphql.DefaultErrorPresenter(ctx, err)
	if known := errs.As(err); known != nil {
		presented.Message = known.Message
		presented.Extensions = map[string]any{"code": string(known.Code)}
	}
	if presented.Extensions["code"] == nil {
		presented.Message = "Internal error."
		presented.Extensions = map[string]any{"code": string(errs.CodeInternal)}
	}
	return presented
}

// exchange is a request and what the answer to it must be.
type exchange struct {
	name    string
	method  string // POST unless set
	query   string // of the URL, not encoded yet when it starts with {
	header  http.Header
	body    string
	options transport.Options

	status     int
	media      string // application/json unless set
	wantHeader http.Header
	want       string // the whole body, unless contains is set
	contains   string
	never      string // must not be in the answer
}

func runExchanges(t *testing.T, exchanges []exchange) {
	t.Helper()
	for _, e := range exchanges {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.run(t)
		})
	}
}

func (e exchange) run(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(newHandler(t, e.options, resolvers()))
	defer server.Close()
	response, body := e.send(t, server)
	if response.StatusCode != e.status {
		t.Errorf("status %d, want %d; body %s", response.StatusCode, e.status, body)
	}
	media := e.media
	if media == "" {
		media = "application/json"
	}
	if got, want := response.Header.Get("Content-Type"), media+"; charset=utf-8"; e.status != http.StatusNoContent && got != want {
		t.Errorf("Content-Type %q, want %q", got, want)
	}
	for name, values := range e.wantHeader {
		if got := response.Header.Get(name); got != values[0] {
			t.Errorf("%s %q, want %q", name, got, values[0])
		}
	}
	switch {
	case e.contains != "" && !strings.Contains(body, e.contains):
		t.Errorf("body %s\nlacks %s", body, e.contains)
	case e.contains == "" && body != e.want:
		t.Errorf("body %s\nwant %s", body, e.want)
	case e.never != "" && strings.Contains(body, e.never):
		t.Errorf("body %s\nmust not hold %s", body, e.never)
	}
}

func (e exchange) send(t *testing.T, server *httptest.Server) (*http.Response, string) {
	t.Helper()
	method, target := e.method, server.URL
	if method == "" {
		method = http.MethodPost
	}
	switch {
	case strings.HasPrefix(e.query, "{"):
		target += "?query=" + url.QueryEscape(e.query)
	case e.query != "":
		target += "?" + e.query
	}
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(e.body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range e.header {
		request.Header[name] = values
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return response, string(body)
}

// header returns one header.
func header(name string, values ...string) http.Header {
	return http.Header{http.CanonicalHeaderKey(name): values}
}

// operation returns the body of a POST with one member, query.
func operation(query string) string {
	body, _ := json.Marshal(map[string]string{"query": query})
	return string(body)
}
