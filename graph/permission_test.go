package graph

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// The guard refuses by itself, whatever the service behind a field checks: also a
// mutation that nobody wrote a rule for.
func TestTheGuardStandsAlone(t *testing.T) {
	t.Parallel()
	rules := readPermissions(Schema())
	person, script := id.New[id.User](), id.New[id.AccessToken]()
	session := auth.WithActor(t.Context(), auth.Actor{User: &person, Scope: auth.ScopeAccount})
	read := auth.WithActor(t.Context(), auth.Actor{User: &person, AccessToken: &script, Scope: auth.ScopeRead})
	tests := []struct {
		name          string
		ctx           context.Context
		object, field string
		want          errs.Code
	}{
		{"a visitor", t.Context(), "Mutation", "logoutEverywhere", errs.CodeUnauthenticated},
		{"a script", read, "Mutation", "logoutEverywhere", errs.CodeForbidden},
		{"a session", session, "Mutation", "logoutEverywhere", ""},
		{"a visitor signs in", t.Context(), "Mutation", "login", ""},
		{"a script reads sessions", read, "Viewer", "sessions", errs.CodeForbidden},
		{"a mutation without a rule", session, "Mutation", "surprise", errs.CodeForbidden},
		{"a public field", t.Context(), "Challenge", "title", ""},
	}
	for _, test := range tests {
		ran := false
		ctx := graphql.WithFieldContext(test.ctx, &graphql.FieldContext{
			Object: test.object, Field: graphql.CollectedField{Field: &ast.Field{Name: test.field}},
		})
		_, err := rules.guard(ctx, func(context.Context) (any, error) { ran = true; return nil, nil }) //nolint:nilnil // nothing is answered
		if errs.CodeOf(err) != test.want || ran != (test.want == "") {
			t.Errorf("%s: got %v, ran %t, want %q", test.name, err, ran, test.want)
		}
	}
}
