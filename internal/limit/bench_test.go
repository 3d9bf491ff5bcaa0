package limit_test

import (
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/limit"
)

// typical is a query of a page: 16 fields, 3 lists, a variable.
const typical = `query Page($n: Int = 10) {
  person { name books(first: $n) { count nodes { id text author { name books { nodes { id } } } } } }
  item { id ... on Book { text } ... on Film { cast { name } } }
}`

func BenchmarkCheckDocument(b *testing.B) {
	l := limit.Default()
	for name, query := range map[string]string{
		"typical":      typical,
		"2000 tokens":  "{ a { " + strings.Repeat("b { c d } ", 95) + strings.Repeat("#\n", 1500) + "} }",
		"bomb":         "{ ...F } fragment F on Q { ...G ...G } fragment G on Q { " + strings.Repeat("a ", 1000) + "}",
		"large string": `{ a(x: "` + strings.Repeat("a", 250_000) + `") }`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = l.CheckDocument(query)
			}
		})
	}
}

func BenchmarkStatic(b *testing.B) {
	s := schema(b)
	costs := limit.NewCosts(s)
	asked, variables := operation(b, s, typical, "")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := limit.Default().Static(costs, asked, variables); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkActual(b *testing.B) {
	s := schema(b)
	costs := limit.NewCosts(s)
	asked, variables := operation(b, s, `{ person { name } }`, "")
	field := fieldsOf(asked.SelectionSet)[0]
	value, spent := new(int), &limit.Spent{}
	b.ReportAllocs()
	for b.Loop() {
		if costs.Counts(field.Definition) {
			spent.Add(costs.Actual(field, variables, value))
		}
	}
}
