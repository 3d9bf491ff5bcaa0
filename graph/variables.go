package graph

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/internal/errs"
)

// strictVariables refuses variables that the parser lets pass although the
// specification does not: an enum value in other letters, which would match
// nothing in the database, a number for a String and a text for a number.
type strictVariables struct{ schema *ast.Schema }

// ExtensionName implements graphql.HandlerExtension.
func (strictVariables) ExtensionName() string { return "StrictVariables" }

// Validate implements graphql.HandlerExtension.
func (strictVariables) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (s strictVariables) MutateOperationContext(_ context.Context, o *graphql.OperationContext) *gqlerror.Error {
	for _, definition := range o.Operation.VariableDefinitions {
		value, given := o.Variables[definition.Variable]
		if !given {
			continue
		}
		if path, wanted := s.mismatch(definition.Type, value); wanted != "" {
			path = append([]string{definition.Variable}, path...)
			e := errs.BadUserInput("Variable %q must be %s.", "$"+strings.Join(path, "."), wanted).At(path...)
			return &gqlerror.Error{Err: e, Message: e.Message, Extensions: map[string]any{"code": string(e.Code)}}
		}
	}
	return nil
}

// mismatch returns what is wanted instead of the first value that does not fit,
// and the path to it; "" when all fit.
func (s strictVariables) mismatch(t *ast.Type, value any) (path []string, wanted string) {
	if value == nil {
		return nil, ""
	}
	if t.Elem != nil {
		return s.mismatchInList(t.Elem, value)
	}
	definition := s.schema.Types[t.NamedType]
	switch {
	case definition == nil:
	case definition.Kind == ast.InputObject:
		return s.mismatchInObject(definition, value)
	case definition.Kind == ast.Enum:
		text, ok := value.(string)
		named := func(v *ast.EnumValueDefinition) bool { return v.Name == text }
		if !ok || !slices.ContainsFunc(definition.EnumValues, named) {
			return nil, "a value of the enum " + definition.Name
		}
	case definition.Kind == ast.Scalar && !fitsScalar(definition.Name, value):
		return nil, "a value of type " + definition.Name
	}
	return nil, ""
}

func (s strictVariables) mismatchInList(element *ast.Type, value any) (path []string, wanted string) {
	items, ok := value.([]any)
	if !ok {
		return s.mismatch(element, value) // one value stands for a list of it
	}
	for i, item := range items {
		if path, wanted = s.mismatch(element, item); wanted != "" {
			return append([]string{strconv.Itoa(i)}, path...), wanted
		}
	}
	return nil, ""
}

func (s strictVariables) mismatchInObject(definition *ast.Definition, value any) (path []string, wanted string) {
	members, ok := value.(map[string]any)
	if !ok {
		return nil, "an object of type " + definition.Name
	}
	for _, field := range definition.Fields {
		if path, wanted = s.mismatch(field.Type, members[field.Name]); wanted != "" {
			return append([]string{field.Name}, path...), wanted
		}
	}
	return nil, ""
}

// fitsScalar reports whether JSON gave the value as the scalar asks for.
func fitsScalar(name string, value any) bool {
	_, isNumber := value.(json.Number)
	_, isText := value.(string)
	switch name {
	case "String":
		return !isNumber
	case "Int", "Float":
		return !isText
	default:
		return true
	}
}
