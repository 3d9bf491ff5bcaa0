package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// introspection lets some actors read the schema from the server, by __schema
// and __type. __typename is for everybody.
type introspection struct{ allowed func(auth.Actor) bool }

// ExtensionName implements graphql.HandlerExtension.
func (introspection) ExtensionName() string { return "Introspection" }

// Validate implements graphql.HandlerExtension.
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses a whole operation that asks for the schema, so
// that tools show the reason instead of half an answer.
func (i introspection) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	actor := auth.ActorOf(ctx)
	if i.allowed(actor) {
		operation.DisableIntrospection = false
		return nil
	}
	if !asksForSchema(operation.Operation.SelectionSet, map[string]bool{}) {
		return nil
	}
	refusal := RefuseSchema(actor)
	return &gqlerror.Error{Err: refusal, Message: refusal.Message, Extensions: map[string]any{"code": string(refusal.Code)}}
}

// RefuseSchema returns why an actor may not read the schema.
func RefuseSchema(actor auth.Actor) *errs.Error {
	if actor.User == nil {
		return errs.New(errs.CodeUnauthenticated, "Sign in to read the schema.")
	}
	return errs.New(errs.CodeForbidden, "You may not read the schema of this server.")
}

// asksForSchema looks at the root fields; seen holds the fragments looked at.
func asksForSchema(set ast.SelectionSet, seen map[string]bool) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name == "__schema" || s.Name == "__type" {
				return true
			}
		case *ast.InlineFragment:
			if asksForSchema(s.SelectionSet, seen) {
				return true
			}
		case *ast.FragmentSpread:
			if seen[s.Name] {
				continue
			}
			seen[s.Name] = true
			if s.Definition != nil && asksForSchema(s.Definition.SelectionSet, seen) {
				return true
			}
		}
	}
	return false
}
