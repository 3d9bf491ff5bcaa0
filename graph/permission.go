package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/internal/auth"
)

// permission is what @auth asks for at a field.
type permission struct {
	requires auth.Principal
	scope    auth.Scope
}

// permissions are those of all fields, by type and name of the field.
type permissions map[string]map[string]permission

// readPermissions reads the directives of the schema. They are enforced here, in
// front of every field, as gqlgen runs no directives on fields of interfaces.
func readPermissions(schema *ast.Schema) permissions {
	all := permissions{}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			directive := field.Directives.ForName("auth")
			if directive == nil {
				continue
			}
			arguments := directive.ArgumentMap(nil)
			requires, _ := arguments["requires"].(string)
			scope, _ := arguments["scope"].(string)
			if all[definition.Name] == nil {
				all[definition.Name] = map[string]permission{}
			}
			all[definition.Name][field.Name] = permission{auth.Principal(requires), auth.Scope(scope)}
		}
	}
	return all
}

// guard refuses a field whose permission the actor lacks, and every mutation
// that has none.
func (p permissions) guard(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	if err := p.check(ctx, field.Object, field.Field.Name); err != nil {
		return nil, err
	}
	return next(ctx)
}

// check is guard for a field by its name.
func (p permissions) check(ctx context.Context, object, field string) error {
	rules, guarded := p[object]
	rule, ok := rules[field]
	if !guarded || !ok && object != "Mutation" {
		return nil
	}
	_, err := auth.Require(ctx, rule.requires, rule.scope)
	return err
}
