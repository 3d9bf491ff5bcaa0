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
	contexts := map[string]context.Context{"visitor": t.Context()}
	contexts["session"] = auth.WithActor(t.Context(), auth.Actor{User: &person, Scope: auth.ScopeAccount})
	contexts["script"] = auth.WithActor(t.Context(), auth.Actor{User: &person, AccessToken: &script, Scope: auth.ScopeRead})
	tests := []struct {
		who, object, field string
		want               errs.Code
	}{
		{"visitor", "Mutation", "logoutEverywhere", errs.CodeUnauthenticated},
		{"script", "Mutation", "logoutEverywhere", errs.CodeForbidden},
		{"session", "Mutation", "logoutEverywhere", ""},
		{"visitor", "Mutation", "login", ""},
		{"script", "Viewer", "sessions", errs.CodeForbidden},
		{"session", "Mutation", "surprise", errs.CodeForbidden},
		{"visitor", "Challenge", "title", ""},
	}
	for _, test := range tests {
		ran := false
		ctx := graphql.WithFieldContext(contexts[test.who], &graphql.FieldContext{
			Object: test.object, Field: graphql.CollectedField{Field: &ast.Field{Name: test.field}},
		})
		_, err := rules.guard(ctx, func(context.Context) (any, error) { ran = true; return nil, nil }) //nolint:nilnil // nothing is answered
		if errs.CodeOf(err) != test.want || ran != (test.want == "") {
			t.Errorf("%s, %s.%s: got %v, ran %t, want %q", test.who, test.object, test.field, err, ran, test.want)
		}
	}
}
