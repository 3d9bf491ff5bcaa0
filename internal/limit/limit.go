// Package limit keeps what one operation may ask for within bounds, and counts
// what it costs.
//
// Limits.CheckDocument looks at a document alone, before it is validated: the
// number of its tokens, directives and expanded selections, its depth, aliases,
// root fields and literal lists. It takes time linear in the document and in the
// greatest number of selections, whatever fragments the document plays with.
//
// Costs reads @cost and @listSize of the schema, as the cost specification of IBM
// has them, into one number. Static is the greatest cost that an operation can
// have, known before it runs; Actual is the cost of a value that was returned;
// Spent holds both for one operation. All arithmetic saturates.
//
// Every error is an *errs.Error: QUERY_TOO_COMPLEX, QUERY_TOO_DEEP,
// PAGE_SIZE_EXCEEDED, BAD_USER_INPUT for sizes below 1, and
// GRAPHQL_VALIDATION_FAILED for fragments that contain themselves.
//
// IBM's specification: https://ibm.github.io/graphql-specs/cost-spec.html
package limit

import "github.com/project-nexus/nexus/internal/page"

// Limits are the bounds of one request; a zero field stands for its default.
type Limits struct {
	// Tokens bounds the document, comments included.
	Tokens int
	// Depth is the deepest nesting of fields, introspection aside.
	Depth int
	// Aliases is how often one field may be asked for under several names in
	// one selection.
	Aliases int
	// RootFields bounds the fields at the root of an operation.
	RootFields int
	// Directives bounds the directives of a document.
	Directives int
	// Selections bounds the selections of a document once fragments are expanded.
	Selections int
	// PageSize is the greatest value of an argument that sizes a list.
	PageSize int
	// ListInput is the greatest length of a list in arguments and variables.
	ListInput int
	// Cost is the greatest static cost of an operation.
	Cost int
}

// Default returns the limits of production.
func Default() Limits {
	return Limits{
		Tokens: 2_000, Depth: 15, Aliases: 15, RootFields: 10, Directives: 50, Selections: 5_000,
		PageSize: page.MaxSize, ListInput: 100, Cost: 5_000,
	}
}

// WithDefaults returns l with each zero field set to its default.
func (l Limits) WithDefaults() Limits {
	standard := Default()
	for value, fallback := range map[*int]int{
		&l.Tokens: standard.Tokens, &l.Depth: standard.Depth, &l.Aliases: standard.Aliases,
		&l.RootFields: standard.RootFields, &l.Directives: standard.Directives,
		&l.Selections: standard.Selections, &l.PageSize: standard.PageSize,
		&l.ListInput: standard.ListInput, &l.Cost: standard.Cost,
	} {
		if *value == 0 {
			*value = fallback
		}
	}
	return l
}

// Bounds that are not settings: no client has a use for more.
const (
	// introspectionDepth lets the introspection queries of all known tools pass;
	// they are 15 deep.
	introspectionDepth = 20
	// introspectionAliases is how often a field of the schema's description may be
	// asked for in one selection.
	introspectionAliases = 1
	// repetitions is how often one selection may name the same field under the
	// same name. It is merged into one, but only after each was compared with each.
	repetitions = 100
	// longestName is how long a name of the schema may be. For each longer one in a
	// document the validator would look for similar ones.
	longestName = 40
)
