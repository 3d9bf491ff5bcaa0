package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
)

// hostile is a request that asks for too much, and how it may be refused.
type hostile struct {
	name  string
	query string
	// variables is JSON; body, when set, is the whole body instead.
	variables string
	body      string
	get       bool
	codes     []errs.Code
}

func (h hostile) request(t testing.TB) *http.Request {
	t.Helper()
	if h.get {
		return httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?query="+url.QueryEscape(h.query), nil)
	}
	body := h.body
	if body == "" {
		members := map[string]any{"query": h.query}
		if h.variables != "" {
			members["variables"] = json.RawMessage(h.variables)
		}
		text, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		body = string(text)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func (h hostile) send(t *testing.T, handler http.Handler) answer {
	t.Helper()
	return serve(t, handler, h.request(t))
}

// headerAsk sends a query with more headers.
func headerAsk(t *testing.T, handler http.Handler, header http.Header, query string) answer {
	t.Helper()
	r := hostile{query: query}.request(t)
	maps.Copy(r.Header, header)
	return serve(t, handler, r)
}

func serve(t *testing.T, handler http.Handler, r *http.Request) answer {
	t.Helper()
	ctx, statements := database.CountStatements(r.Context())
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r.WithContext(ctx))
	got := answer{text: w.Body.String(), statements: statements.Texts()}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("the answer is no JSON: %v: %.500s", err, got.text)
	}
	return got
}

// hostiles returns all hostile requests.
func hostiles() []hostile {
	return slices.Concat(fragmentBombs(), fragmentCycles(), badSizes(), products(), floods(), deepNests(),
		manyTokens(), longLists(), largeBodies(), introspectionBombs())
}

func TestHostileRequestsAreRefusedBeforeAnySQL(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, few)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	all := hostiles()
	if len(all) < 200 {
		t.Errorf("%d hostile requests, want 200", len(all))
	}
	names := map[string]bool{}
	for _, h := range all {
		if names[h.name] {
			t.Errorf("two requests are named %q", h.name)
		}
		names[h.name] = true
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			got := h.send(t, handler)
			if len(got.statements) > 0 {
				t.Errorf("%d SQL statements", len(got.statements))
			}
			if len(got.Errors) == 0 || strings.Contains(got.text, `"data"`) {
				t.Fatalf("not refused: %.300s", got.text)
			}
			for _, err := range got.Errors {
				code, _ := err.Extensions["code"].(string)
				if !slices.Contains(h.codes, errs.Code(code)) || errs.Code(code).Status()/100 != 4 {
					t.Errorf("code %s, want one of %v: %s", code, h.codes, err.Message)
				}
			}
			if len(got.text) > 10_000 {
				t.Errorf("the refusal has %d bytes", len(got.text))
			}
		})
	}
}

// complexity, depth and so on are the codes that a limit answers.
func complexity() []errs.Code { return []errs.Code{errs.CodeQueryTooComplex} }
func depth() []errs.Code      { return []errs.Code{errs.CodeQueryTooDeep} }
func invalid() []errs.Code    { return []errs.Code{errs.CodeGraphQLInvalid} }
func badInput() []errs.Code   { return []errs.Code{errs.CodeBadUserInput} }
func tooMany() []errs.Code    { return []errs.Code{errs.CodePageSizeExceeded} }

// chain returns levels fragments on a type, each of which holds the next one as
// link writes it; the last one holds a field.
func chain(on string, levels int, link func(next string) string) string {
	var text strings.Builder
	for i := range levels {
		fmt.Fprintf(&text, " fragment F%d on %s { %s }", i, on, link(fmt.Sprintf("F%d", i+1)))
	}
	fmt.Fprintf(&text, " fragment F%d on %s { __typename }", levels, on)
	return text.String()
}

func times(n int, link string) func(string) string {
	return func(next string) string {
		return strings.TrimSpace(strings.Repeat(" "+strings.ReplaceAll(link, "NEXT", next), n))
	}
}

// fragmentBombs expand to more than any machine can hold, in few words.
func fragmentBombs() []hostile {
	const someID = "ch_01900000-0000-7000-8000-000000000001"
	places := []struct{ name, on, start string }{
		{"the root", "Query", "{ ...F0 }"},
		{"an interface", "Node", `{ node(id: "` + someID + `") { ...F0 } }`},
		{"an object below an interface", "Challenge", `{ node(id: "` + someID + `") { ... on Challenge { ...F0 } } }`},
		{"a union", "CommentSubject", `{ node(id: "` + someID + `") { ... on Comment { subject { ...F0 } } } }`},
		{"a list", "User", `{ users { nodes { ...F0 } } }`},
		{"a mutation", "Mutation", "mutation { ...F0 }"},
		{"introspection", "__Type", `{ __type(name: "User") { ...F0 } }`},
	}
	links := []struct {
		name          string
		levels, width int
		link          string
	}{
		{"doubling 12 times", 12, 2, "...NEXT"},
		{"doubling 20 times", 20, 2, "...NEXT"},
		{"doubling 64 times", 64, 2, "...NEXT"},
		{"doubling 150 times", 150, 2, "...NEXT"},
		{"ten wide", 8, 10, "...NEXT"},
		{"fifty wide", 6, 50, "...NEXT"},
		{"through inline fragments", 30, 2, "... { ...NEXT }"},
	}
	var all []hostile
	for _, place := range places {
		for _, l := range links {
			all = append(all, hostile{
				name:  "bomb on " + place.name + ": " + l.name,
				query: place.start + chain(place.on, l.levels, times(l.width, l.link)), codes: complexity(),
			})
		}
	}
	bomb := chain("Query", 30, times(2, "...NEXT"))
	return append(all,
		hostile{name: "bomb that nothing uses", query: "{ __typename }" + bomb, codes: complexity()},
		hostile{name: "bomb in the other operation", query: "query A { __typename } query B { ...F0 }" + bomb, codes: complexity()},
		hostile{name: "bomb through conditions", query: "{ ...F0 }" + chain("Query", 24, times(2, "... on Query { ... { ...NEXT } }")), codes: complexity()},
		hostile{
			name:  "bomb through fields under two names",
			query: "{ users { nodes { ...F0 } } }" + chain("User", 12, times(2, "...NEXT ... on Node { id }")), codes: complexity(),
		},
		hostile{
			name:  "bomb of fields in two places",
			query: "{ users { nodes { ...F0 } } }" + chain("User", 14, times(2, "...NEXT memberships { nodes { role } }")), codes: complexity(),
		},
		hostile{name: "bomb by GET", query: "{ ...F0 }" + bomb, get: true, codes: complexity()},
		hostile{name: "many operations with one fragment", query: manyOperations(150) + " fragment F0 on Query { " + strings.Repeat("__typename ", 40) + "}", codes: complexity()},
	)
}

func manyOperations(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "query Q%d { ...F0 } ", i)
	}
	return text.String()
}

func fragmentCycles() []hostile {
	ring := func(n int) string {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, " fragment F%d on Query { __typename ...F%d }", i, (i+1)%n)
		}
		return text.String()
	}
	return []hostile{
		{name: "cycle of one", query: "{ ...F0 }" + ring(1), codes: invalid()},
		{name: "cycle of two", query: "{ ...F0 }" + ring(2), codes: invalid()},
		{name: "cycle of ten", query: "{ ...F0 }" + ring(10), codes: invalid()},
		{name: "cycle of 150", query: "{ ...F0 }" + ring(150), codes: invalid()},
		{name: "cycle that nothing uses", query: "{ __typename }" + ring(3), codes: invalid()},
		{name: "cycle through a field", query: "{ users { nodes { ...F } } } fragment F on User { challenges { nodes { author { ...F } } } }", codes: invalid()},
		{name: "cycle through an inline fragment", query: "{ ...F } fragment F on Query { ... on Query { ... { ...F } } }", codes: invalid()},
		{name: "cycle on an interface", query: `{ node(id: "x") { ...F } } fragment F on Node { id ... on Comment { subject { ... on Node { ...F } } } }`, codes: invalid()},
		{name: "cycle that doubles", query: "{ ...F } fragment F on Query { ...G ...G } fragment G on Query { ...F ...F }", codes: invalid()},
		{name: "cycle through introspection", query: `{ __type(name: "User") { ...F } } fragment F on __Type { ofType { ...F } }`, codes: invalid()},
		{name: "two fragments of one name", query: "{ ...F } fragment F on Query { __typename } fragment F on Query { ...F }", codes: invalid()},
	}
}

// badSizes asks for pages of impossible sizes, in every way to say so.
func badSizes() []hostile {
	sizes := []struct {
		text  string
		codes []errs.Code
	}{
		{"-1", badInput()},
		{"0", badInput()},
		{"101", tooMany()},
		{"2147483647", tooMany()},
		{"2147483648", badInput()},
		{"9223372036854775807", badInput()},
		{"9223372036854775808", badInput()},
		{"1e3", badInput()},
		{`"5"`, badInput()},
	}
	var all []hostile
	for _, list := range []string{
		"{ challenges(%s: %s) { nodes { id } } }",
		"{ users(first: 1) { nodes { documents(%s: %s) { totalCount } } } }",
	} {
		for _, argument := range []string{"first", "last"} {
			for _, size := range sizes {
				name := fmt.Sprintf("%s: %s in %.12s", argument, size.text, list)
				all = append(all,
					hostile{name: name + " as literal", query: fmt.Sprintf(list, argument, size.text), codes: size.codes},
					hostile{
						name: name + " as variable", query: "query($n: Int) " + fmt.Sprintf(list, argument, "$n"),
						variables: `{"n": ` + size.text + `}`, codes: size.codes,
					},
					hostile{name: name + " as default", query: "query($n: Int = " + size.text + ") " + fmt.Sprintf(list, argument, "$n"), codes: size.codes},
				)
			}
		}
	}
	return all
}

// products are pages in pages: each is fine, together they are the whole hub.
func products() []hostile {
	three := func(size, fields string) string {
		return fmt.Sprintf("{ users(first: %[1]s) { %[2]s challenges(first: %[1]s) { %[2]s comments(first: %[1]s) { totalCount %[3]s", size, fields,
			strings.Repeat("}", 4+2*strings.Count(fields, "{")))
	}
	wide := "title " + strings.Repeat("... { technologies(first: 100) { nodes { name } } solutions(first: 100) { nodes { body } } } ", 1)
	return []hostile{
		{name: "product of three by nodes", query: three("100", "nodes {"), codes: complexity()},
		{name: "product of three by edges", query: three("100", "edges { node {"), codes: complexity()},
		{name: "product of three by variable", query: "query($n: Int!) " + three("$n", "nodes {"), variables: `{"n": 100}`, codes: complexity()},
		{name: "product of three by default", query: "query($n: Int = 100) " + three("$n", "nodes {"), codes: complexity()},
		{name: "product of two", query: "{ challenges(first: 100) { nodes { solutions(first: 100) { nodes { id } } } } }", codes: complexity()},
		{name: "product through fragments", query: "{ challenges(first: 100) { ...A } } fragment A on ChallengeConnection { nodes { ...B } } fragment B on Challenge { " + wide + "}", codes: complexity()},
		{name: "product from the end", query: "{ challenges(last: 100) { edges { node { comments(last: 100) { edges { cursor } } } } } }", codes: complexity()},
		{name: "product of usual pages", query: "{ users { nodes { challenges { nodes { solutions { nodes { comments { nodes { id } } } } } } } } }", codes: complexity()},
		{name: "product below ids", query: fmt.Sprintf(`query($ids: [ID!]! = [%s]) { nodes(ids: $ids) { ... on User { documents(first: 100) { nodes { id } } } } }`, quotedIDs(100)), codes: complexity()},
		{name: "product on the dearest type alone", query: fmt.Sprintf(`{ nodes(ids: [%s]) { id ... on Tip { body } ... on Challenge { comments(first: 100) { nodes { id } } } } }`, quotedIDs(100)), codes: complexity()},
		{name: "product of counts", query: "{ users(first: 100) { nodes { documents { totalCount } challenges { totalCount } comments { totalCount } solutions { totalCount } memberships { totalCount } } } }", codes: complexity()},
		{name: "product of texts", query: "{ documents(first: 100) { nodes { revisions(first: 30) { nodes { bodyHtml } } } } }", codes: complexity()},
		{name: "product of searches", query: `{ users(first: 100) { nodes { a: challenges(first: 5, filter: {text: "a"}) { totalCount } b: challenges(first: 5, filter: {text: "b"}) { totalCount } c: challenges(first: 5, filter: {text: "c"}) { totalCount } } } }`, codes: complexity()},
	}
}

func quotedIDs(n int) string {
	return `"` + strings.Join(wires[userID](0, n), `", "`) + `"`
}

// BenchmarkHostileRequests sends all of them; "slowest-ms" is the one that took
// longest to refuse, at its best of three.
func BenchmarkHostileRequests(b *testing.B) {
	handler := graph.NewHandler(services(dbtest.New(b)), quietly(time.Millisecond))
	all := hostiles()
	best := make([]time.Duration, len(all))
	for b.Loop() {
		for i, h := range all {
			for range 3 {
				r, start := h.request(b), time.Now()
				handler.ServeHTTP(httptest.NewRecorder(), r)
				if took := time.Since(start); best[i] == 0 || took < best[i] {
					best[i] = took
				}
			}
		}
	}
	slowest := slices.Max(best)
	b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-ms")
	b.Logf("%d requests, the slowest: %s", len(all), all[slices.Index(best, slowest)].name)
}
