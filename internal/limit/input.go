package limit

import "github.com/vektah/gqlparser/v2/ast"

// inputCosts are the weights of arguments and input fields, by their directive.
// Without the directive they weigh nothing.
type inputCosts struct {
	schema *ast.Schema
	of     map[*ast.Directive]int
}

func newInputCosts(schema *ast.Schema) inputCosts {
	c := inputCosts{schema: schema, of: map[*ast.Directive]int{}}
	note := func(directives ast.DirectiveList) {
		if weight, ok := weightIn(directives); ok {
			c.of[directives.ForName("cost")] = weight
		}
	}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			if definition.Kind == ast.InputObject {
				note(field.Directives)
			}
			for _, argument := range field.Arguments {
				note(argument.Directives)
			}
		}
	}
	return c
}

// reach reports whether a value of the type can cost something.
func (c inputCosts) reach(t *ast.Type, directives ast.DirectiveList, seen map[string]bool) bool {
	if c.of[directives.ForName("cost")] > 0 {
		return true
	}
	definition := c.schema.Types[t.Name()]
	if definition == nil || definition.Kind != ast.InputObject || seen[definition.Name] {
		return false
	}
	seen[definition.Name] = true
	for _, field := range definition.Fields {
		if c.reach(field.Type, field.Directives, seen) {
			return true
		}
	}
	return false
}

// arguments returns what the given arguments of a field cost.
func (c inputCosts) arguments(field *ast.Field, variables map[string]any) int {
	sum := 0
	for _, argument := range field.Arguments {
		definition := field.Definition.Arguments.ForName(argument.Name)
		value, err := argument.Value.Value(variables)
		if definition != nil && err == nil {
			sum = add(sum, c.value(definition.Type, definition.Directives, value))
		}
	}
	return sum
}

func (c inputCosts) value(t *ast.Type, directives ast.DirectiveList, value any) int {
	if value == nil {
		return 0
	}
	return add(c.of[directives.ForName("cost")], c.below(t, value))
}

// below looks into lists and input objects.
func (c inputCosts) below(t *ast.Type, value any) int {
	sum := 0
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			sum = add(sum, c.below(t, item))
		}
	case map[string]any:
		definition := c.schema.Types[t.Name()]
		if definition == nil {
			return 0
		}
		for _, field := range definition.Fields {
			sum = add(sum, c.value(field.Type, field.Directives, v[field.Name]))
		}
	}
	return sum
}
