package page

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/errs"
)

func key(s string) *string { return &s }

func TestACursorKeepsItsKeys(t *testing.T) {
	t.Parallel()
	id := "01900000-0000-7000-8000-000000000001"
	tests := map[string]struct {
		column column
		key    *string
	}{
		"time":        {column{kind: kindTime}, timeKey(time.Date(2026, 3, 1, 10, 0, 0, 123456789, time.FixedZone("", 3600)))},
		"date":        {column{kind: kindDate, nullable: true}, key("2026-03-01")},
		"null":        {column{kind: kindDate, nullable: true}, nil},
		"text":        {column{kind: kindText}, key("a \"b\"\\\t\u2028</script> 日本 \U0001F600")},
		"empty text":  {column{kind: kindText}, key("")},
		"null's text": {column{kind: kindText}, key("null")},
		"number":      {column{kind: kindInt}, key("-2147483648")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := []*string{test.key, &id}
			cursor := encodeCursor("mark", want)
			got, err := decodeCursor("after", cursor, "mark", []column{test.column, {kind: kindUUID}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFingerprintsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, list := range []string{"a", "b"} {
		for _, field := range []string{"X", "Y"} {
			for _, direction := range []Direction{Asc, Desc} {
				for _, filter := range []any{NoFilter{}, struct{ A *int }{}, struct{ A int }{1}, struct{ A int }{2}} {
					mark, err := fingerprint(list, field, direction, filter)
					if err != nil || seen[mark] {
						t.Errorf("%s %s %s %v: %q, %v", list, field, direction, filter, mark, err)
					}
					seen[mark] = true
				}
			}
		}
	}
}

// Decoding never panics, and what it takes it has written itself.
func FuzzDecodeCursor(f *testing.F) {
	columns := [][]column{
		{{kind: kindTime}, {kind: kindUUID}},
		{{kind: kindDate, nullable: true}, {kind: kindUUID}},
		{{kind: kindText}, {kind: kindUUID}},
		{{kind: kindInt}, {kind: kindUUID}},
	}
	for _, first := range []*string{key("2026-03-01T00:00:00Z"), key("2026-03-01"), nil, key("a"), key("7")} {
		f.Add(encodeCursor("mark", []*string{first, key("01900000-0000-7000-8000-000000000001")}))
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		for _, c := range columns {
			keys, err := decodeCursor("after", cursor, "mark", c)
			if err != nil {
				if errs.CodeOf(err) != errs.CodeBadUserInput {
					t.Errorf("%q: %v", cursor, err)
				}
				continue
			}
			again, err := decodeCursor("after", encodeCursor("mark", keys), "mark", c)
			if err != nil || !slices.EqualFunc(keys, again, func(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }) {
				t.Errorf("%q: %v then %v (%v)", cursor, keys, again, err)
			}
		}
	})
}
