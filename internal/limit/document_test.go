package limit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/limit"
)

// few are limits that short documents reach.
func few() limit.Limits {
	return limit.Limits{
		Tokens: 60, Depth: 3, Aliases: 2, RootFields: 3, Directives: 2, Selections: 12, PageSize: 10, ListInput: 3, Cost: 100,
	}
}

func TestDocumentsAreRefusedBeyondEachLimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		within, beyond string
		code           errs.Code
	}{
		"tokens":             {"{" + strings.Repeat(" #\n", 57) + "a }", "{" + strings.Repeat(" #\n", 58) + "a }", errs.CodeQueryTooComplex},
		"depth":              {"{ a { b { c } } }", "{ a { b { c { d } } } }", errs.CodeQueryTooDeep},
		"depth in fragments": {"{ a { ...F } } fragment F on A { b { c } }", "{ a { ...F } } fragment F on A { b { c { d } } }", errs.CodeQueryTooDeep},
		"depth past introspection": {
			"{ __schema { a { b { c { d } } } } }", "{ a { __schema { b { c { d } } } x { y { z } } } }", errs.CodeQueryTooDeep,
		},
		"aliases":              {"{ x { a: f b: f } y { a: f b: f } }", "{ x { a: f b: f f } }", errs.CodeQueryTooComplex},
		"aliases at the root":  {"{ a: f b: f }", "{ a: f b: f c: f }", errs.CodeQueryTooComplex},
		"aliases in fragments": {"{ a: f ...F } fragment F on Q { a: f b: f }", "{ a: f ...F } fragment F on Q { c: f b: f }", errs.CodeQueryTooComplex},
		"aliases where fields are merged": {
			"{ x { a: f } x { b: f } }", "{ x { a: f } x { b: f } ... { x { c: f } } }", errs.CodeQueryTooComplex,
		},
		"aliases that nobody uses": {"{ a } fragment F on Q { a: f b: f }", "{ a } fragment F on Q { a: f b: f c: f }", errs.CodeQueryTooComplex},
		"aliases of introspection": {"{ __schema { a: types } }", "{ __schema { a: types b: types } }", errs.CodeQueryTooComplex},
		"root fields":              {"{ a b c c c }", "{ a b c d }", errs.CodeQueryTooComplex},
		"root fields in fragments": {"{ a ...F } fragment F on Q { b ... { c } }", "{ a ...F } fragment F on Q { b ... { c d } }", errs.CodeQueryTooComplex},
		"root fields of each operation": {
			"query A { a b c } query B { d e f }", "query A { a } query B { a b c d }", errs.CodeQueryTooComplex,
		},
		"directives":                  {"query @a { b @c }", "query($x: Int @a) @b { c @d }", errs.CodeQueryTooComplex},
		"directives on fragments":     {"{ ...F @a } fragment F on Q @b { c }", "{ ...F @a ... @b { d } } fragment F on Q @b { c }", errs.CodeQueryTooComplex},
		"selections":                  {"{ x { ...F ...F } } fragment F on Q { a b c d }", "{ x { ...F ...F } y z } fragment F on Q { a b c d }", errs.CodeQueryTooComplex},
		"selections of all":           {"query A { ...F } query B { ...F } fragment F on Q { a b c }", "query A { ...F } query B { ...F } query C { ...F } query D { a } fragment F on Q { a b c }", errs.CodeQueryTooComplex},
		"selections that nobody uses": {"{ a } fragment F on Q { x { a b c d e f g h i j } }", "{ a } fragment F on Q { x { a b c d e f g h i j k } }", errs.CodeQueryTooComplex},
		"a list":                      {"{ a(x: [1, 2, 3]) }", "{ a(x: [1, 2, 3, 4]) }", errs.CodePageSizeExceeded},
		"a list in an object":         {"{ a(x: {y: [[1], [2], [3]]}) }", "{ a(x: {y: [[1, 2, 3, 4]]}) }", errs.CodePageSizeExceeded},
		"a list by default":           {"query($x: [Int] = [1, 2, 3]) { a }", "query($x: [Int] = [1, 2, 3, 4]) { a }", errs.CodePageSizeExceeded},
		"cycles":                      {"{ ...F } fragment F on Q { ...G } fragment G on Q { a }", "{ ...F } fragment F on Q { ...G } fragment G on Q { ...F }", errs.CodeGraphQLInvalid},
		"names of fragments":          {"{ ...F } fragment F on Q { a } fragment G on Q { a }", "{ ...F } fragment F on Q { a } fragment F on Q { a }", errs.CodeGraphQLInvalid},
		"length of a name":            {"{ " + strings.Repeat("a", 40) + " }", "{ " + strings.Repeat("a", 41) + " }", errs.CodeGraphQLInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := few().CheckDocument(test.within); err != nil {
				t.Errorf("%s: %v", test.within, err)
			}
			if err := few().CheckDocument(test.beyond); errs.CodeOf(err) != test.code {
				t.Errorf("%s: got %v, want %s", test.beyond, err, test.code)
			}
		})
	}
}

// Below __schema and __type other bounds hold than for data.
func TestIntrospectionHasItsOwnDepth(t *testing.T) {
	t.Parallel()
	for levels, wanted := range map[int]errs.Code{18: "", 19: errs.CodeQueryTooDeep} {
		query := "{ __type { " + strings.Repeat("a { ", levels) + "b" + strings.Repeat(" }", levels+2)
		if err := limit.Default().CheckDocument(query); errs.CodeOf(err) != wanted {
			t.Errorf("%d levels: %v", levels, err)
		}
	}
}

// One field under the same name again and again is merged into one: only absurd
// numbers of it are refused.
func TestRepeatedFieldsAreRefused(t *testing.T) {
	t.Parallel()
	for n, wanted := range map[int]errs.Code{100: "", 101: errs.CodeQueryTooComplex} {
		if err := limit.Default().CheckDocument("{ " + strings.Repeat("a ", n) + "}"); errs.CodeOf(err) != wanted {
			t.Errorf("%d times: %v", n, err)
		}
	}
}

func TestWhatIsNoGraphQLIsLeftToTheParser(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"", "{", "}", "{ a ", `{ a(x: "`, "query", "fragment on on on { a }", "{ a(x: \x00) }", "{ ...Missing }"} {
		if err := limit.Default().CheckDocument(query); err != nil {
			t.Errorf("%q: %v", query, err)
		}
	}
}

// Errors name what was wrong, but never repeat a long name of the document.
func TestErrorsAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 10_000)
	for _, query := range []string{
		fmt.Sprintf("{ ...%[1]s } fragment %[1]s on Q { ...%[1]s }", long),
		fmt.Sprintf("{ %s }", long),
		fmt.Sprintf("{ a } fragment %[1]s on Q { a } fragment %[1]s on Q { a }", long),
	} {
		err := limit.Default().CheckDocument(query)
		if err == nil || len(err.Error()) > 200 {
			t.Errorf("%.40s…: %v", query, err)
		}
	}
}

func TestVariablesHoldShortLists(t *testing.T) {
	t.Parallel()
	list := func(n int) []any { return make([]any, n) }
	for name, test := range map[string]struct {
		variables map[string]any
		refused   bool
	}{
		"none":         {nil, false},
		"within":       {map[string]any{"a": list(3), "b": map[string]any{"c": list(3)}}, false},
		"beyond":       {map[string]any{"a": list(4)}, true},
		"in an object": {map[string]any{"a": map[string]any{"b": list(4)}}, true},
		"in a list":    {map[string]any{"a": []any{list(4)}}, true},
	} {
		err := few().CheckVariables(test.variables)
		if refused := errs.CodeOf(err) == errs.CodePageSizeExceeded; refused != test.refused || !refused && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestZeroLimitsAreTheDefaults(t *testing.T) {
	t.Parallel()
	if got := (limit.Limits{}).WithDefaults(); got != limit.Default() {
		t.Errorf("got %+v", got)
	}
	want := limit.Default()
	want.Depth = 7
	if got := (limit.Limits{Depth: 7}).WithDefaults(); got != want {
		t.Errorf("got %+v", got)
	}
}
