package event

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/project-nexus/nexus/internal/database"
)

// Fields are names of fields of the schema: letters and digits only, so that
// they need no quotes in an array of PostgreSQL.
type Fields []string

// Scan reads a text[].
func (f *Fields) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("names of fields: got a %T", value)
	}
	*f = Fields{}
	if inner := strings.Trim(text, "{}"); inner != "" {
		*f = strings.Split(inner, ",")
	}
	return nil
}

// Value writes a text[].
func (f Fields) Value() (driver.Value, error) { return database.Texts(f).Value() } //nolint:wrapcheck // names what is wrong by itself
