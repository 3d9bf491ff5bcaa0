package database

import (
	"database/sql/driver"
	"fmt"
	"strings"
)

// UUIDs passes ids as one parameter of type uuid[], as in `id = ANY(?)`. GORM
// would expand a plain slice into one parameter an element, so that each
// length would be another statement to plan. No ids match nothing.
//
// T is a uuid.UUID or an id type that embeds one: its Value is the UUID.
func UUIDs[T driver.Valuer](ids []T) driver.Valuer {
	return arrayLiteral(func(b *strings.Builder) error {
		for i, id := range ids {
			value, err := id.Value()
			if err != nil {
				return fmt.Errorf("uuid %d of %d: %w", i+1, len(ids), err)
			}
			text, ok := value.(string)
			if !ok {
				return fmt.Errorf("uuid %d of %d: its value is a %T", i+1, len(ids), value)
			}
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(text)
		}
		return nil
	})
}

// Texts passes values as one parameter of type text[], like UUIDs.
func Texts[T ~string](values []T) driver.Valuer {
	return arrayLiteral(func(b *strings.Builder) error {
		escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
		for i, value := range values {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('"')
			b.WriteString(escape.Replace(string(value)))
			b.WriteByte('"')
		}
		return nil
	})
}

// arrayLiteral writes the elements of an array in PostgreSQL's text format.
// The server knows the element type from the statement.
type arrayLiteral func(*strings.Builder) error

// Value returns the array as text.
func (write arrayLiteral) Value() (driver.Value, error) {
	var b strings.Builder
	b.WriteByte('{')
	if err := write(&b); err != nil {
		return nil, err
	}
	b.WriteByte('}')
	return b.String(), nil
}
