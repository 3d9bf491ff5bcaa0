// Package scalar reads and writes the custom scalars of the schema for gqlgen.
//
// It is stricter than gqlgen's own: a DateTime needs a zone, an empty string is
// no time. A value that does not fit is BAD_USER_INPUT.
package scalar

import (
	"io"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
)

// MarshalDateTime writes t in RFC 3339 and UTC.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		// The writer is a response buffer; its error, if any, is the transport's.
		_, _ = io.WriteString(w, strconv.Quote(t.UTC().Format(time.RFC3339Nano)))
	})
}

// UnmarshalDateTime reads a time in RFC 3339.
func UnmarshalDateTime(v any) (time.Time, error) {
	if s, ok := v.(string); ok {
		// A zone can carry a time into the year 0 or 10000, which has no form in UTC.
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil && t.UTC().Year() >= 1 && t.UTC().Year() <= 9999 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errs.BadUserInput("a DateTime is a string in RFC 3339 with a zone, such as 2026-03-01T09:30:00Z")
}

// MarshalDate writes the day of t.
func MarshalDate(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, strconv.Quote(t.Format(time.DateOnly)))
	})
}

// UnmarshalDate reads a day.
func UnmarshalDate(v any) (time.Time, error) {
	if s, ok := v.(string); ok {
		if t, err := time.Parse(time.DateOnly, s); err == nil && t.Year() >= 1 {
			return t, nil
		}
	}
	return time.Time{}, errs.BadUserInput("a Date is a string such as 2026-03-01")
}

// MarshalInt writes an Int, which has 32 bits.
func MarshalInt(i int32) graphql.Marshaler { return graphql.MarshalInt32(i) }

// UnmarshalInt reads an Int and refuses what does not fit into 32 bits.
func UnmarshalInt(v any) (int32, error) {
	i, err := graphql.UnmarshalInt32(v)
	if err != nil {
		return 0, errs.BadUserInput("an Int is a whole number from -2147483648 to 2147483647").Because(err)
	}
	return i, nil
}
