package graph

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Requests with wrong variables are refused before a service is asked, so no
// database is needed.
func TestVariablesOfTheWrongKindAreRefused(t *testing.T) {
	t.Parallel()
	handler := NewHandler(Services{}, Options{})
	tests := map[string]struct {
		declaration, use, variables, want string
	}{
		"enum in other letters":  {"$v: [ChallengeStatus!]", "filter: {statuses: $v}", `{"v": ["OPEN", "solved"]}`, `"$v.1" must be a value of the enum ChallengeStatus`},
		"enum as one item":       {"$v: [ChallengeStatus!]", "filter: {statuses: $v}", `{"v": "open"}`, `"$v" must be a value of the enum ChallengeStatus`},
		"enum in an object":      {"$v: ChallengeOrder", "orderBy: $v", `{"v": {"field": "score"}}`, `"$v.field" must be a value of the enum ChallengeOrderField`},
		"number for a String":    {"$v: String", "after: $v", `{"v": 5}`, `"$v" must be a value of type String`},
		"text for an Int":        {"$v: Int", "first: $v", `{"v": "5"}`, `"$v" must be a value of type Int`},
		"number in a deep field": {"$v: ChallengeFilter", "filter: $v", `{"v": {"text": 1.5}}`, `"$v.text" must be a value of type String`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query := "query(" + test.declaration + ") { challenges(" + test.use + ") { totalCount } }"
			text, err := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(test.variables)})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(string(text)))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", "application/graphql-response+json")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			var answer struct {
				Errors []struct {
					Message    string
					Extensions struct{ Code string }
				}
			}
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Errors) != 1 {
				t.Fatalf("%v: %s", err, w.Body)
			}
			if w.Code != http.StatusBadRequest || answer.Errors[0].Extensions.Code != "BAD_USER_INPUT" {
				t.Errorf("status %d, answer %s", w.Code, w.Body)
			}
			if !strings.Contains(answer.Errors[0].Message, test.want) {
				t.Errorf("message %q, want %q", answer.Errors[0].Message, test.want)
			}
		})
	}
}
