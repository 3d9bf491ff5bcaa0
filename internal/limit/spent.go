package limit

import (
	"reflect"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
)

// Spent is what one operation costs. It is safe for concurrent use.
type Spent struct {
	// Requested is the static cost.
	Requested int
	actual    atomic.Int64
}

// Add counts the cost of a value that was returned.
func (s *Spent) Add(cost int) { s.actual.Add(int64(cost)) }

// Actual returns the cost of what was returned so far.
func (s *Spent) Actual() int { return int(s.actual.Load()) }

// Counts reports whether the values of a field can cost anything.
func (c *Costs) Counts(field *ast.FieldDefinition) bool {
	cost := c.fields[field]
	return cost.weight > 0 || cost.weighed
}

// Actual returns what one value that a field returned costs, without what lies
// below it: for a list its length times the weight of an item, for null nothing.
func (c *Costs) Actual(field *ast.Field, variables map[string]any, value any) int {
	cost := c.fields[field.Definition]
	n := cost.weight * countOf(value, cost.list)
	if cost.weighed {
		n += c.inputs.arguments(field, variables)
	}
	return n
}

func countOf(value any, list bool) int {
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Invalid:
		return 0
	case reflect.Pointer, reflect.Interface, reflect.Map:
		if v.IsNil() {
			return 0
		}
	case reflect.Slice:
		if list {
			return v.Len()
		}
	}
	return 1
}
