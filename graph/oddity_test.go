package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/errs"
)

// oddities returns values of a type that nobody expects.
func oddities(typeName string) []any {
	switch typeName {
	case "String":
		return []any{
			"", " ", "%", "_", `\`, `'`, `"`, "$1", "?", "@name", "\x01", "\u202e", "\U0001F600", "é", "{}", "null", "a\nb", "İ", "ﬀ", "--", "/*",
			strings.Repeat("a", 100_000), strings.Repeat("a ", 20_000), strings.Repeat("(", 5000), strings.Repeat("or ", 5000), strings.Repeat("%", 3000),
		}
	case "DateTime":
		return []any{"0000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999999-23:59", "1969-12-31T23:59:59Z"}
	case "ID":
		return []any{"ch_00000000-0000-0000-0000-000000000000", "us_ffffffff-ffff-ffff-ffff-ffffffffffff", "co_1"}
	case "Int":
		return []any{-1, 0, 1 << 31, -1 << 31, 1e6}
	default:
		return nil
	}
}

// required returns the texts that a field asks for, besides one argument.
func required(field *ast.FieldDefinition, besides string) string {
	var texts strings.Builder
	for _, argument := range field.Arguments {
		if argument.Name != besides && argument.Type.NonNull && argument.Type.Name() == "String" {
			fmt.Fprintf(&texts, "%s: \"slow\", ", argument.Name)
		}
	}
	return texts.String()
}

// Whatever the value of an argument, the answer is data or blames the value.
func TestOddValuesAreNoFaults(t *testing.T) {
	t.Parallel()
	handler := graph.NewHandler(services(scenarioHub(t)), quietly(time.Millisecond))
	schema := graph.Schema()
	try := func(query string, value any) {
		got := ask(t.Context(), t, handler, query, map[string]any{"value": value})
		for _, failure := range got.Errors {
			if code, _ := failure.Extensions["code"].(string); code != string(errs.CodeBadUserInput) && code != string(errs.CodePageSizeExceeded) {
				t.Errorf("%s with %.60q: %s: %s", query, fmt.Sprint(value), code, failure.Message)
			}
		}
	}
	for _, field := range schema.Query.Fields {
		selection := " { __typename }"
		if strings.HasSuffix(field.Type.Name(), "Connection") {
			selection = " { totalCount nodes { ... on Node { id } } }"
		}
		for _, argument := range field.Arguments {
			others := required(field, argument.Name)
			if argument.Type.Elem == nil {
				for _, value := range oddities(argument.Type.Name()) {
					try(fmt.Sprintf("query($value: %s) { %s(%s%s: $value)%s }", argument.Type, field.Name, others, argument.Name, selection), value)
				}
			}
			filter := schema.Types[argument.Type.Name()]
			if argument.Name != "filter" || filter.Kind != ast.InputObject {
				continue
			}
			for _, member := range filter.Fields {
				for _, value := range oddities(member.Type.Name()) {
					try(fmt.Sprintf("query($value: %s) { %s(%sfilter: {%s: $value})%s }", member.Type, field.Name, others, member.Name, selection), value)
				}
			}
		}
	}
}
