package transport_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/graph/transport"
)

// TestStatus sends each operation twice, once for each media type.
func TestStatus(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, body      string
		plain, response int
		contains, never string
	}{
		{"answered", operation(`{ echo }`), 200, 200, helloBody, ""},
		{"partly answered", operation(`{ echo fail(code: "FORBIDDEN") }`), 200, 200, `"data":{"echo":"hello","fail":null}`, ""},
		{"root became null", operation(`{ must(code: "FORBIDDEN") }`), 200, 200, `"data":null`, ""},
		{"partly rate limited", operation(`{ echo fail(code: "RATE_LIMITED") }`), 200, 200, `"RATE_LIMITED"`, ""},
		{"rate limited", operation(`{ must(code: "RATE_LIMITED") }`), 429, 429, `"data":null`, ""},
		{"unavailable", operation(`{ must(code: "UNAVAILABLE") }`), 503, 503, `"data":null`, ""},
		{"syntax", operation(`{ echo`), 200, 400, `"GRAPHQL_PARSE_FAILED"`, `"data"`},
		{"no operation", operation(`fragment F on Query { echo }`), 200, 400, `"GRAPHQL_VALIDATION_FAILED"`, `"data"`},
		{"unknown field", operation(`{ nothing }`), 200, 400, `"GRAPHQL_VALIDATION_FAILED"`, `"data"`},
		{"unknown operation", `{"query":"query A { echo }","operationName":"B"}`, 200, 400, `"BAD_USER_INPUT"`, `"data"`},
		{"ambiguous operation", operation(`query A { echo } query B { echo }`), 200, 400, `name one of them`, `"data"`},
		{"missing variable", operation(`query($t: String!) { echo(text: $t) }`), 200, 400, `"BAD_USER_INPUT"`, `"data"`},
		{"malformed JSON", `{`, 400, 400, `"BAD_USER_INPUT"`, `"data"`},
		{"subscription", operation(`subscription { ticks }`), 400, 400, "needs a stream", `"data"`},
		{"@defer", operation(`{ ... @defer { echo } }`), 400, 400, "@defer is not served here.", `"data"`},
		{"@defer in a fragment", operation(`{ ...F @defer } fragment F on Query { echo }`), 400, 400, "@defer is not served here.", `"data"`},
		{"the word defer alone", operation(`{ defer: echo }`), 200, 200, `{"data":{"defer":"hello"}}`, ""},
		{"panic in a resolver", operation(`{ echo crash }`), 200, 200, `"data":{"echo":"hello","crash":null}`, "secret reason"},
	}
	for _, c := range cases {
		e := exchange{name: c.name, body: c.body, contains: c.contains, never: c.never, status: c.plain}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e.run(t)
			e.status, e.media = c.response, "application/graphql-response+json"
			e.header = header("Accept", e.media)
			e.run(t)
		})
	}
}

func TestRequestErrorsAreBounded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newHandler(t, transport.Options{}, resolvers()))
	defer server.Close()
	var mistakes strings.Builder
	for i := range 100 {
		fmt.Fprintf(&mistakes, " x%d", i)
	}
	_, body := exchange{body: operation("{" + mistakes.String() + "}")}.send(t, server)
	if got := strings.Count(body, `"message"`); got != 20 {
		t.Errorf("100 mistakes were answered by %d errors, want 20", got)
	}
}

func TestRequestErrorsAreExplained(t *testing.T) {
	t.Parallel()
	find := func(variables string) string {
		return `{"query":"query($s: Search!) { find(search: $s) }","variables":` + variables + `}`
	}
	long := strings.Repeat("n", 5000)
	runExchanges(t, []exchange{
		{
			name: "syntax with its place", body: operation("{\n  echo(\n}"), status: 200,
			want: `{"errors":[{"message":"Expected Name, found }","locations":[{"line":3,"column":1}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}`,
		},
		{
			name: "syntax errors do not repeat strings", body: operation(`fragment F "hunter2" { echo }`), status: 200,
			want: `{"errors":[{"message":"Expected \"on\", found String","locations":[{"line":1,"column":13}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}`,
		},
		{
			name: "nor strings where an operation should be", body: operation(`"hunter2" { echo }`), status: 200,
			contains: `"message":"Unexpected String"`, never: "unter2",
		},
		{name: "operationName", body: `{"query":"query A { echo }","operationName":"hunter2"}`, status: 200, want: badInput(`\"operationName\" names no operation of the document.`)},
		{name: "variable absent", body: find(`{}`), status: 200, want: badInput(`Variable \"$s\" is required.`)},
		{name: "variable null", body: find(`{"s":null}`), status: 200, want: badInput(`Variable \"$s\" must not be null.`)},
		{name: "variable no object", body: find(`{"s":"hunter2"}`), status: 200, want: badInput(`Variable \"$s\" must be an object of type Search.`)},
		{name: "input field absent", body: find(`{"s":{}}`), status: 200, want: badInput(`Variable \"$s.text\" is required.`)},
		{name: "input field unknown", body: find(`{"s":{"text":"x","nope":1}}`), status: 200, want: badInput(`Variable \"$s.nope\" is not a field of its input type.`)},
		{name: "enum", body: find(`{"s":{"text":"x","kind":"is not a valid hunter2"}}`), status: 200, want: badInput(`Variable \"$s.kind\" must be a value of the enum Kind.`)},
		{name: "string", body: find(`{"s":{"text":[true]}}`), status: 200, want: badInput(`Variable \"$s.text\" must be a value of type String.`)},
		{name: "integer", body: find(`{"s":{"text":"x","limit":1.5}}`), status: 200, want: badInput(`Variable \"$s.limit\" must be a value of type Int.`)},
		{name: "no input type", body: operation(`query($s: Query) { echo }`), status: 200, contains: "GRAPHQL_VALIDATION_FAILED"},
		{
			name: "no suggestions", body: operation(`{ ech }`), status: 200,
			contains: `"message":"Cannot query field \"ech\" on type \"Query\"."`, never: "Did you mean",
		},
		{name: "no suggestions for arguments", body: operation(`{ echo(tex: "x") }`), status: 200, contains: `Unknown argument`, never: "Did you mean"},
		{
			name: "suggestions in development", options: transport.Options{Suggestions: func(context.Context) bool { return true }}, body: operation(`{ ech }`), status: 200,
			contains: `Did you mean \"echo\"?`,
		},
		{name: "long names are cut", body: operation("{ " + long + " }"), status: 200, contains: `nnn…"`, never: long[:400]},
	})
}
