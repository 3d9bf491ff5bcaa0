package page_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/page"
)

func wantRefused(t *testing.T, err error, code errs.Code, path ...string) {
	t.Helper()
	e := errs.As(err)
	if e == nil || e.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	if diff := cmp.Diff(path, e.Path); diff != "" {
		t.Errorf("the error points elsewhere (-want +got):\n%s", diff)
	}
}

func TestSizesAreChecked(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	tests := map[string]struct {
		args page.Args
		code errs.Code
		path string
	}{
		"first of none":  {page.Args{First: size(0)}, errs.CodeBadUserInput, "first"},
		"negative first": {page.Args{First: size(-1)}, errs.CodeBadUserInput, "first"},
		"last of none":   {page.Args{Last: size(0)}, errs.CodeBadUserInput, "last"},
		"negative last":  {page.Args{Last: size(-2147483648)}, errs.CodeBadUserInput, "last"},
		"big first":      {page.Args{First: size(101)}, errs.CodePageSizeExceeded, "first"},
		"big last":       {page.Args{Last: size(2147483647)}, errs.CodePageSizeExceeded, "last"},
		"both":           {page.Args{First: size(1), Last: size(1)}, errs.CodeBadUserInput, "last"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := page.Query[itemFilter]{Args: test.args}
			_, err := page.Fetch(t.Context(), s.db, items(), q)
			wantRefused(t, err, test.code, test.path)
			_, err = page.FetchEach(t.Context(), s.db, items(), page.Via{On: page.On("true")}, s.shelves, q)
			wantRefused(t, err, test.code, test.path)
		})
	}
}

func TestDefaultSizes(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.add(t, 110*len(s.shelves))
	for name, want := range map[string]int{"root": page.DefaultSize, "nested": page.DefaultNestedSize} {
		if got := len(s.ways()[name](t, page.Query[itemFilter]{}).Edges); got != want {
			t.Errorf("%s: %d rows, want %d", name, got, want)
		}
		if got := len(s.ways()[name](t, page.Query[itemFilter]{Args: page.Args{First: size(page.MaxSize)}}).Edges); got != page.MaxSize {
			t.Errorf("%s: %d rows, want %d", name, got, page.MaxSize)
		}
	}
}

func TestACursorOfAnotherListIsRefused(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.add(t, 5)
	one, two := int32(1), int32(2)
	q := page.Query[itemFilter]{Field: "RANK", Direction: page.Asc, Filter: itemFilter{MinRank: &one}}
	c, err := page.Fetch(t.Context(), s.db, items(), page.Query[itemFilter]{Field: "RANK", Direction: page.Asc})
	if err != nil {
		t.Fatal(err)
	}
	plain := c.PageInfo.EndCursor
	tests := map[string]page.Query[itemFilter]{
		"the default order": {},
		"another order":     {Field: "DUE", Direction: page.Asc},
		"another direction": {Field: "RANK", Direction: page.Desc},
		"a filter":          q,
		"another filter":    {Field: "RANK", Direction: page.Asc, Filter: itemFilter{MinRank: &two}},
	}
	for name, q := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q.After = plain
			_, err := page.Fetch(t.Context(), s.db, items(), q)
			wantRefused(t, err, errs.CodeBadUserInput, "after")
			q.After, q.Before = nil, plain
			_, err = page.Fetch(t.Context(), s.db, items(), q)
			wantRefused(t, err, errs.CodeBadUserInput, "before")
		})
	}
	other := items()
	other.Name = "others"
	_, err = page.Fetch(t.Context(), s.db, other, page.Query[itemFilter]{Field: "RANK", Direction: page.Asc, Args: page.Args{After: plain}})
	wantRefused(t, err, errs.CodeBadUserInput, "after")
}

func TestAnUnknownOrderIsRefused(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	_, err := page.Fetch(t.Context(), s.db, items(), page.Query[itemFilter]{Field: "name; DROP TABLE item", Direction: page.Asc})
	wantRefused(t, err, errs.CodeBadUserInput, "orderBy", "field")
}

// forged returns a cursor that bears the mark of a true one and other keys.
func forged(t *testing.T, genuine string, keys ...any) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(genuine)
	if err != nil {
		t.Fatal(err)
	}
	var parts []any
	if err := json.Unmarshal(text, &parts); err != nil {
		t.Fatal(err)
	}
	text, err = json.Marshal(append(parts[:1], keys...))
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// Whatever a cursor holds, the database never has to refuse it.
func TestForgedCursorsAreRefused(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.add(t, 3)
	id := uuid.NewString()
	keys := map[string][]any{
		"AT": {
			"", "now", "infinity", "-infinity", "2026-03-01", "2026-02-30T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T00:00:00",
			"0000-01-01T00:00:00Z", "2026-03-01T00:00:00+24:00", "2026-03-01T00:00:00+01:00", "2026-03-01T00:00:00.1234567Z",
			"99999-03-01T00:00:00Z", "2026-03-01T00:00:00Z\x00", nil, 3,
			[]string{},
			true,
		},
		"DUE":  {"", "today", "infinity", "2026-02-30", "0000-01-01", "26-03-01", "2026-03-01T00:00:00Z", 20260301},
		"RANK": {"", "1.5", "1e3", "0x10", "2147483648", "-2147483649", "NaN", "1_000", " 1", nil, 1},
		"NAME": {"a\x00b", nil, 4, map[string]string{"a": "b"}},
	}
	for field, bad := range keys {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			q := page.Query[itemFilter]{Field: field, Direction: page.Asc}
			c, err := page.Fetch(t.Context(), s.db, items(), q)
			if err != nil {
				t.Fatal(err)
			}
			genuine := *c.PageInfo.StartCursor
			list := [][]any{{}, {id}, {"a", id, id}, {nil, nil}}
			for _, key := range bad {
				list = append(list, []any{key, id})
			}
			for _, badID := range []any{nil, "", "1", "{" + id + "}", "urn:uuid:" + id, id[1:], 1} {
				list = append(list, []any{map[string]any{"AT": "2026-03-01T00:00:00Z", "DUE": "2026-03-01", "RANK": "1", "NAME": "a"}[field], badID})
			}
			for _, parts := range list {
				cursor := forged(t, genuine, parts...)
				q.After = &cursor
				if _, err := page.Fetch(t.Context(), s.db, items(), q); errs.CodeOf(err) != errs.CodeBadUserInput || errs.As(err).Path[0] != "after" {
					t.Errorf("%q: got %v, want BAD_USER_INPUT at after", parts, err)
				}
			}
		})
	}
}

func TestWhatIsNoCursorIsRefused(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	cursors := map[string]string{
		"empty": "", "no base64": "%%%", "padded": encode(`["a"]`) + "=", "no JSON": encode("cursor:10"), "an object": encode(`{"a":1}`),
		"null": encode("null"), "nothing": encode("[]"), "no mark": encode("[null]"), "deep": encode(`[[[[]]]]`),
		"more after it": encode(`["a"] ["b"]`), "an offset": "YXJyYXljb25uZWN0aW9uOjA=",
	}
	for _, name := range slices.Sorted(maps.Keys(cursors)) {
		cursor := cursors[name]
		_, err := page.Fetch(t.Context(), s.db, items(), page.Query[itemFilter]{Args: page.Args{Before: &cursor}})
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, err, errs.CodeBadUserInput, "before")
		})
	}
}
