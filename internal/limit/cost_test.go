package limit_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/limit"
)

const schemaText = `
directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean! = true) on FIELD_DEFINITION

scalar Text @cost(weight: "2")

interface Item { id: ID! items: [Item!] @listSize(assumedSize: 2) }
type Book implements Item { id: ID! items: [Item!] @listSize(assumedSize: 2) text: Text author: Person }
type Film implements Item @cost(weight: "5") { id: ID! items: [Item!] @listSize(assumedSize: 2) cast: [Person!] @listSize(assumedSize: 4) }
union Thing = Book | Person
type Person { name: String free: Person @cost(weight: "0") books(first: Int, last: Int, like: Filter): Books @listSize(assumedSize: 3, slicingArguments: ["first", "last"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false) unsized: [Person!] }
type Books { nodes: [Book!] edges: [Edge!] count: Int @cost(weight: "7") }
type Edge { node: Book @cost(weight: "0") }

input Filter { text: String @cost(weight: "20") all: [Filter!] }

type Query {
  item: Item
  thing: Thing
  person(slow: Boolean @cost(weight: "30")): Person
  list(ids: [ID!]): [Person] @listSize(slicingArguments: ["ids"], requireOneSlicingArgument: false)
  text: Text
}
type Mutation @cost(weight: "10") { change: Person }
`

func schema(t testing.TB) *ast.Schema {
	t.Helper()
	parsed, err := gqlparser.LoadSchema(&ast.Source{Input: schemaText})
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// operation returns the one operation of a valid document.
func operation(t testing.TB, s *ast.Schema, query, variables string) (*ast.OperationDefinition, map[string]any) {
	t.Helper()
	document, list := gqlparser.LoadQueryWithRules(s, query, rules.NewDefaultRules())
	if len(list) > 0 {
		t.Fatal(list)
	}
	given := map[string]any{}
	if variables != "" {
		decoder := json.NewDecoder(strings.NewReader(variables))
		decoder.UseNumber()
		if err := decoder.Decode(&given); err != nil {
			t.Fatal(err)
		}
	}
	values, err := validator.VariableValues(s, document.Operations[0], given)
	if err != nil {
		t.Fatal(err)
	}
	return document.Operations[0], values
}

func TestStaticCost(t *testing.T) {
	t.Parallel()
	s := schema(t)
	costs := limit.NewCosts(s)
	for name, test := range map[string]struct {
		query, variables string
		want             int
	}{
		"the root":                   {"{ __typename }", "", 1},
		"a mutation":                 {"mutation { change { name } }", "", 10 + 1},
		"an object":                  {"{ person { name } }", "", 1 + 1},
		"a scalar with a weight":     {"{ text }", "", 1 + 2},
		"a field with a weight":      {"{ person { free { free { name } } } }", "", 1 + 1},
		"a list by its default":      {"{ person { books { nodes { id } } } }", "", 1 + 1 + 1 + 3},
		"a list by a literal":        {"{ person { books(first: 8) { nodes { text } } } }", "", 1 + 1 + 1 + 8*(1+2)},
		"a list by a variable":       {"query($n: Int) { person { books(last: $n) { nodes { id } } } }", `{"n": 9}`, 1 + 1 + 1 + 9},
		"a list by a preset":         {"query($n: Int = 4) { person { books(last: $n) { nodes { id } } } }", "", 1 + 1 + 1 + 4},
		"a list by an absent one":    {"query($n: Int) { person { books(last: $n) { nodes { id } } } }", "", 1 + 1 + 1 + 3},
		"a list by null":             {"{ person { books(first: null) { nodes { id } } } }", "", 1 + 1 + 1 + 3},
		"the greater argument":       {"{ person { books(first: 2, last: 6) { nodes { id } } } }", "", 1 + 1 + 1 + 6},
		"edges":                      {"{ person { books(first: 5) { edges { node { author { name } } } count } } }", "", 1 + 1 + 1 + 5*(1+0+1) + 7},
		"sizes reach one level":      {"{ person { books(first: 5) { nodes { author { books { nodes { id } } } } } } }", "", 1 + 1 + 1 + 5*(1+1+1+3)},
		"sizes reach into fragments": {"{ person { books(first: 5) { ...F } } } fragment F on Books { ... { nodes { id } } }", "", 1 + 1 + 1 + 5},
		"ids":                        {`{ list(ids: ["a", "b", "c"]) { name } }`, "", 1 + 3},
		"ids by variable":            {`query($i: [ID!]) { list(ids: $i) { name } }`, `{"i": ["a", "b"]}`, 1 + 2},
		"one id":                     {`{ list(ids: "a") { name } }`, "", 1 + 1},
		"an interface":               {"{ item { id } }", "", 1 + 5},
		"the dearest type":           {"{ item { ... on Book { text } ... on Film { cast { name } } } }", "", 1 + 5 + 4},
		"a cheap type":               {"{ item { ... on Book { text } } }", "", 1 + 5 + 2},
		"an interface in itself":     {"{ item { items { items { id } } } }", "", 1 + 5 + 2*(5+2*5)},
		"conditions that add up":     {"{ item { id ... on Item { ... on Book { text } } ... on Book { author { name } } } }", "", 1 + 5 + 2 + 1},
		"a union":                    {"{ thing { ... on Book { text } ... on Person { free { books { count } } } } }", "", 1 + 1 + 0 + 1 + 7},
		"an interface in a union":    {"{ thing { ... on Item { items { id } } } }", "", 1 + 1 + 2*5},
		"an interface of an object":  {"{ person { books { nodes { ... on Item { items { id } } } } } }", "", 1 + 1 + 1 + 3*(1+2*5)},
		"an argument":                {"{ person(slow: true) { name } }", "", 1 + 1 + 30},
		"an absent argument":         {"query($s: Boolean) { person(slow: $s) { name } }", "", 1 + 1},
		"an input field":             {`{ person { books(like: {text: "x"}) { count } } }`, "", 1 + 1 + 1 + 7 + 20},
		"input fields by variable":   {`query($f: Filter) { person { books(like: $f) { count } } }`, `{"f": {"all": [{"text": "x"}, {"text": "y"}]}}`, 1 + 1 + 1 + 7 + 40},
		"skipped":                    {"query($b: Boolean!) { text @skip(if: $b) person { name ... @include(if: $b) { free { name } } } }", `{"b": true}`, 1 + 1},
		"included":                   {"query($b: Boolean!) { text @include(if: $b) }", `{"b": true}`, 1 + 2},
		"a fragment left out":        {"{ __typename ...F @include(if: false) } fragment F on Query { text }", "", 1},
		"introspection":              {`{ __schema { types { fields { name } } } __type(name: "Book") { name } }`, "", 1 + 500 + 50},
		"nothing known of a list":    {"{ person { unsized { name } } }", "", 1 + 1 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, variables := operation(t, s, test.query, test.variables)
			got, err := limit.Default().Static(costs, asked, variables)
			if err != nil || got != test.want {
				t.Errorf("costs %d (%v), want %d", got, err, test.want)
			}
		})
	}
}

func TestCostsSaturate(t *testing.T) {
	t.Parallel()
	s := schema(t)
	l := limit.Limits{PageSize: math.MaxInt32}.WithDefaults()
	for levels := 3; levels < 9; levels++ {
		query := "{ person { " + strings.Repeat("books(first: 2147483647) { nodes { author { ", levels) + "name" + strings.Repeat("}", 3*levels) + "} }"
		asked, variables := operation(t, s, query, "")
		if got, err := l.Static(limit.NewCosts(s), asked, variables); err != nil || got != math.MaxInt {
			t.Errorf("%d levels cost %d (%v), want %d", levels, got, err, math.MaxInt)
		}
	}
}

func TestSizesOutOfRangeAreErrors(t *testing.T) {
	t.Parallel()
	s := schema(t)
	costs := limit.NewCosts(s)
	for size, want := range map[string]errs.Code{
		"1": "", "10": "", "null": "", "0": errs.CodeBadUserInput, "-1": errs.CodeBadUserInput, "-9223372036854775808": errs.CodeBadUserInput,
		"11": errs.CodePageSizeExceeded, "9223372036854775807": errs.CodePageSizeExceeded,
	} {
		for query, variables := range map[string]string{
			"{ person { books(first: " + size + ") { count } } }":                     "",
			"query($n: Int) { person { books(last: $n) { count } } }":                 `{"n": ` + size + `}`,
			"query($n: Int = " + size + ") { person { books(first: $n) { count } } }": "",
		} {
			asked, values := operation(t, s, query, variables)
			_, err := few().Static(costs, asked, values)
			if errs.CodeOf(err) != want {
				t.Errorf("%s %s: got %v, want %s", query, variables, err, want)
			}
			if want != "" && (limit.PlaceOf(err) == nil || len(errs.As(err).Path) != 1) {
				t.Errorf("%s: %v points nowhere", query, err)
			}
		}
	}
}

// fieldsOf returns the fields of a selection set without fragments.
func fieldsOf(set ast.SelectionSet) []*ast.Field {
	var fields []*ast.Field
	for _, selection := range set {
		if field, ok := selection.(*ast.Field); ok {
			fields = append(fields, field)
		}
	}
	return fields
}

func TestListsOfIDsOutOfRangeAreErrors(t *testing.T) {
	t.Parallel()
	s := schema(t)
	for n, want := range map[int]errs.Code{0: "", 10: "", 11: errs.CodePageSizeExceeded} {
		list := "[" + strings.Repeat(`"a", `, n) + "]"
		asked, values := operation(t, s, "{ list(ids: "+list+") { name } }", "")
		if _, err := few().Static(limit.NewCosts(s), asked, values); errs.CodeOf(err) != want {
			t.Errorf("%d ids: got %v, want %s", n, err, want)
		}
	}
}

func TestActualCost(t *testing.T) {
	t.Parallel()
	s := schema(t)
	costs := limit.NewCosts(s)
	type object struct{}
	var absent *object
	asked, variables := operation(t, s, `{ list(ids: ["a"]) { name books(like: {text: "x"}) { count } } text }`, "")
	list, text := fieldsOf(asked.SelectionSet)[0], fieldsOf(asked.SelectionSet)[1]
	name, books := fieldsOf(list.SelectionSet)[0], fieldsOf(list.SelectionSet)[1]
	count := fieldsOf(books.SelectionSet)[0]
	for label, test := range map[string]struct {
		field *ast.Field
		value any
		want  int
	}{
		"a list":                  {list, []*object{{}, {}, nil}, 3},
		"an empty list":           {list, []*object{}, 0},
		"nothing":                 {list, nil, 0},
		"an object and its input": {books, &object{}, 1 + 20},
		"no object but its input": {books, absent, 20},
		"a leaf with a weight":    {text, "text", 2},
		"a number":                {count, 12, 7},
	} {
		if !costs.Counts(test.field.Definition) {
			t.Errorf("%s does not count", label)
		}
		if got := costs.Actual(test.field, variables, test.value); got != test.want {
			t.Errorf("%s costs %d, want %d", label, got, test.want)
		}
	}
	if costs.Counts(name.Definition) {
		t.Error("a leaf counts")
	}
}

func TestUnsizedListsAreNamed(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]string{"Person.unsized"}, limit.NewCosts(schema(t)).Unsized()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAWeightThatIsNoNumberEndsTheStart(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	parsed, err := gqlparser.LoadSchema(&ast.Source{Input: strings.Replace(schemaText, `weight: "7"`, `weight: "seven"`, 1)})
	if err != nil {
		t.Fatal(err)
	}
	limit.NewCosts(parsed)
}
