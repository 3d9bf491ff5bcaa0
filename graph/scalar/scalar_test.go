package scalar_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/scalar"
	"github.com/project-nexus/nexus/internal/errs"
)

func text(m graphql.Marshaler) string {
	var b strings.Builder
	m.MarshalGQL(&b)
	return b.String()
}

func TestDateTime(t *testing.T) {
	t.Parallel()
	east := time.Date(2026, 3, 1, 1, 30, 0, 120_000_000, time.FixedZone("", 2*3600))
	if got := text(scalar.MarshalDateTime(east)); got != `"2026-02-28T23:30:00.12Z"` {
		t.Errorf("wrote %s", got)
	}
	for given, want := range map[any]time.Time{
		"2026-03-01T01:30:00.12+02:00": east, "2026-03-01T09:30:00Z": time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC),
	} {
		got, err := scalar.UnmarshalDateTime(given)
		if err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%v: got %v, %v", given, got, err)
		}
	}
	for _, bad := range []any{"", "2026-03-01", "2026-03-01T09:30:00", "2026-02-30T09:30:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-00:01", "now", json.Number("1767225600"), int64(1), nil, true} {
		if _, err := scalar.UnmarshalDateTime(bad); errs.CodeOf(err) != errs.CodeBadUserInput {
			t.Errorf("%v: got %v, want BAD_USER_INPUT", bad, err)
		}
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	day, err := scalar.UnmarshalDate("2026-03-01")
	if err != nil || text(scalar.MarshalDate(day)) != `"2026-03-01"` {
		t.Errorf("got %v, %v", day, err)
	}
	for _, bad := range []any{"", "2026-3-1", "2026-02-30", "0000-01-01", "2026-03-01T00:00:00Z", json.Number("20260301"), nil} {
		if _, err := scalar.UnmarshalDate(bad); errs.CodeOf(err) != errs.CodeBadUserInput {
			t.Errorf("%v: got %v, want BAD_USER_INPUT", bad, err)
		}
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	for given, want := range map[json.Number]int32{"0": 0, "-2147483648": -2147483648, "2147483647": 2147483647} {
		if got, err := scalar.UnmarshalInt(given); err != nil || got != want || text(scalar.MarshalInt(got)) != string(given) {
			t.Errorf("%s: got %d, %v", given, got, err)
		}
	}
	for _, bad := range []any{json.Number("2147483648"), json.Number("-2147483649"), json.Number("1.5"), json.Number("1e400"), int64(1 << 40), true, "a"} {
		if got, err := scalar.UnmarshalInt(bad); errs.CodeOf(err) != errs.CodeBadUserInput {
			t.Errorf("%v: got %d, %v, want BAD_USER_INPUT", bad, got, err)
		}
	}
}
