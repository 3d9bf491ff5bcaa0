package graph_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/limit"
)

// introspectionQuery is what tools ask for the schema, with every option that
// one of them uses and types nine deep.
func introspectionQuery() string {
	typeRef := strings.Repeat("kind name ofType { ", 9) + "kind name" + strings.Repeat(" }", 9)
	return `query IntrospectionQuery {
  __schema {
    description
    queryType { name kind }
    mutationType { name kind }
    subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {
    name description
    args(includeDeprecated: true) { ...InputValue }
    type { ...TypeRef }
    isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { ` + typeRef + ` }`
}

// wideDocument selects 180 fields of a document.
func wideDocument() string {
	var text strings.Builder
	for i, field := range strings.Fields("id source title overview overviewHtml status version createdAt updatedAt markdown bodyHtml __typename") {
		text.WriteString(numberedFields(15, "f"+strconv.Itoa(i)+"xN: "+field))
	}
	return text.String()
}

// benign requests are as large as they may be.
func benign(t *testing.T) []hostile {
	t.Helper()
	inUser := func(fields string) string { return "{ users(first: 1) { nodes { " + fields + "} } }" }
	ids := strings.Join(wires[userID](0, 100), `", "`)
	all := []hostile{
		{name: "introspection", query: introspectionQuery()},
		{name: "introspection of one type", query: `{ a: __type(name: "User") { name fields { name type { name kind ofType { name } } } } b: __type(name: "Query") { name } }`},
		{name: "2000 tokens", query: inUser(strings.Repeat("id ", 95)+numberedFields(15, "aN: handle")+"role") + " " + strings.Repeat("#\n", 2000-10-95-45-1-3-1)},
		{name: "15 deep", query: "{ users(first: 1) { nodes { " + owners(4, "id") + " } } }"},
		{name: "15 names of a field", query: inUser(numberedFields(15, "aN: handle"))},
		{name: "15 names in fragments", query: inUser("...A ...B ...A") + " fragment A on User { " + numberedFields(8, "aN: handle") + "} fragment B on User { " + numberedFields(7, "bN: handle") + "}"},
		{name: "10 fields at the root", query: "{ programs { totalCount } cohorts { totalCount } technologies { totalCount } concepts { totalCount } documents { totalCount } challenges { totalCount } practices { totalCount } users { totalCount } tips { totalCount } channels { totalCount } }"},
		{name: "50 directives", query: inUser(numberedFields(50, "id @include(if: true)"))},
		{name: "the greatest page", query: "{ challenges(first: 100) { nodes { title author { handle } } } }"},
		{name: "the smallest page", query: "{ challenges(last: 1) { nodes { title } } }"},
		{name: "a page by variable", query: "query($n: Int = 5) { challenges(first: $n) { nodes { title } } }", variables: `{"n": 100}`},
		{name: "a page by absent variable", query: "query($n: Int) { challenges(first: $n) { nodes { title } } }"},
		{name: "a page of null", query: "query($n: Int) { challenges(first: $n) { nodes { title } } }", variables: `{"n": null}`},
		{name: "a bad page that is left out", query: "query($n: Int, $with: Boolean = false) { users { totalCount } challenges(first: $n) @include(if: $with) { nodes { title } } }", variables: `{"n": 1000}`},
		{name: "100 ids", query: `{ nodes(ids: ["` + ids + `"]) { id ... on User { handle } } }`},
		{name: "100 ids by variable", query: "query($a: [ID!]!) { nodes(ids: $a) { id } }", variables: `{"a": ["` + ids + `"]}`},
		{name: "one id for a list", query: `{ nodes(ids: "` + wires[userID](0, 1)[0] + `") { id } }`},
		{name: "pages in pages", query: "{ challenges { nodes { title solutions { nodes { body author { handle } } } } } }"},
		{name: "2700 selections", query: inUser(numberedFields(15, "aN: documents(first: 1) { nodes { ...F } }")) + " fragment F on Document { " + wideDocument() + "}"},
		{name: "a bomb that is small", query: "{ ...F0 }" + chain("Query", 5, times(2, "...NEXT"))},
		{name: "one field 100 times", query: inUser(strings.Repeat("id ", 100))},
		{name: "all types at once", query: `{ nodes(ids: ["` + ids + `"]) { ... on User { documents(first: 3) { nodes { id } } } ... on Challenge { comments(first: 3) { nodes { id } } } ... on Tip { document { id } } } }`},
		{name: "by GET", query: "{ challenges { nodes { title } } }", get: true},
	}
	paths, err := filepath.Glob("../internal/playground/examples/*.graphql")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, path := range paths {
		query, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		variables, err := os.ReadFile(strings.TrimSuffix(path, ".graphql") + ".json")
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all = append(all, hostile{name: filepath.Base(path), query: string(query), variables: string(variables)})
	}
	return all
}

func TestRequestsWithinTheLimitsAreAnswered(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, few)
	options := quietly(time.Millisecond)
	options.ReportCost = true
	endpoint := graph.NewHandler(services(db), options)
	// Some examples are for people who are signed in.
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		endpoint.ServeHTTP(w, r.WithContext(asAdmin(r.Context())))
	})
	for _, b := range benign(t) {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			got := b.send(t, handler)
			if len(got.Errors) > 0 || got.Data == nil {
				t.Fatalf("refused: %.500s", got.text)
			}
			requested, actual := costIn(t, got.text)
			if actual < 1 || actual > requested || requested > limit.Default().Cost {
				t.Errorf("costs %d of %d", actual, requested)
			}
		})
	}
}

func costIn(t *testing.T, text string) (requested, actual int) {
	t.Helper()
	var members struct {
		Extensions struct {
			Cost *struct{ Requested, Actual int }
		}
	}
	if err := json.Unmarshal([]byte(text), &members); err != nil || members.Extensions.Cost == nil {
		t.Fatalf("no cost in %.300s", text)
	}
	return members.Extensions.Cost.Requested, members.Extensions.Cost.Actual
}

// What the actual cost is by a hub of three.
func TestCostsOfExamples(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, few)
	options := quietly(time.Millisecond)
	options.ReportCost = true
	handler := graph.NewHandler(services(db), options)
	one := `"` + wires[userID](0, 1)[0] + `"`
	for name, test := range map[string]struct {
		query             string
		requested, actual int
	}{
		"nothing":           {`{ __typename }`, 1, 1},
		"an object":         {`{ user(handle: "learner-00") { handle } }`, 2, 2},
		"an absent object":  {`{ user(handle: "nobody") { handle } }`, 2, 1},
		"an abstract type":  {`{ node(id: ` + one + `) { id ... on User { documents { nodes { id } } } ... on Tip { cohort { id } } } }`, 1 + 1 + 1 + 10, 1 + 1 + 1 + 1},
		"ids":               {`{ nodes(ids: [` + one + `, ` + one + `]) { id } }`, 3, 3},
		"a usual page":      {`{ challenges { nodes { title } } }`, 1 + 1 + 20, 1 + 1 + 3},
		"a page of edges":   {`{ challenges(first: 5) { edges { cursor node { title } } pageInfo { endCursor } } }`, 1 + 1 + 5, 1 + 1 + 3},
		"both forms":        {`{ challenges(first: 5) { edges { cursor } nodes { title } } }`, 1 + 1 + 5 + 5, 1 + 1 + 3 + 3},
		"a count":           {`{ challenges { totalCount } }`, 1 + 1 + 10, 1 + 1 + 10},
		"pages in a page":   {`{ challenges(first: 2) { nodes { author { handle } solutions { nodes { body } } } } }`, 1 + 1 + 2*(1+1+1+10), 1 + 1 + 2*(1+1+1+1)},
		"a search":          {`{ challenges(first: 5, filter: {text: "tests"}) { nodes { title } } }`, 1 + 10 + 1 + 5, 1 + 10 + 1 + 3},
		"HTML":              {`{ challenges(first: 2) { nodes { bodyHtml } } }`, 1 + 1 + 2*(1+1), 1 + 1 + 2*(1+1)},
		"texts":             {`{ documents(first: 1) { nodes { markdown bodyHtml } } }`, 1 + 1 + 1 + 1 + 2, 1 + 1 + 1 + 1 + 2},
		"short lists":       {`{ technologies(first: 1) { nodes { aliases } } }`, 1 + 1 + 1 + 5, 1 + 1 + 1 + 1},
		"what is left out":  {`query($no: Boolean = false) { challenges @include(if: $no) { nodes { title } } users @skip(if: true) { totalCount } __typename }`, 1, 1},
		"introspection":     {`{ __schema { types { name } } }`, 501, 501},
		"a failed mutation": {`mutation { updateProfile(input: {displayName: "x"}) { user { handle } userErrors { message } } }`, 10 + 1 + 1, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ask(t.Context(), t, handler, test.query, nil)
			requested, actual := costIn(t, got.text)
			if diff := cmp.Diff([]int{test.requested, test.actual}, []int{requested, actual}); diff != "" {
				t.Errorf("requested and actual (-want +got):\n%s%s", diff, got.text)
			}
		})
	}
}

// Each example of docs/limits.md costs what it says there.
func TestExamplesOfTheManual(t *testing.T) {
	t.Parallel()
	manual, err := os.ReadFile("../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	limits := limit.Default()
	costs, schema := limit.NewCosts(graph.Schema()), graph.Schema()
	examples := regexp.MustCompile("(?m)^\\| `(\\{.*\\})` \\| (?:.* = )?(\\d+)(: refused)? \\|$").FindAllStringSubmatch(string(manual), -1)
	if len(examples) < 8 {
		t.Errorf("only %d examples", len(examples))
	}
	for _, example := range examples {
		document, list := gqlparser.LoadQueryWithRules(schema, example[1], rules.NewDefaultRules())
		if len(list) > 0 {
			t.Fatalf("%s: %v", example[1], list)
		}
		got, err := limits.Static(costs, document.Operations[0], nil)
		if err != nil || strconv.Itoa(got) != example[2] || got > limits.Cost != (example[3] != "") {
			t.Errorf("%s costs %d (%v), the manual says %s%s", example[1], got, err, example[2], example[3])
		}
	}
}

func TestTheCostAloneCanBeAskedFor(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	askWith := func(value, query string) answer {
		return headerAsk(t, handler, http.Header{"Nexus-Cost": {value}}, query)
	}
	got := askWith("only", "{ challenges { nodes { title } } }")
	if got.text != `{"data":null,"extensions":{"cost":{"requested":22,"actual":1}}}` || len(got.statements) != 0 {
		t.Errorf("%d statements: %s", len(got.statements), got.text)
	}
	if got := askWith("only", "{ users(first: 100) { nodes { documents(first: 100) { nodes { id } } } } }"); !strings.Contains(got.text, "costs up to 10202, more than 5000") {
		t.Errorf("beyond the limit: %s", got.text)
	}
	if got := askWith("", "{ challenges { nodes { title } } }"); got.text != `{"data":{"challenges":{"nodes":[]}}}` {
		t.Errorf("without the header: %s", got.text)
	}
}

// Every list of objects has a length that the schema knows of, so that its cost
// is known before it is read.
func TestEveryListHasASize(t *testing.T) {
	t.Parallel()
	for _, name := range limit.NewCosts(graph.Schema()).Unsized() {
		t.Errorf("%s needs @listSize", name)
	}
}

// A name of the schema that is longer than documents may hold could not be asked
// for.
func TestNamesOfTheSchemaAreShort(t *testing.T) {
	t.Parallel()
	for _, definition := range graph.Schema().Types {
		names := []string{definition.Name}
		for _, field := range definition.Fields {
			names = append(names, field.Name)
			for _, argument := range field.Arguments {
				names = append(names, argument.Name)
			}
		}
		for _, value := range definition.EnumValues {
			names = append(names, value.Name)
		}
		for _, name := range names {
			query := "{ __typename } fragment F on Query { " + name + " }"
			if err := limit.Default().CheckDocument(query); err != nil {
				t.Errorf("%s.%s: %v", definition.Name, name, err)
			}
		}
	}
}
