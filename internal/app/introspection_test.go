package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/config"
)

func TestWhoMayReadTheSchema(t *testing.T) {
	t.Parallel()
	type outcome struct{ visitor, user, admin string }
	const yes, signIn, no = "", "UNAUTHENTICATED", "FORBIDDEN"
	tests := map[string]struct {
		change func(*config.Config)
		want   outcome
	}{
		"everybody":   {func(c *config.Config) { c.Introspection = config.Everybody }, outcome{yes, yes, yes}},
		"users":       {func(c *config.Config) { c.Introspection = config.Users }, outcome{signIn, yes, yes}},
		"admins":      {func(c *config.Config) { c.Introspection = config.Admins }, outcome{signIn, no, yes}},
		"nobody":      {func(c *config.Config) { c.Introspection = config.Nobody }, outcome{signIn, no, no}},
		"development": {func(*config.Config) {}, outcome{yes, yes, yes}},
		"production":  {production, outcome{signIn, yes, yes}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nexus, _ := startAs(t, test.change)
			for token, want := range map[string]string{"": test.want.visitor, "user": test.want.user, "admin": test.want.admin} {
				ask := func(path string) (int, string) {
					headers := []string{"Accept", "application/graphql-response+json"}
					if token != "" {
						headers = append(headers, "Authorization", "Bearer "+token)
					}
					answer := get(t, nexus, path, headers...)
					return answer.StatusCode, body(t, answer)
				}
				query := func(text string) (int, string) { return ask("/graphql?query=" + url.QueryEscape(text)) }
				for _, text := range []string{
					`{ __schema { queryType { name } } }`, `{ __type(name: "Challenge") { name } }`, `{ mine: __type(name: "Challenge") { name } }`,
					`{ ... { __schema { queryType { name } } } }`, `{ ...A } fragment A on Query { ...B } fragment B on Query { __typename ... on Query { __type(name: "User") { name } } }`,
				} {
					checkSchemaAnswer(t, token+" asks "+text, want)(query(text))
				}
				checkSchemaAnswer(t, token+" asks /schema.graphql", want)(ask("/schema.graphql"))
				if status, text := query(`{ __typename technologies { __typename } }`); status != http.StatusOK || strings.Contains(text, "errors") {
					t.Errorf("%s: __typename is refused: %s", token, text)
				}
				_, text := query(`{ technologys(frst: 1) { id } }`)
				if suggests := strings.Contains(text, "Did you mean"); suggests != (want == "") || !strings.Contains(text, "GRAPHQL_VALIDATION_FAILED") {
					t.Errorf("%s: a mistyped name is answered by %s", token, text)
				}
			}
		})
	}
}

// checkSchemaAnswer checks that the schema is told, or refused with a code.
func checkSchemaAnswer(t *testing.T, what, code string) func(status int, text string) {
	t.Helper()
	status := map[string]int{"": http.StatusOK, "UNAUTHENTICATED": http.StatusUnauthorized, "FORBIDDEN": http.StatusForbidden}[code]
	return func(got int, text string) {
		t.Helper()
		if got != status || code == "" && strings.Contains(text, `"errors"`) || code != "" && !strings.Contains(text, `"code":"`+code+`"`) {
			t.Errorf("%s: answered %d %.300s, want %d %s", what, got, text, status, code)
		}
		if code != "" && (strings.Contains(text, "Challenge") || strings.Contains(text, `"data"`)) {
			t.Errorf("%s: the refusal tells of the schema: %.300s", what, text)
		}
	}
}
