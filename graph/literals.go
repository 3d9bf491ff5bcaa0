package graph

import (
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/errs"
)

// validationRules are the validator's own, except for that about values in the
// document: it calls them invalid documents, repeats them and leaves out where
// they stand. They are bad input here, as they are in variables.
func validationRules() *rules.Rules {
	all := rules.NewDefaultRules()
	all.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, func(observers *core.Events, addError core.AddErrFunc) {
		l := literals{addError: addError, seen: map[*ast.Value]bool{}}
		observers.OnVariable(func(w *core.Walker, variable *ast.VariableDefinition) {
			l.schema = w.Schema
			l.root(variable.Type, variable.DefaultValue, "Variable ", "$"+variable.Variable)
		})
		observers.OnField(func(w *core.Walker, field *ast.Field) {
			l.schema = w.Schema
			if field.Definition != nil {
				l.arguments(field.Definition.Arguments, field.Arguments)
			}
		})
		observers.OnDirective(func(w *core.Walker, directive *ast.Directive) {
			l.schema = w.Schema
			if directive.Definition != nil {
				l.arguments(directive.Definition.Arguments, directive.Arguments)
			}
		})
	})
	return all
}

// literals checks the values that stand in one document.
type literals struct {
	schema   *ast.Schema
	addError core.AddErrFunc
	// seen are the values at the root of others: what stands in a fragment is
	// visited with each operation that uses it.
	seen map[*ast.Value]bool
}

func (l literals) arguments(definitions ast.ArgumentDefinitionList, arguments ast.ArgumentList) {
	for _, argument := range arguments {
		if definition := definitions.ForName(argument.Name); definition != nil {
			l.root(definition.Type, argument.Value, "", argument.Name)
		}
	}
}

// root checks the whole value of an argument, or, with the word that says so, of
// a variable.
func (l literals) root(t *ast.Type, value *ast.Value, word, name string) {
	if value != nil && !l.seen[value] {
		l.seen[value] = true
		l.check(t, value, literalPath{word, []string{name}})
	}
}

// literalPath leads to a value in a document.
type literalPath struct {
	word  string
	steps []string
}

func (p literalPath) to(step string) literalPath { return literalPath{p.word, deeper(p.steps, step)} }

// refuse adds an error; typed is what might be meant by one of names.
func (l literals) refuse(p literalPath, position *ast.Position, what, typed string, names ...string) {
	steps := append([]string{strings.TrimPrefix(p.steps[0], "$")}, p.steps[1:]...)
	l.addError(core.At(position), func(err *gqlerror.Error) {
		e := errs.BadUserInput("%s%q %s.", p.word, request.PathName(p.steps), what).At(steps...)
		err.Err, err.Message = e, e.Message
	}, core.SuggestListQuoted("Did you mean", typed, names))
}

func (l literals) check(t *ast.Type, value *ast.Value, p literalPath) {
	definition := l.schema.Types[t.Name()]
	switch {
	case definition == nil, value.Kind == ast.Variable: // other rules judge these
	case value.Kind == ast.NullValue:
		if t.NonNull {
			l.refuse(p, value.Position, "must not be null", "")
		}
	case t.Elem != nil && value.Kind == ast.ListValue:
		for i, item := range value.Children {
			l.check(t.Elem, item.Value, p.to(strconv.Itoa(i)))
		}
	case t.Elem != nil: // one value stands for a list of it
		l.check(t.Elem, value, p)
	case definition.Kind == ast.InputObject && value.Kind == ast.ObjectValue:
		l.checkObject(definition, value, p)
	case definition.Kind == ast.Enum && value.Kind == ast.EnumValue:
		if definition.EnumValues.ForName(value.Raw) == nil {
			l.refuse(p, value.Position, wantedOf(definition), value.Raw, enumNames(definition)...)
		}
	case definition.Kind == ast.Scalar && fitsLiteral(definition.Name, value):
	default:
		l.refuse(p, value.Position, wantedOf(definition), "")
	}
}

func (l literals) checkObject(definition *ast.Definition, value *ast.Value, p literalPath) {
	for _, field := range definition.Fields {
		if field.Type.NonNull && field.DefaultValue == nil && value.Children.ForName(field.Name) == nil {
			l.refuse(p.to(field.Name), value.Position, "is required", "")
		}
	}
	if definition.Directives.ForName("oneOf") != nil &&
		(len(value.Children) != 1 || value.Children[0].Value.Kind == ast.NullValue) {
		l.refuse(p, value.Position, "must have exactly one field, which is not null", "")
	}
	for _, child := range value.Children {
		if field := definition.Fields.ForName(child.Name); field != nil {
			l.check(field.Type, child.Value, p.to(child.Name))
			continue
		}
		l.refuse(p.to(child.Name), child.Position, "is not a field of "+definition.Name, child.Name, fieldNames(definition)...)
	}
}

// wantedOf says what a value of the type must be.
func wantedOf(definition *ast.Definition) string {
	switch {
	case definition.Kind == ast.Enum:
		return "must be a value of the enum " + definition.Name
	case definition.Kind == ast.InputObject:
		return "must be an object of type " + definition.Name
	case definition.Name == "Int":
		return "must be a value of type Int, a whole number of 32 bits"
	default:
		return "must be a value of type " + definition.Name
	}
}

// fitsLiteral reports whether a literal is written as the scalar asks for.
func fitsLiteral(name string, value *ast.Value) bool {
	isText := value.Kind == ast.StringValue || value.Kind == ast.BlockValue
	switch name {
	case "Int":
		_, err := strconv.ParseInt(value.Raw, 10, 32)
		return value.Kind == ast.IntValue && err == nil
	case "Float":
		_, err := strconv.ParseFloat(value.Raw, 64)
		return (value.Kind == ast.IntValue || value.Kind == ast.FloatValue) && err == nil
	case "Boolean":
		return value.Kind == ast.BooleanValue
	case "ID":
		return isText || value.Kind == ast.IntValue
	default:
		return isText
	}
}

func enumNames(definition *ast.Definition) []string {
	names := make([]string, 0, len(definition.EnumValues))
	for _, value := range definition.EnumValues {
		names = append(names, value.Name)
	}
	return names
}

func fieldNames(definition *ast.Definition) []string {
	names := make([]string, 0, len(definition.Fields))
	for _, field := range definition.Fields {
		names = append(names, field.Name)
	}
	return names
}
