package graph

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/errs"
)

// strictVariables refuses variables that the parser lets pass although the
// specification does not: an enum value in other letters, which would match
// nothing in the database, a number for a text, a text for a number, an Int beyond
// 32 bits.
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
			return refusalOf(errs.BadUserInput("Variable %q %s.", "$"+request.PathName(path), wanted).At(path...))
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
			return nil, wantedOf(definition)
		}
	case definition.Kind == ast.Scalar && !fitsScalar(definition.Name, value):
		return nil, wantedOf(definition)
	}
	return nil, ""
}

// mismatchInList looks at the items.
func (s strictVariables) mismatchInList(element *ast.Type, value any) (path []string, wanted string) {
	items, ok := value.([]any)
	if !ok { // one value stands for a list of it; the parser has put it into one
		if list := reflect.ValueOf(value); list.Kind() == reflect.Slice && list.Len() == 1 {
			value = list.Index(0).Interface()
		}
		return s.mismatch(element, value)
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
		return nil, wantedOf(definition)
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
	_, isText := value.(string)
	switch name {
	case "Int":
		_, err := strconv.ParseInt(fmt.Sprint(value), 10, 32)
		return !isText && err == nil
	case "Float":
		_, err := strconv.ParseFloat(fmt.Sprint(value), 64)
		return !isText && err == nil
	case "Boolean":
		_, isBoolean := value.(bool)
		return isBoolean
	case "ID":
		_, err := strconv.ParseInt(fmt.Sprint(value), 10, 64)
		return isText || err == nil
	default:
		return isText || name == "Upload"
	}
}
