package graph_test

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

type userID = id.User

// numberedFields writes a field n times, N being its number.
func numberedFields(n int, field string) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(strings.ReplaceAll(field, "N", strconv.Itoa(i)) + " ")
	}
	return text.String()
}

// floods repeat directives, names and fields.
func floods() []hostile {
	inUser := func(fields string) string { return "{ users(first: 1) { nodes { " + fields + "} } }" }
	rootLists := "programs cohorts technologies concepts documents challenges practices users tips channels"
	eleven := strings.ReplaceAll(rootLists+" ", " ", " { totalCount } ") + "viewer { id }"
	list := []hostile{
		{name: "51 @skip on a field", query: "{ __typename " + strings.Repeat("@skip(if: false) ", 51) + "}", codes: complexity()},
		{name: "250 @skip on a field", query: "{ __typename " + strings.Repeat("@skip(if: false) ", 250) + "}", codes: complexity()},
		{name: "51 @include on fields", query: inUser(numberedFields(51, "id @include(if: true)")), codes: complexity()},
		{name: "60 @semanticNonNull", query: "{ __typename " + strings.Repeat("@semanticNonNull ", 60) + "}", codes: complexity()},
		{name: "900 unknown directives", query: "{ __typename " + strings.Repeat("@x ", 900) + "}", codes: complexity()},
		{name: "60 directives on the operation", query: "query " + strings.Repeat("@x ", 60) + "{ __typename }", codes: complexity()},
		{name: "60 directives on a fragment", query: "{ ...F } fragment F on Query " + strings.Repeat("@x ", 60) + "{ __typename }", codes: complexity()},
		{name: "60 directives on a spread", query: "{ ...F " + strings.Repeat("@include(if: true) ", 60) + "} fragment F on Query { __typename }", codes: complexity()},
		{name: "60 directives on an inline fragment", query: "{ ... " + strings.Repeat("@skip(if: false) ", 60) + "{ __typename } }", codes: complexity()},
		{name: "60 directives on a variable", query: "query($a: Int " + strings.Repeat("@x ", 60) + ") { users(first: $a) { totalCount } }", codes: complexity()},
		{name: "directives of two kinds on many fields", query: inUser(numberedFields(26, "id @include(if: true) @skip(if: false)")), codes: complexity()},

		{name: "16 names of a field", query: inUser(numberedFields(16, "aN: handle")), codes: complexity()},
		{name: "500 names of a field", query: inUser(numberedFields(500, "aN: handle")), codes: complexity()},
		{name: "16 names of a list", query: inUser(numberedFields(16, "aN: documents(first: 1) { totalCount }")), codes: complexity()},
		{name: "16 names of __typename", query: inUser(numberedFields(16, "aN: __typename")), codes: complexity()},
		{name: "16 names in inline fragments", query: inUser(numberedFields(16, "... { aN: handle }")), codes: complexity()},
		{name: "16 names in two fragments", query: inUser("...A ...B") + " fragment A on User { " + numberedFields(8, "aN: handle") + "} fragment B on User { " + numberedFields(8, "bN: handle") + "}", codes: complexity()},
		{name: "16 names in two merged fields", query: "{ users(first: 1) { nodes { " + numberedFields(8, "aN: handle") + "} nodes { " + numberedFields(8, "bN: handle") + "} } }", codes: complexity()},
		{name: "16 names in a fragment that nothing uses", query: "{ __typename } fragment A on User { " + numberedFields(16, "aN: handle") + "}", codes: complexity()},
		{name: "16 names at the root", query: "{ " + numberedFields(16, "aN: users { totalCount }") + "}", codes: complexity()},

		{name: "11 fields at the root", query: "{ " + eleven + " }", codes: complexity()},
		{name: "11 names at the root", query: "{ " + numberedFields(11, "aN: __typename") + "}", codes: complexity()},
		{name: "300 names at the root", query: "{ " + numberedFields(300, "aN: __typename") + "}", codes: complexity()},
		{name: "11 fields at the root in fragments", query: "{ ...A ...B } fragment A on Query { " + numberedFields(6, "aN: __typename") + "} fragment B on Query { " + numberedFields(6, "bN: __typename") + "}", codes: complexity()},
		{name: "11 fields at the root in inline fragments", query: "{ " + numberedFields(11, "... on Query { aN: __typename }") + "}", codes: complexity()},
		{name: "11 fields at the root of the other operation", query: "query A { __typename } query B { " + numberedFields(11, "aN: __typename") + "}", codes: complexity()},
		{
			name:  "100 log-ins in one document",
			query: "mutation { " + numberedFields(100, `aN: login(input: {email: "a@example.org", password: "guess N"}) { session { accessToken } }`) + "}", codes: complexity(),
		},
		{
			name:  "11 log-ins in one document",
			query: "mutation { " + numberedFields(11, `aN: login(input: {email: "a@example.org", password: "guess N"}) { session { accessToken } }`) + "}", codes: complexity(),
		},

		{name: "one field 1900 times", query: inUser(strings.Repeat("id ", 1900)), codes: complexity()},
		{name: "one field 101 times", query: inUser(strings.Repeat("id ", 101)), codes: complexity()},
		{name: "one field at the root 1900 times", query: "{ " + strings.Repeat("__typename ", 1900) + "}", codes: complexity()},
		{name: "one list 300 times", query: "{ " + strings.Repeat("users { totalCount } ", 300) + "}", codes: complexity()},
		{name: "one field often in fragments", query: inUser("...A ...A ...A") + " fragment A on User { " + strings.Repeat("id ", 60) + "}", codes: complexity()},
		{name: "one field often in a fragment that nothing uses", query: "{ __typename } fragment A on User { " + strings.Repeat("id ", 1900) + "}", codes: complexity()},
		{name: "1900 unknown fields", query: inUser(numberedFields(1900, strings.Repeat("x", 36)+"N")), codes: invalid()},
		{name: "600 unknown arguments", query: "{ users(" + numberedFields(600, strings.Repeat("x", 36)+"N: 1") + ") { totalCount } }", codes: invalid()},
		{name: "300 unknown types", query: inUser(numberedFields(300, "... on "+strings.Repeat("X", 36)+"N { fN }")), codes: invalid()},
		{name: "long unknown names", query: inUser(numberedFields(1900, strings.Repeat("x", 120)+"N")), codes: invalid()},
		{name: "one spread 200 times", query: "{ " + strings.Repeat("...A ", 200) + "} fragment A on Query { __typename }", codes: complexity()},
	}
	return list
}

// nest writes levels fields, each in the one before.
func nest(levels int, open string) string {
	return strings.Repeat(open+" { ", levels) + "id" + strings.Repeat(" }", levels)
}

// owners leads n times from a person to a document and its owner, three fields
// deeper each time.
func owners(n int, fields string) string {
	return strings.Repeat("documents(first: 1) { nodes { owner { ", n) + fields + strings.Repeat(" } } }", n)
}

func deepNests() []hostile {
	return []hostile{
		{name: "16 deep", query: "{ users(first: 1) { nodes { " + owners(4, "bioHtml documents(first: 1) { totalCount }") + " } } }", codes: depth()},
		{name: "30 unknown fields deep", query: "{ " + nest(30, "x") + " }", codes: depth()},
		{name: "300 unknown fields deep", query: "{ " + nest(300, "x") + " }", codes: depth()},
		{name: "600 fields deep", query: "{ " + nest(600, "node") + " }", codes: depth()},
		{name: "deep by turns", query: `{ challenge(id: "x") { ` + nest(20, "duplicateOf") + " } }", codes: depth()},
		{name: "deep through inline fragments", query: `{ challenge(id: "x") { ` + nest(20, "... { duplicateOf { author") + strings.Repeat(" }", 40) + " } }", codes: depth()},
		{name: "deep through fragments", query: `{ challenge(id: "x") { ...F0 } }` + chain("Challenge", 20, times(1, "duplicateOf { ...NEXT }")), codes: depth()},
		{name: "deep in a fragment that nothing uses", query: "{ __typename } fragment F on Challenge { " + nest(20, "duplicateOf") + " }", codes: depth()},
		{name: "deep in the other operation", query: "query A { __typename } query B { " + nest(20, "x") + " }", codes: depth()},
		{name: "deep below an unknown __schema", query: `{ challenge(id: "x") { __schema { ` + nest(30, "duplicateOf") + " } } }", codes: depth()},
		{name: "deep lists", query: "{ nodes(ids: " + strings.Repeat("[", 990) + strings.Repeat("]", 990) + ") { id } }", codes: badInput()},
		{name: "too deep lists", query: "{ nodes(ids: " + strings.Repeat("[", 1900) + ") { id } }", codes: []errs.Code{errs.CodeGraphQLParseFailed}},
		{name: "deep objects", query: "{ users(filter: " + strings.Repeat("{a: ", 450) + "1" + strings.Repeat("}", 450) + ") { totalCount } }", codes: badInput()},
		{name: "deep types", query: "query($a: " + strings.Repeat("[", 900) + "Int" + strings.Repeat("]", 900) + ") { users(first: $a) { totalCount } }", codes: invalid()},
		{name: "deep variables", query: "query($a: [ID!]!) { nodes(ids: $a) { id } }", variables: `{"a": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", codes: badInput()},
	}
}

func manyTokens() []hostile {
	return []hostile{
		{name: "2001 tokens", query: "{ " + numberedFields(2000, "aN"), codes: complexity()},
		{name: "100000 names", query: strings.Repeat("a ", 100_000), codes: complexity()},
		{name: "250000 braces", query: strings.Repeat("{", 250_000), codes: complexity()},
		{name: "250000 brackets", query: "{ nodes(ids: " + strings.Repeat("[", 250_000), codes: complexity()},
		{name: "80000 spreads", query: strings.Repeat("...", 80_000), codes: complexity()},
		{name: "100000 comments", query: strings.Repeat("#\n", 50_000) + "{ __typename }", codes: complexity()},
		{name: "60000 empty strings", query: "{ users(after: " + strings.Repeat(`"" `, 30_000), codes: complexity()},
		{name: "many operations", query: strings.Repeat("query { __typename } ", 600), codes: complexity()},
		{name: "many fragments", query: "{ __typename } " + numberedFields(300, "fragment FN on Query { __typename }"), codes: complexity()},
		{name: "many variables", query: "query(" + numberedFields(600, "$aN: Int") + ") { __typename }", codes: complexity()},
		{name: "many arguments", query: "{ users(" + numberedFields(700, "aN: 1") + ") { totalCount } }", codes: complexity()},
		{name: "many tokens by GET", query: strings.Repeat("{", 50_000), get: true, codes: complexity()},
	}
}

func longLists() []hostile {
	ids := func(n int) string { return `["` + strings.Join(wires[userID](0, n), `", "`) + `"]` }
	statuses := strings.Repeat("OPEN, ", 100) + "OPEN"
	texts := func(n int) string { return strings.Repeat(`"OPEN", `, n-1) + `"OPEN"` }
	const nodes, filtered = "query($a: [ID!]!) { nodes(ids: $a) { id } }", "query($a: ChallengeFilter) { challenges(filter: $a) { totalCount } }"
	return []hostile{
		{name: "101 ids as literal", query: "{ nodes(ids: " + ids(101) + ") { id } }", codes: tooMany()},
		{name: "1900 ids as literal", query: "{ nodes(ids: " + ids(1900) + ") { id } }", codes: tooMany()},
		{name: "5000 ids as literal", query: "{ nodes(ids: " + ids(5000) + ") { id } }", codes: complexity()},
		{name: "101 ids as variable", query: nodes, variables: `{"a": ` + ids(101) + "}", codes: tooMany()},
		{name: "5000 ids as variable", query: nodes, variables: `{"a": ` + ids(5000) + "}", codes: tooMany()},
		{name: "101 ids as default", query: "query($a: [ID!]! = " + ids(101) + ") { nodes(ids: $a) { id } }", codes: tooMany()},
		{name: "101 values in a filter as literal", query: "{ challenges(filter: {statuses: [" + statuses + "]}) { totalCount } }", codes: tooMany()},
		{name: "101 values in a filter as variable", query: filtered, variables: `{"a": {"statuses": [` + texts(101) + "]}}", codes: tooMany()},
		{name: "20000 values in a filter as variable", query: filtered, variables: `{"a": {"statuses": [` + texts(20_000) + "]}}", codes: tooMany()},
		{name: "101 values in a filter as default", query: "query($a: ChallengeFilter = {statuses: [" + statuses + "]}) { challenges(filter: $a) { totalCount } }", codes: tooMany()},
		{name: "101 values in a directive", query: "{ __typename @include(if: [" + statuses + "]) }", codes: tooMany()},
		{name: "101 values in a nested list", query: "{ challenges(filter: {statuses: [[" + statuses + "]]}) { totalCount } }", codes: tooMany()},
	}
}

func largeBodies() []hostile {
	const ten = 10 << 20
	tooLarge := []errs.Code{errs.CodePayloadTooLarge}
	quoted := func(query string) string {
		text, _ := json.Marshal(map[string]string{"query": query})
		return string(text)
	}
	one := quoted("{ __typename }")
	return []hostile{
		{name: "10 MiB of query", body: quoted("{ __typename " + strings.Repeat("a", ten) + " }"), codes: tooLarge},
		{name: "10 MiB of a string literal", body: quoted(`{ technology(slug: "` + strings.Repeat("a", ten) + `") { id } }`), codes: tooLarge},
		{name: "10 MiB of a block string", body: quoted(`{ technology(slug: """` + strings.Repeat("a\n", ten/2) + `""") { id } }`), codes: tooLarge},
		{name: "10 MiB of variables", body: `{"query":"{ __typename }","variables":{"a":"` + strings.Repeat("a", ten) + `"}}`, codes: tooLarge},
		{name: "10 MiB of spaces", body: strings.Repeat(" ", ten) + one, codes: tooLarge},
		{name: "10 MiB of nested JSON", body: strings.Repeat("[", ten), codes: tooLarge},
		{name: "10 MiB of batches", body: "[" + strings.Repeat(one+",", ten/len(one)) + one + "]", codes: tooLarge},
		{name: "300 KiB of a string literal", body: quoted(`{ technology(slug: "` + strings.Repeat("a", 300<<10) + `") { id } }`), codes: tooLarge},
		{name: "300 KiB by GET", query: "{ __typename " + strings.Repeat("a", 300<<10) + " }", get: true, codes: tooLarge},
		{name: "200 KiB of a name", query: "{ " + strings.Repeat("a", 200<<10) + " }", codes: invalid()},
		{name: "200 KiB of a name of a cycle", query: "{ ...F } fragment F on Query { ...F }" + " fragment " + strings.Repeat("a", 200<<10) + " on Query { __typename }", codes: invalid()},
		{name: "200 KiB of a string in the wrong place", query: `{ users(first: "` + strings.Repeat("a", 200<<10) + `") { totalCount } }`, codes: badInput()},
		{name: "batch of one", body: "[" + one + "]", codes: badInput()},
		{name: "batch of 1000", body: "[" + strings.Repeat(one+",", 999) + one + "]", codes: badInput()},
		{name: "batch of nothing", body: "[]", codes: badInput()},
		{name: "batch of batches", body: "[[" + one + "]]", codes: badInput()},
		{name: "120000 nested brackets", body: strings.Repeat("[", 120_000) + strings.Repeat("]", 120_000), codes: badInput()},
		{name: "a query twice", body: `{"query":"{ __typename }","query":"{ users { totalCount } }"}`, codes: badInput()},
	}
}

func introspectionBombs() []hostile {
	ofType := func(n int) string { return strings.Repeat("ofType { ", n) + "name" + strings.Repeat(" }", n) }
	return []hostile{
		{name: "introspection 25 types deep", query: `{ __type(name: "User") { ` + ofType(25) + " } }", codes: depth()},
		{name: "introspection 300 types deep", query: "{ __schema { types { " + ofType(300) + " } } }", codes: depth()},
		{name: "introspection deep through fragments", query: `{ __type(name: "User") { ...F0 } }` + chain("__Type", 25, times(1, "ofType { ...NEXT }")), codes: depth()},
		{name: "introspection of fields of fields", query: "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }", codes: invalid()},
		{name: "introspection of types under two names", query: "{ __schema { a: types { name } b: types { name } } }", codes: complexity()},
		{name: "introspection of fields under many names", query: "{ __schema { types { " + numberedFields(15, "aN: fields { name }") + "} } }", codes: complexity()},
		{name: "introspection of names under many names", query: "{ __schema { types { " + numberedFields(200, "aN: name") + "} } }", codes: complexity()},
		{name: "introspection ten times", query: "{ " + numberedFields(10, "aN: __schema { types { fields { args { type { name } } } } }") + "}", codes: complexity()},
		{name: "introspection eleven times", query: "{ " + numberedFields(11, `aN: __type(name: "User") { name }`) + "}", codes: complexity()},
		{name: "introspection doubling by field", query: "{ __schema { types { ...F0 } } }" + chain("__Type", 12, times(2, "...NEXT ofType { name }")), codes: complexity()},
		{name: "introspection in circles", query: "{ __schema { types { possibleTypes { possibleTypes { possibleTypes { name } } } } } }", codes: invalid()},
	}
}
