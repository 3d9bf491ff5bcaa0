package config

import (
	"fmt"
	"reflect"
	"strings"
)

// Variable describes one environment variable.
type Variable struct {
	Name, Default, Allowed, Description string
	// Value is what it has, with secrets masked.
	Value string
}

// Variables lists all variables in the order of the struct.
func (c Config) Variables() []Variable {
	var all []Variable
	for field, value := range reflect.ValueOf(c).Fields() {
		all = append(all, Variable{
			Name:        field.Tag.Get("env"),
			Default:     field.Tag.Get("envDefault"),
			Allowed:     field.Tag.Get("allowed"),
			Description: field.Tag.Get("desc"),
			Value:       text(value.Interface()),
		})
	}
	return all
}

// text writes a value the way its variable takes it.
func text(value any) string {
	if list, ok := value.([]string); ok {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(value)
}
