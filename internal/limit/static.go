package limit

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Static returns the greatest cost that a validated operation can have with the
// given variables. A list is taken to be as long as its slicing arguments say,
// an abstract type to be the most costly of its possible types; what @skip and
// @include leave out costs nothing. An error tells of a size that is out of
// range: it is found before anything is multiplied by it.
func (l Limits) Static(c *Costs, operation *ast.OperationDefinition, variables map[string]any) (int, error) {
	s := static{costs: c, variables: variables, most: l.PageSize}
	root := c.rootOf(operation)
	below := s.selections(operation.SelectionSet, root, sizing{})
	return add(c.Root(operation), below.on(root.Name)), s.err
}

type static struct {
	costs     *Costs
	variables map[string]any
	most      int // greatest size of a list
	err       error
}

// sizing is the size that a field gives to lists right below it.
type sizing struct {
	fields []string
	size   int
}

// sum is the cost of a selection set: that on every object, and what comes on
// top for the objects of some types.
type sum struct {
	always int
	byType map[string]int
}

// on returns the cost on an object of a type.
func (s sum) on(name string) int { return add(s.always, s.byType[name]) }

// greatest returns the cost on the most costly of the types.
func (s sum) greatest(possible []*ast.Definition) int {
	greatest := s.always
	for _, definition := range possible {
		greatest = max(greatest, s.on(definition.Name))
	}
	return greatest
}

func (s *static) selections(set ast.SelectionSet, parent *ast.Definition, size sizing) sum {
	var total sum
	for _, selection := range set {
		switch n := selection.(type) {
		case *ast.Field:
			if s.wanted(n.Directives) {
				total.always = add(total.always, s.field(n, size))
			}
		case *ast.InlineFragment:
			if s.wanted(n.Directives) {
				s.fragment(&total, parent, n.TypeCondition, n.SelectionSet, size)
			}
		case *ast.FragmentSpread:
			if s.wanted(n.Directives) {
				s.fragment(&total, parent, n.Definition.TypeCondition, n.Definition.SelectionSet, size)
			}
		}
	}
	return total
}

// fragment adds the cost of a fragment to total, for those types of the parent
// that its condition holds for.
func (s *static) fragment(total *sum, parent *ast.Definition, condition string, set ast.SelectionSet, size sizing) {
	definition := parent
	if condition != "" {
		definition = s.costs.schema.Types[condition]
	}
	below := s.selections(set, definition, size)
	if parent.Kind == ast.Object {
		total.always = add(total.always, below.on(parent.Name))
		return
	}
	if definition == parent {
		total.always = add(total.always, below.always)
		below.always = 0
	}
	for _, possible := range s.costs.schema.GetPossibleTypes(definition) {
		cost := below.on(possible.Name)
		if cost == 0 {
			continue
		}
		if total.byType == nil {
			total.byType = map[string]int{}
		}
		total.byType[possible.Name] = add(total.byType[possible.Name], cost)
	}
}

func (s *static) field(field *ast.Field, size sizing) int {
	cost := s.costs.fields[field.Definition]
	if cost.closed {
		return cost.weight
	}
	n := s.size(field, cost)
	each := cost.weight
	if len(field.SelectionSet) > 0 {
		definition := s.costs.schema.Types[field.Definition.Type.Name()]
		below := s.selections(field.SelectionSet, definition, sizing{cost.sized, n})
		each = add(each, below.greatest(s.costs.schema.GetPossibleTypes(definition)))
	}
	if cost.list {
		if slices.Contains(size.fields, field.Name) {
			n = size.size
		}
		each = multiply(each, n)
	}
	if cost.weighed {
		each = add(each, s.costs.inputs.arguments(field, s.variables))
	}
	return each
}

// wanted reports whether @skip and @include leave a selection in.
func (s *static) wanted(directives ast.DirectiveList) bool {
	if len(directives) == 0 {
		return true
	}
	is := func(name string, otherwise bool) bool {
		directive := directives.ForName(name)
		if directive == nil {
			return otherwise
		}
		value, _ := directive.ArgumentMap(s.variables)["if"].(bool)
		return value
	}
	return is("include", true) && !is("skip", false)
}
