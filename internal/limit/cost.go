package limit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// The cost of introspection, whatever is asked for below: it is answered from
// memory.
const (
	schemaCost = 500
	typeCost   = 50
)

// Costs knows what each field of a schema costs. It is read-only.
type Costs struct {
	schema *ast.Schema
	fields map[*ast.FieldDefinition]fieldCost
	inputs inputCosts
}

// fieldCost is what @cost and @listSize say of a field.
type fieldCost struct {
	// weight is what one value of the field costs.
	weight int
	// list tells a list of such values.
	list bool
	// slicing are the arguments that size the list, or the lists in sized.
	slicing []string
	// assumed is the size that holds without a slicing argument.
	assumed int
	sized   []string
	// weighed tells that arguments have weights.
	weighed bool
	// closed fields have no cost below them.
	closed bool
}

// NewCosts reads the directives of a schema. A weight that is no whole number is
// a fault of the schema and panics, at the start.
func NewCosts(schema *ast.Schema) *Costs {
	c := &Costs{schema: schema, fields: map[*ast.FieldDefinition]fieldCost{}, inputs: newInputCosts(schema)}
	for _, definition := range schema.Types {
		if strings.HasPrefix(definition.Name, "__") || definition.Kind == ast.InputObject {
			continue
		}
		for _, field := range definition.Fields {
			c.fields[field] = c.read(field)
		}
	}
	return c
}

func (c *Costs) read(field *ast.FieldDefinition) fieldCost {
	switch field.Name {
	case "__schema":
		return fieldCost{weight: schemaCost, closed: true}
	case "__type":
		return fieldCost{weight: typeCost, closed: true}
	}
	f := fieldCost{weight: c.weightOf(field.Type.Name()), list: field.Type.Elem != nil, assumed: 1}
	if weight, ok := weightIn(field.Directives); ok {
		f.weight = weight
	}
	for _, argument := range field.Arguments {
		f.weighed = f.weighed || c.inputs.reach(argument.Type, argument.Directives, map[string]bool{})
	}
	directive := field.Directives.ForName("listSize")
	if directive == nil {
		return f
	}
	arguments := directive.ArgumentMap(nil)
	if size, ok := arguments["assumedSize"].(int64); ok {
		f.assumed = int(size)
	}
	f.slicing, f.sized = names(arguments["slicingArguments"]), names(arguments["sizedFields"])
	return f
}

// weightOf returns the weight of a type, of an abstract one the greatest of its
// possible types.
func (c *Costs) weightOf(name string) int {
	definition := c.schema.Types[name]
	if weight, ok := weightIn(definition.Directives); ok {
		return weight
	}
	switch definition.Kind {
	case ast.Interface, ast.Union:
		greatest := 0
		for _, possible := range c.schema.GetPossibleTypes(definition) {
			greatest = max(greatest, c.weightOf(possible.Name))
		}
		return greatest
	case ast.Object:
		return 1
	default:
		return 0
	}
}

func weightIn(directives ast.DirectiveList) (weight int, ok bool) {
	directive := directives.ForName("cost")
	if directive == nil {
		return 0, false
	}
	text, _ := directive.ArgumentMap(nil)["weight"].(string)
	weight, err := strconv.Atoi(text)
	if err != nil || weight < 0 {
		panic(fmt.Sprintf("@cost(weight: %q) is no whole number", text))
	}
	return weight, true
}

func names(value any) []string {
	list, _ := value.([]any)
	all := make([]string, 0, len(list))
	for _, item := range list {
		if name, ok := item.(string); ok {
			all = append(all, name)
		}
	}
	return all
}

// Root returns what every operation of a kind costs before its fields.
func (c *Costs) Root(operation *ast.OperationDefinition) int {
	return c.weightOf(c.rootOf(operation).Name)
}

func (c *Costs) rootOf(operation *ast.OperationDefinition) *ast.Definition {
	switch operation.Operation {
	case ast.Mutation:
		return c.schema.Mutation
	case ast.Subscription:
		return c.schema.Subscription
	default:
		return c.schema.Query
	}
}

// Unsized returns the lists of objects whose length nothing in the schema bounds,
// as "Type.field". Their cost would be that of one item.
func (c *Costs) Unsized() []string {
	sized := map[*ast.FieldDefinition]bool{}
	for field, cost := range c.fields {
		for _, name := range cost.sized {
			if below := c.schema.Types[field.Type.Name()].Fields.ForName(name); below != nil {
				sized[below] = true
			}
		}
	}
	var unsized []string
	for _, definition := range c.schema.Types {
		for _, field := range definition.Fields {
			cost, known := c.fields[field]
			if known && cost.list && cost.weight > 0 && !sized[field] && field.Directives.ForName("listSize") == nil {
				unsized = append(unsized, definition.Name+"."+field.Name)
			}
		}
	}
	slices.Sort(unsized)
	return unsized
}
