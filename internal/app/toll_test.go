package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
)

// askFrom sends an operation with its variables and returns the answer.
func askFrom(t *testing.T, nexus *app.App, address, query string, variables map[string]any) (status int, text string, header http.Header) {
	t.Helper()
	content, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(content))
	r.RemoteAddr = address + ":1234"
	r.Header.Set("Content-Type", "application/json")
	answer := request(t, nexus, r)
	return answer.StatusCode, body(t, answer), answer.Header
}

// Whoever sends nothing that can be executed pays for it, and is refused in the end.
func TestAFloodOfRefusedRequestsEndsIn429(t *testing.T) {
	t.Parallel()
	const withVariable = "query($n: Int) { technologies(first: $n) { totalCount } }"
	floods := map[string]struct {
		query     func(i int) string
		variables map[string]any
		code      string
	}{
		"unknown fields": {func(i int) string { return fmt.Sprintf("{ nope%d }", i) }, nil, "GRAPHQL_VALIDATION_FAILED"},
		"syntax errors":  {func(i int) string { return fmt.Sprintf("{ nope%d", i) }, nil, "GRAPHQL_PARSE_FAILED"},
		"the same again": {func(int) string { return "{ nope }" }, nil, "GRAPHQL_VALIDATION_FAILED"},
		"beyond a limit": {func(i int) string {
			return fmt.Sprintf("{ a%d: technologies %s", i, strings.Repeat("{ a ", 30)+strings.Repeat("}", 31))
		}, nil, "QUERY_TOO_DEEP"},
		"bad literals":     {func(i int) string { return fmt.Sprintf("{ technologies(first: \"%d\") { totalCount } }", i) }, nil, "BAD_USER_INPUT"},
		"bad variables":    {func(int) string { return withVariable }, map[string]any{"n": "text"}, "BAD_USER_INPUT"},
		"too costly pages": {func(int) string { return withVariable }, map[string]any{"n": 1000}, "PAGE_SIZE_EXCEEDED"},
	}
	for name, flood := range floods {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nexus, _ := openAs(t, func(c *config.Config) { c.RateLimitVisitor = 100 })
			if status, text, _ := askFrom(t, nexus, "192.0.2.1", withVariable, nil); status != http.StatusOK {
				t.Fatalf("%d %s", status, text) // the document is known to be valid now
			}
			refused, limited := 0, 0
			for i := range 30 {
				switch status, text, header := askFrom(t, nexus, "192.0.2.1", flood.query(i), flood.variables); {
				case status == http.StatusTooManyRequests:
					limited++
					if flood.variables == nil && strings.Contains(text, flood.code) {
						t.Errorf("a document was looked at that nobody pays for: %s", text)
					}
					if header.Get("Retry-After") == "" || !strings.Contains(text, `"RATE_LIMITED"`) || strings.Contains(text, `"data"`) {
						t.Errorf("answered %v %s", header, text)
					}
				case strings.Contains(text, flood.code) && !strings.Contains(text, `"data"`):
					refused++
				default:
					t.Errorf("answered %d %s", status, text)
				}
			}
			// 12 of 100 are spent before; a few come back while the test runs.
			if refused < 7 || refused > 15 || refused+limited != 30 {
				t.Errorf("%d refused and %d limited of 30", refused, limited)
			}
			if status, _, _ := askFrom(t, nexus, "192.0.2.2", "{ nope }", nil); status != http.StatusOK {
				t.Errorf("another network is answered %d", status)
			}
		})
	}
}

// A document that turns out to be valid costs what it costs, known or not.
func TestTheTollIsSetOffAgainstTheCost(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(c *config.Config) { c.RateLimitVisitor = 1000 })
	expected := 1000.
	for i := range 20 { // half of them for the first time
		for _, query := range []string{"{ a%d: technologies(first: 1) { totalCount } }", "{ a%d: __typename }"} {
			answer, cost := spend(t, nexus, "192.0.2.1", fmt.Sprintf(query, i/2))
			if answer.StatusCode != http.StatusOK {
				t.Fatalf("answered %d, %v", answer.StatusCode, cost)
			}
			actual, _ := cost["actual"].(float64)
			expected -= actual
			if left, _ := cost["remaining"].(float64); left < expected {
				t.Errorf("%s cost %v; %v are left of %v", query, actual, left, expected)
			}
		}
	}
}

// What no budget will ever cover is not asked to come back later.
func TestACostBeyondTheBudgetIsNeverCovered(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(c *config.Config) { c.RateLimitVisitor = 100 })
	status, text, header := askFrom(t, nexus, "192.0.2.1", "{ technologies(first: 99) { nodes { name } } }", nil)
	if status != http.StatusTooManyRequests || header.Get("Retry-After") != "" || !strings.Contains(text, "100 are left of your 100") {
		t.Errorf("answered %d, to come back in %q: %s", status, header.Get("Retry-After"), text)
	}
}
