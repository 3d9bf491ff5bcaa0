package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/project-nexus/nexus/internal/errs"
)

// fingerprint ties a cursor to its list, order and filter.
func fingerprint(list, field string, direction Direction, filter any) (string, error) {
	f, err := json.Marshal(filter)
	if err != nil {
		return "", fmt.Errorf("fingerprint of %s: %w", list, err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s", list, field, direction, f))
	return base64.RawURLEncoding.EncodeToString(sum[:6]), nil
}

// encodeCursor writes the sort keys of a row; a nil key is a null.
func encodeCursor(mark string, keys []*string) string {
	parts := append([]*string{&mark}, keys...)
	text, err := json.Marshal(parts)
	if err != nil {
		// Strings and nulls always marshal.
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// decodeCursor reads the sort keys that encodeCursor wrote for the same list,
// order and filter. name is the argument that held the cursor.
func decodeCursor(name, cursor, mark string, columns []column) ([]*string, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, badCursor(name)
	}
	var parts []*string
	if err := json.Unmarshal(text, &parts); err != nil || len(parts) == 0 || parts[0] == nil {
		return nil, badCursor(name)
	}
	if *parts[0] != mark || len(parts) != len(columns)+1 {
		return nil, errs.BadUserInput("%s is a cursor of another list, order or filter", name).At(name)
	}
	keys := parts[1:]
	for i, c := range columns {
		if keys[i] == nil && !c.nullable || keys[i] != nil && !c.kind.valid(*keys[i]) {
			return nil, badCursor(name)
		}
	}
	return keys, nil
}

func badCursor(name string) error {
	return errs.BadUserInput("%s is not a cursor of this API", name).At(name)
}

// timeKey writes a time with the microseconds that PostgreSQL keeps.
func timeKey(t time.Time) *string {
	s := t.UTC().Format("2006-01-02T15:04:05.999999Z07:00")
	return &s
}
