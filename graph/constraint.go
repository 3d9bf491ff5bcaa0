package graph

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/internal/errs"
)

// constraint is what @constraint asks of a value; absent bounds are nil.
type constraint struct {
	minLength, maxLength, min, max, minItems, maxItems *int64
	pattern                                            *regexp.Regexp
	format                                             string
}

// constraints are those of all input fields and arguments, by their directive.
type constraints struct {
	schema *ast.Schema
	of     map[*ast.Directive]constraint
	// reachedBy are the fields with an argument that has a constraint, or leads to
	// an input that has one.
	reachedBy map[*ast.FieldDefinition]bool
}

// newConstraints reads the directives of the schema. A pattern that does not
// compile is a fault of the schema and ends the start.
func newConstraints(schema *ast.Schema) constraints {
	c := constraints{schema: schema, of: map[*ast.Directive]constraint{}, reachedBy: map[*ast.FieldDefinition]bool{}}
	note := func(directives ast.DirectiveList) {
		if directive := directives.ForName("constraint"); directive != nil {
			c.of[directive] = readConstraint(directive)
		}
	}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			note(field.Directives)
			for _, argument := range field.Arguments {
				note(argument.Directives)
			}
		}
	}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			for _, argument := range field.Arguments {
				if c.reaches(argument.Type, argument.Directives, map[string]bool{}) {
					c.reachedBy[field] = true
				}
			}
		}
	}
	return c
}

func (c constraints) reaches(t *ast.Type, directives ast.DirectiveList, seen map[string]bool) bool {
	if _, ok := c.of[directives.ForName("constraint")]; ok {
		return true
	}
	definition := c.schema.Types[t.Name()]
	if definition == nil || definition.Kind != ast.InputObject || seen[definition.Name] {
		return false
	}
	seen[definition.Name] = true
	for _, field := range definition.Fields {
		if c.reaches(field.Type, field.Directives, seen) {
			return true
		}
	}
	return false
}

func readConstraint(directive *ast.Directive) constraint {
	arguments := directive.ArgumentMap(nil)
	bound := func(name string) *int64 {
		if value, ok := arguments[name].(int64); ok {
			return &value
		}
		return nil
	}
	c := constraint{
		minLength: bound("minLength"), maxLength: bound("maxLength"), min: bound("min"), max: bound("max"),
		minItems: bound("minItems"), maxItems: bound("maxItems"),
	}
	c.format, _ = arguments["format"].(string)
	if pattern, ok := arguments["pattern"].(string); ok {
		c.pattern = regexp.MustCompile(`\A(?:` + pattern + `)\z`)
	}
	return c
}

// ofArguments returns all violations in the arguments of a field, each with its
// path. The types of the values have been checked before.
func (c constraints) ofArguments(definitions ast.ArgumentDefinitionList, values map[string]any) []*errs.Error {
	var all []*errs.Error
	for _, definition := range definitions {
		if value, given := values[definition.Name]; given {
			all = append(all, c.ofValue(definition.Type, definition.Directives, value, []string{definition.Name})...)
		}
	}
	return all
}

func (c constraints) ofValue(t *ast.Type, directives ast.DirectiveList, value any, path []string) []*errs.Error {
	if value == nil {
		return nil
	}
	var all []*errs.Error
	if asked, ok := c.of[directives.ForName("constraint")]; ok {
		for _, message := range asked.violations(value) {
			all = append(all, errs.BadUserInput("%s", message).At(path...))
		}
	}
	return append(all, c.below(t, value, path)...)
}

// below looks into lists and input objects.
func (c constraints) below(t *ast.Type, value any, path []string) []*errs.Error {
	var all []*errs.Error
	switch v := value.(type) {
	case []any:
		if t.Elem == nil {
			return nil
		}
		for i, item := range v {
			all = append(all, c.below(t.Elem, item, deeper(path, strconv.Itoa(i)))...)
		}
	case map[string]any:
		definition := c.schema.Types[t.Name()]
		if definition == nil {
			return nil
		}
		for _, field := range definition.Fields { // in the order of the schema
			if member, given := v[field.Name]; given {
				all = append(all, c.ofValue(field.Type, field.Directives, member, deeper(path, field.Name))...)
			}
		}
	}
	return all
}

func deeper(path []string, element string) []string {
	return append(append(make([]string, 0, len(path)+1), path...), element)
}

// violations says what is wrong with a value; lists are asked for their length,
// and texts and numbers in them one by one.
func (c constraint) violations(value any) []string {
	switch v := value.(type) {
	case string:
		return c.ofText(v)
	case []any:
		var all []string
		for i, item := range v {
			for _, message := range c.violations(item) {
				all = append(all, fmt.Sprintf("Item %d: %s", i+1, message))
			}
		}
		return append(all, outside(int64(len(v)), c.minItems, c.maxItems, "items")...)
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return nil
		}
		return outside(n, c.min, c.max, "")
	case int64:
		return outside(v, c.min, c.max, "")
	case int:
		return outside(int64(v), c.min, c.max, "")
	default:
		return nil
	}
}

func (c constraint) ofText(text string) []string {
	all := outside(int64(utf8.RuneCountInString(text)), c.minLength, c.maxLength, "characters")
	if c.pattern != nil && !c.pattern.MatchString(text) {
		all = append(all, "This must match "+c.pattern.String()[len(`\A(?:`):len(c.pattern.String())-len(`)\z`)]+".")
	}
	switch c.format {
	case "email":
		if !isEmail(text) {
			all = append(all, "This is no e-mail address.")
		}
	case "url":
		if !isURL(text) {
			all = append(all, "This is no absolute http or https URL.")
		}
	}
	return all
}

// outside says that n is not from low to high.
func outside(n int64, low, high *int64, unit string) []string {
	if (low == nil || n >= *low) && (high == nil || n <= *high) {
		return nil
	}
	if unit != "" {
		unit = " " + unit
	}
	switch {
	case low != nil && high != nil:
		return []string{fmt.Sprintf("This must be %d to %d%s.", *low, *high, unit)}
	case low != nil:
		return []string{fmt.Sprintf("This must be at least %d%s.", *low, unit)}
	default:
		return []string{fmt.Sprintf("This must be at most %d%s.", *high, unit)}
	}
}

func isEmail(text string) bool {
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Address == text && parsed.Name == ""
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}
