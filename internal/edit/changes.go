package edit

import (
	"errors"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
)

// Changes are new values of the columns of a row. The zero value changes nothing.
type Changes struct {
	columns map[string]any
	fields  []string
	wrong   []error
}

// Set notes a new value of a column; field is its name in the schema.
func (c *Changes) Set(field, column string, value any) {
	if c.columns == nil {
		c.columns = map[string]any{}
	}
	c.columns[column] = value
	c.fields = append(c.fields, field)
}

// Touch notes a field that changes in other tables than the row's own: the row
// has a new version all the same.
func (c *Changes) Touch(field string) {
	if c.columns == nil {
		c.columns = map[string]any{}
	}
	c.fields = append(c.fields, field)
}

// Fields returns the names of the fields that change, in the order of noting.
func (c *Changes) Fields() []string { return c.fields }

// Err returns what is wrong with the values, all at once.
func (c *Changes) Err() error { return errors.Join(c.wrong...) }

// Optional notes a value that may be missing: absent leaves the column, null
// clears it, anything else is its new value.
func Optional[T any](c *Changes, field, column string, value graphql.Omittable[*T]) {
	if given, ok := value.ValueOK(); ok {
		c.Set(field, column, given)
	}
}

// OrEmpty notes a text whose column holds no NULL: null makes it empty.
func OrEmpty(c *Changes, field, column string, value graphql.Omittable[*string]) {
	given, ok := value.ValueOK()
	switch {
	case !ok:
	case given == nil:
		c.Set(field, column, "")
	default:
		c.Set(field, column, *given)
	}
}

// Required notes a value that must be there: null and a blank text are refused.
func Required[T any](c *Changes, field, column string, value graphql.Omittable[*T]) {
	given, ok := value.ValueOK()
	switch {
	case !ok:
	case given == nil, IsBlank(*given):
		c.wrong = append(c.wrong, errs.BadUserInput("This cannot be empty.").At("input", field))
	default:
		c.Set(field, column, *given)
	}
}

// IsBlank reports whether value is a text of nothing but white space.
func IsBlank(value any) bool {
	v := reflect.ValueOf(value)
	return v.Kind() == reflect.String && strings.TrimSpace(v.String()) == ""
}
