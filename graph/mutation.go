package graph

import (
	"context"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph/generated"
	"github.com/project-nexus/nexus/internal/errs"
)

// mutations answers what is wrong with the input of a mutation: the violated
// constraints of the schema, all at once and before the service is called, and
// the errors of the service that point into the input.
type mutations struct {
	schema      *ast.Schema
	constraints constraints
	// payloads are the Go types of the answers, by name of the mutation.
	payloads map[string]reflect.Type
}

func newMutations(schema *ast.Schema) mutations {
	m := mutations{schema: schema, constraints: newConstraints(schema), payloads: map[string]reflect.Type{}}
	resolver := reflect.TypeFor[generated.MutationResolver]()
	for method := range resolver.Methods() {
		for _, field := range schema.Mutation.Fields {
			if strings.EqualFold(field.Name, method.Name) {
				m.payloads[field.Name] = method.Type.Out(0).Elem()
			}
		}
	}
	return m
}

// answer wraps a mutation. Other fields whose arguments have constraints are
// refused with the first violation.
func (m mutations) answer(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	isMutation := field.Object == m.schema.Mutation.Name
	if !isMutation && !m.constraints.reachedBy[field.Field.Definition] {
		return next(ctx)
	}
	arguments := field.Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	violations := m.constraints.ofArguments(field.Field.Definition.Arguments, arguments)
	switch {
	case len(violations) > 0 && isMutation:
		return m.payload(field.Field.Name, violations), nil
	case len(violations) > 0:
		return nil, violations[0]
	}
	result, err := next(ctx)
	if err == nil || !isMutation {
		return result, err
	}
	all := errs.All(err)
	for _, e := range all {
		if len(e.Path) == 0 || e.Path[0] != "input" {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, err
	}
	return m.payload(field.Field.Name, all), nil
}

// payload returns an answer that holds nothing but errors.
func (m mutations) payload(mutation string, all []*errs.Error) any {
	shown := make([]*errs.UserError, len(all))
	for i, e := range all {
		shown[i] = &errs.UserError{Code: e.Code, Message: e.Message, Path: e.Path}
		if e.CurrentVersion > 0 {
			shown[i].CurrentVersion = &e.CurrentVersion
		}
	}
	payload := reflect.New(m.payloads[mutation])
	payload.Elem().FieldByName("UserErrors").Set(reflect.ValueOf(shown))
	return payload.Interface()
}
